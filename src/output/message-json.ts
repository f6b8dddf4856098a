import type { MsgHdrs } from 'nats';
import { decodeUtf8 } from './escape.js';

/** The payload as JSON carries it: text, or base64 where it is no valid UTF-8. */
export function payloadFields(payload: Uint8Array): { data: string } | { data_base64: string } {
  const text = decodeUtf8(payload);
  return text === undefined ? { data_base64: Buffer.from(payload).toString('base64') } : { data: text };
}

/** Each header's name with all its values; undefined where there are no headers. */
export function headerFields(headers: MsgHdrs | undefined): Record<string, readonly string[]> | undefined {
  const names = headers?.keys() ?? [];
  if (headers === undefined || names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, headers.values(name)]));
}
