import { createReadStream } from 'node:fs';
import type { MsgHdrs } from 'nats';
import { usageError } from '../../errors.js';
import { explainReadError, readRecords } from '../../input/index.js';
import { parseMessageRecord } from '../../messages/index.js';
import { requireSubject } from '../../protocol/subjects.js';
import type { RequestMessage } from '../request.js';

/** How the input of many requests is cut: a body a line, a body up to a NUL, or a JSON object a line. */
export type InputFormat = 'lines' | 'null' | 'ndjson';

/** What all requests of an input have in common. */
export interface CommonParts {
  /** In place of the input's own; undefined where each has its own. */
  readonly subject: string | undefined;
  readonly headers: MsgHdrs | undefined;
}

/** When to tell a person that input is waited for. */
const PATIENCE_MS = 2_000;
const NEWLINE = 0x0a;
const NUL = 0x00;

/** The pieces of an input, as they come. */
export function cutInput(chunks: AsyncIterable<Uint8Array>, format: InputFormat): AsyncIterable<readonly Uint8Array[]> {
  return readRecords(chunks, format === 'null' ? NUL : NEWLINE);
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

function mergeHeaders(own: MsgHdrs | undefined, common: MsgHdrs | undefined): MsgHdrs | undefined {
  if (own === undefined || common === undefined) return own ?? common;
  for (const name of common.keys()) {
    own.delete(name);
    for (const value of common.values(name)) own.append(name, value);
  }
  return own;
}

/**
 * Reads stdin, or a file, in chunks as they come.
 *
 * @param path `-` is stdin, as is none
 * @param tellWaiting called once where nothing has come for 2 s
 * @throws CliError `usage` where it cannot be read
 */
export async function* readInput(
  path: string | undefined,
  tellWaiting: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const isStdin = path === undefined || path === '-';
  const timer = setTimeout(tellWaiting, PATIENCE_MS);
  try {
    for await (const chunk of isStdin ? process.stdin : createReadStream(path)) {
      clearTimeout(timer);
      yield chunk as Buffer;
    }
  } catch (error) {
    throw explainReadError(isStdin ? 'stdin' : path, error);
  } finally {
    clearTimeout(timer);
  }
}
