import type { Msg, MsgHdrs } from 'nats';
import { headers as createHeaders } from 'nats/lib/nats-base-client/headers.js';
import { ServiceError } from './define-service.js';

/** What the caller is told in the end. */
export interface Outcome {
  /** The body; of a stream nothing. */
  readonly reply: Uint8Array;
  /** Undefined: none. */
  readonly headers?: MsgHdrs | undefined;
  readonly error: { readonly code: number; readonly message: string } | undefined;
  /** Of a stream the messages that were sent, without its end. */
  readonly streamed?: number;
}

/** What is told of an error; a server whose max_payload is not set takes 1 MiB of headers and body. */
const LONGEST_ERROR_CHARACTERS = 1_000;
/** The most that such a text and the headers' names take. */
const ERROR_HEADER_BYTES = 3 * LONGEST_ERROR_CHARACTERS + 100;

const NOTHING = new Uint8Array(0);

/** What a program answers with that says headers too. */
export class ReplyMessage {
  readonly data: Uint8Array;
  readonly headers: MsgHdrs | undefined;

  constructor(data: Uint8Array, headers: MsgHdrs | undefined) {
    this.data = data;
    this.headers = headers;
  }
}

/**
 * Makes a reply of what a handler, or a stream, gave.
 *
 * @throws ServiceError 500 where it is no JSON value
 */
export function replyOf(value: unknown, what?: string): Outcome {
  if (value instanceof ReplyMessage) return { reply: value.data, headers: value.headers, error: undefined };
  return { reply: encodeBody(value, what), error: undefined };
}

/**
 * Makes the body of a reply: text and bytes as they are, anything else as JSON.
 *
 * @param what for the message of the error
 * @throws ServiceError 500 where it is no JSON value
 */
export function encodeBody(value: unknown, what = 'the handler returned'): Uint8Array {
  if (typeof value === 'string') return value === '' ? NOTHING : Buffer.from(value);
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return Buffer.from(encodeJson(value, what));
}

function encodeJson(value: unknown, what: string): string {
  if (value === undefined) throw new ServiceError(500, `${what} nothing: give text, bytes or a JSON value`);
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new ServiceError(500, `${what} what cannot be JSON: ${jsonProblem(error)}`, { cause: error });
  }
  if (text === undefined) throw new ServiceError(500, `${what} a ${typeof value}, which is no JSON value`);
  return text;
}

function jsonProblem(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith('Converting circular structure')) return 'it refers to itself';
  if (/BigInt/.test(message)) return 'it holds a BigInt';
  return message;
}

export function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

export function failed(code: number, message: string, reply: Uint8Array = NOTHING): Outcome {
  return { reply, error: { code, message } };
}

/** What the caller is told of a thrown value. */
export function outcomeOfError(error: unknown): Outcome {
  return failed(errorCode(error), headerText(error), errorData(error));
}

/** Of a handler's own choice where it is a whole number, as ADR-32 has it. */
function errorCode(error: unknown): number {
  return error instanceof ServiceError && Number.isSafeInteger(error.code) ? error.code : 500;
}

function errorData(error: unknown): Uint8Array {
  if (!(error instanceof ServiceError) || error.data === undefined) return NOTHING;
  try {
    return encodeBody(error.data);
  } catch {
    // The error itself matters more than what it carries.
    return NOTHING;
  }
}

/** The message of a thrown value, fit to stand in a header: on one line, and no longer than any server takes. */
function headerText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  const line = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return line.slice(0, LONGEST_ERROR_CHARACTERS) || 'the handler failed';
}

/** @returns the outcome, or the error that it is where no server takes a reply of that size */
export function withinSize(outcome: Outcome, maxPayload: number): Outcome {
  const { reply, headers, error } = outcome;
  if (error !== undefined) {
    return reply.length + ERROR_HEADER_BYTES > maxPayload ? { ...outcome, reply: NOTHING } : outcome;
  }
  const size = reply.length + (headers === undefined ? 0 : sizeOf(headers));
  if (size <= maxPayload) return outcome;
  return failed(500, `the reply has ${size} bytes, and the server takes at most ${maxPayload}`);
}

/** In bytes, as they are sent: `NATS/1.0`, a line for each value, and an empty one. */
function sizeOf(headers: MsgHdrs): number {
  let size = 'NATS/1.0\r\n\r\n'.length;
  for (const name of headers.keys()) {
    for (const value of headers.values(name)) size += Buffer.byteLength(`${name}: ${value}\r\n`);
  }
  return size;
}

/** Answers; one that was published, not requested, has no reply subject, and nobody to answer. */
export function respond(message: Msg, { reply, headers: own, error }: Outcome): void {
  if (error === undefined) {
    message.respond(reply, own && { headers: own });
    return;
  }
  if (!message.reply) return;
  const headers = createHeaders();
  headers.set('Nats-Service-Error', error.message);
  headers.set('Nats-Service-Error-Code', String(error.code));
  message.respond(reply, { headers });
}
