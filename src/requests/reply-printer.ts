import { escapePayload, headerFields, type Output, payloadFields } from '../output/index.js';
import type { Reply } from './request.js';

/** How a reply is written, where not as JSON. */
export interface ReplyStyle {
  /** Never escape it, not even on a terminal. */
  readonly raw: boolean;
  /** What follows it. */
  readonly end: '\n' | '\0' | '';
}

/** A reply as `--json` shows it; `subject` as it was asked. */
export function replyFields(subject: string | undefined, { body, headers, rttMs }: Reply): object {
  return { subject, ...payloadFields(body), headers: headerFields(headers), rtt_ms: roundMs(rttMs) };
}

/** The body as the reader of stdout may see it. */
export function replyText({ body }: Reply, output: Output, { raw }: ReplyStyle): Uint8Array | string {
  return output.dataIsForTerminal && !raw ? escapePayload(body) : body;
}

/** Milliseconds to the microsecond. */
export function roundMs(milliseconds: number): number {
  return Number(milliseconds.toFixed(3));
}
