import { usageError } from '../errors.js';
import { escapePayload } from '../escape.js';

/** How bytes are written as text. */
export type Encoding = 'utf8' | 'base64' | 'hex';

export const ENCODINGS: readonly Encoding[] = ['utf8', 'base64', 'hex'];

/** Reads `--encoding`. @throws CliError `usage` */
export function parseEncoding(text = 'utf8'): Encoding {
  const encoding = ENCODINGS.find((known) => known === text);
  if (encoding === undefined) throw usageError(`--encoding: "${text}" is none of ${ENCODINGS.join(', ')}`);
  return encoding;
}

/** @param escaped for a terminal: control characters are shown, not sent */
export function encodeBody(body: Uint8Array, encoding: Encoding, escaped: boolean): string {
  if (encoding === 'utf8' && escaped) return escapePayload(body);
  return Buffer.from(body.buffer, body.byteOffset, body.length).toString(encoding);
}
