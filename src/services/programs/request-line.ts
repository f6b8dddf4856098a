import { payloadFields, readHeaders } from '../../output/index.js';
import type { ServedRequest } from '../served-request.js';

/** A request as a line of JSON for a co-process, with its end. */
export function requestLine(id: number, request: ServedRequest): string {
  const { message, deadlineMs } = request;
  const line = {
    id,
    subject: message.subject,
    ...payloadFields(message.data),
    headers: readHeaders(message).fields,
    reply: message.reply || undefined,
    timeout_ms: Math.max(0, Math.ceil(deadlineMs - performance.now())),
  };
  return `${JSON.stringify(line)}\n`;
}
