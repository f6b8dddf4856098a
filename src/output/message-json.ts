import type { Msg } from 'nats';
import { decodeUtf8 } from '../escape.js';
import { encodeBody } from './encoding.js';
import { readHeaders } from './message-headers.js';

/** The payload as JSON carries it: text, or base64 where it is no valid UTF-8. */
export function payloadFields(payload: Uint8Array): { data: string } | { data_base64: string } {
  const text = decodeUtf8(payload);
  return text === undefined ? { data_base64: encodeBody(payload, 'base64', false) } : { data: text };
}

/** What of a message a JSON line holds. */
export interface JsonLineOptions {
  /** A payload that is JSON stands as it is, in `json`. */
  readonly parse: boolean;
  /** The payload is always base64. */
  readonly base64: boolean;
  /** Which parts there are. */
  readonly parts: 'all' | 'headers' | 'subject';
}

/** A message as a line of JSON, without the line's end; what is absent is left out. */
export function messageLine(message: Msg, time: string, { parse, base64, parts }: JsonLineOptions): string {
  const subject = JSON.stringify(message.subject);
  if (parts === 'subject') return `{"subject":${subject},"time":"${time}"}`;
  const payload = parts === 'all' ? `,${payloadText(message.data, parse, base64)}` : '';
  const { fields } = readHeaders(message);
  const headers = fields === undefined ? '' : `,"headers":${JSON.stringify(fields)}`;
  const reply = message.reply ? `,"reply":${JSON.stringify(message.reply)}` : '';
  return `{"subject":${subject}${payload}${headers}${reply},"time":"${time}"}`;
}

function payloadText(payload: Uint8Array, parse: boolean, base64: boolean): string {
  const text = base64 && !parse ? undefined : decodeUtf8(payload);
  // Taken as it stands, no digit of a large number is lost; between its tokens a line end or tab is a blank like any other.
  if (parse && text !== undefined && isJson(text)) return `"json":${text.replace(/[\r\n\t]/g, ' ').trim()}`;
  if (text !== undefined && !base64) return `"data":${JSON.stringify(text)}`;
  return `"data_base64":"${encodeBody(payload, 'base64', false)}"`;
}

/** Whether a text is one JSON value. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
