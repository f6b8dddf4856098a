import type { MsgHdrs } from 'nats';
import { usageError } from '../../errors.js';
import type { InputFormat } from '../../input/index.js';
import { mergeHeaders, parseMessageRecord } from '../../messages/index.js';
import { requireSubject } from '../../protocol/subjects.js';
import type { RequestMessage } from '../request.js';

/** What all requests of an input have in common. */
export interface CommonParts {
  /** In place of the input's own; undefined where each has its own. */
  readonly subject: string | undefined;
  readonly headers: MsgHdrs | undefined;
}

/**
 * Makes a request of a piece of input. Where a JSON line has a header that all requests have as well, the common one
 * counts; its `reply` does not: replies come here.
 *
 * @throws CliError `usage` where it is none, or has no subject to go to
 */
export function requestOf(
  format: InputFormat,
  { subject, headers }: CommonParts,
): (input: Uint8Array) => RequestMessage {
  if (format !== 'ndjson') {
    if (subject === undefined) throw usageError('SUBJECT is missing');
    return (body) => ({ subject, body, headers });
  }
  return (line) => {
    const record = parseMessageRecord(line);
    const target = subject ?? record.subject;
    if (target === undefined) throw usageError('the line has no "subject", and no SUBJECT is given');
    return {
      subject: requireSubject(target, { wildcards: false }),
      body: record.body,
      headers: mergeHeaders(record.headers, headers),
    };
  };
}
