import type { MsgHdrs } from 'nats';
import { type JsonLine, parseContent, parseJsonLine } from '../../messages/index.js';
import { ServiceError } from '../define-service.js';
import { ReplyMessage } from '../reply.js';

/** What a line of a co-process says. */
export type Answer =
  | { readonly kind: 'reply'; readonly id: number; readonly reply: ReplyMessage; readonly isLast: boolean }
  | { readonly kind: 'error'; readonly id: number; readonly error: ServiceError }
  /** It is for a request, and does not say what it should. */
  | { readonly kind: 'malformed'; readonly id: number; readonly reason: string }
  /** It is for none that can be told. */
  | { readonly kind: 'stray'; readonly reason: string };

const BLANK = 0x20;
const TAB = 0x09;
const OPENING_BRACE = 0x7b;
/** A line that is too long, cut: JSON libraries write fields in the order that they were given. */
const ID_IN_FRONT = /^\s*\{\s*"id"\s*:\s*(\d{1,16})\s*[,}]/;

/** Reads a line of a co-process. */
export function readAnswer(line: Uint8Array): Answer {
  // Said without an error, which costs ten times as much: a program may write nothing else.
  if (!looksLikeObject(line)) return { kind: 'stray', reason: 'the line is not a JSON object' };
  let json: JsonLine;
  try {
    json = parseJsonLine(line);
  } catch (error) {
    // What follows the colon quotes the line.
    return { kind: 'stray', reason: (error as Error).message.replace(/: .*$/s, '') };
  }
  const { id } = json.fields;
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) {
    return { kind: 'stray', reason: id === undefined ? 'the line has no "id"' : '"id" is not a whole number' };
  }
  try {
    return readFields(json, id);
  } catch (error) {
    return { kind: 'malformed', id, reason: (error as Error).message };
  }
}

function looksLikeObject(line: Uint8Array): boolean {
  const first = line.find((byte) => byte !== BLANK && byte !== TAB);
  return first === OPENING_BRACE;
}

/** @returns the id in the beginning of a line, if it is there */
export function idInFront(start: Uint8Array): number | undefined {
  const [, id] = ID_IN_FRONT.exec(Buffer.from(start.subarray(0, 100)).toString('latin1')) ?? [];
  return id === undefined ? undefined : Number(id);
}

/** @throws Error with what is wrong */
function readFields(json: JsonLine, id: number): Answer {
  const { error, more } = json.fields as { readonly error?: unknown; readonly more?: unknown };
  const { body, headers } = parseContent(json);
  if (error !== undefined && error !== null) return { kind: 'error', id, error: readError(error, body, headers) };
  if (more !== undefined && typeof more !== 'boolean') throw new Error('"more" is neither true nor false');
  return { kind: 'reply', id, reply: new ReplyMessage(body, headers), isLast: more !== true };
}

function readError(error: unknown, body: Uint8Array, headers: MsgHdrs | undefined): ServiceError {
  const { code, message } = Object(error) as { readonly code?: unknown; readonly message?: unknown };
  if (!Number.isSafeInteger(code)) throw new Error('"error" has no whole number as "code"');
  if (typeof message !== 'string') throw new Error('"error" has no text as "message"');
  if (headers !== undefined) throw new Error('"headers" and "error" exclude each other');
  return new ServiceError(code as number, message, body.length === 0 ? {} : { data: body });
}
