import type { ChalkInstance } from 'chalk';
import type { Msg } from 'nats';
import { decodeUtf8, escapeLine, escapePayload } from '../escape.js';
import { type Encoding, encodeBody } from './encoding.js';
import { prettyJson } from './json-text.js';
import { readHeaders } from './message-headers.js';

/** How a message is shown to a person. */
export interface MessageTextOptions {
  /** For a terminal: control characters are shown, not sent. */
  readonly escaped: boolean;
  readonly encoding: Encoding;
  readonly headersOnly: boolean;
  readonly colors: ChalkInstance | undefined;
}

/** A message for a person: time, subject and reply on a line, a line for each header, the body, and an empty line. */
export function messageText(message: Msg, time: string, options: MessageTextOptions): string {
  const { escaped, headersOnly, colors } = options;
  const shown = (text: string): string => (escaped ? escapeLine(text) : text);
  const dim = (text: string): string => (colors === undefined ? text : colors.dim(text));
  const subject = shown(message.subject);
  const reply = message.reply ? dim(` (reply to ${shown(message.reply)})`) : '';
  const lines = [`${dim(time)} ${colors === undefined ? subject : colors.bold(subject)}${reply}`];
  const { fields = {}, status } = readHeaders(message);
  if (status !== undefined) lines.push(dim(shown(status)));
  for (const [name, values] of Object.entries(fields)) {
    for (const value of values) lines.push(`${dim(`${shown(name)}:`)} ${shown(value)}`);
  }
  if (!headersOnly && message.data.length > 0) lines.push(bodyText(message.data, options));
  return `${lines.join('\n')}\n\n`;
}

function bodyText(body: Uint8Array, { encoding, escaped, colors }: MessageTextOptions): string {
  if (encoding !== 'utf8') return encodeBody(body, encoding, escaped);
  const text = decodeUtf8(body);
  // As text it would become U+FFFD, which tells nothing; --raw gives the bytes.
  if (text === undefined) return escapePayload(body);
  return prettyJson(text, escaped, colors) ?? encodeBody(body, encoding, escaped);
}
