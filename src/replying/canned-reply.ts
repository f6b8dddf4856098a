import type { Msg, MsgHdrs } from 'nats';
import { headers as createHeaders, MsgHdrsImpl } from 'nats/lib/nats-base-client/headers.js';
import { usageError } from '../errors.js';

/** What a request is answered with. */
export interface Answer {
  readonly body: Uint8Array;
  readonly headers: MsgHdrs | undefined;
}

/** The error that a caller is told, in the headers of ADR-32. */
export interface CannedError {
  readonly code: string;
  readonly message: string;
}

export interface CannedReply {
  /** @param count of the request, counted from 1 */
  readonly body: (request: Uint8Array, count: number) => Uint8Array;
  readonly headers: MsgHdrs | undefined;
  /** The request's headers go back as well. */
  readonly echoHeaders: boolean;
  readonly error: CannedError | undefined;
}

/** The answer to one request. */
export function answerTo(request: Pick<Msg, 'data' | 'headers'>, count: number, canned: CannedReply): Answer {
  const headers = new MsgHdrsImpl();
  const error = canned.error === undefined ? undefined : errorHeaders(canned.error);
  for (const source of [error, canned.echoHeaders ? request.headers : undefined, canned.headers]) {
    // As it was received: its own append() refuses names that come all the same.
    for (const name of source?.keys() ?? []) {
      headers.headers.set(name, [...(headers.headers.get(name) ?? []), ...(source?.values(name) ?? [])]);
    }
  }
  return { body: canned.body(request.data, count), headers: headers.keys().length === 0 ? undefined : headers };
}

/** How a service says what went wrong. */
export function errorHeaders({ code, message }: CannedError): MsgHdrs {
  const headers = createHeaders();
  headers.set('Nats-Service-Error', message);
  headers.set('Nats-Service-Error-Code', code);
  return headers;
}

/**
 * Reads `CODE:TEXT`, such as `404:no such order`.
 *
 * @throws CliError `usage` where it is not in this form, or the text cannot stand in a header
 */
export function parseCannedError(text: string): CannedError {
  const [, code, message] = /^(\d{1,9}):\s*(.*\S)\s*$/s.exec(text) ?? [];
  if (code === undefined || message === undefined) {
    throw usageError(
      `--error: ${JSON.stringify(text)} is not CODE:TEXT`,
      'write a number and a text: 404:no such order',
    );
  }
  if (/[\r\n]/.test(message)) throw usageError('--error: the text must not contain a line end');
  return { code, message };
}
