import type { MsgHdrs } from 'nats';
import { headers as createHeaders } from 'nats/lib/nats-base-client/headers.js';
import { usageError } from '../errors.js';

/**
 * Reads `Name:Value` texts, split at the first colon, blanks around the value left out.
 *
 * @returns undefined where there are none
 * @throws CliError `usage` where a name is not of printable ASCII, or a value has a line end in it
 */
export function parseHeaders(texts: readonly string[]): MsgHdrs | undefined {
  if (texts.length === 0) return undefined;
  const headers = createHeaders();
  for (const text of texts) {
    const colon = text.indexOf(':');
    const name = text.slice(0, colon);
    if (colon < 1) throw usageError(`invalid header ${JSON.stringify(text)}`, 'write -H Name:Value');
    // RFC 5322, 2.2: a field name is of printable characters, colon left out.
    if (!/^[\x21-\x39\x3b-\x7e]+$/.test(name)) {
      throw usageError(`invalid header name ${JSON.stringify(name)}: only printable ASCII, no blanks`);
    }
    const value = text.slice(colon + 1).trim();
    if (/[\r\n]/.test(value)) throw usageError(`the value of header ${name} must not contain a line end`);
    headers.append(name, value);
  }
  return headers;
}
