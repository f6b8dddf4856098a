import type { MsgHdrs } from 'nats';
import { MsgHdrsImpl } from 'nats/lib/nats-base-client/headers.js';
import { usageError } from '../errors.js';
import { rawMember } from './raw-member.js';

/** A message as a line of JSON holds it; what is absent is undefined. */
export interface MessageRecord {
  readonly subject: string | undefined;
  /** Empty where the line has none. */
  readonly body: Uint8Array;
  readonly headers: MsgHdrs | undefined;
  readonly reply: string | undefined;
}

/** A line of JSON that is an object. */
export interface JsonLine {
  readonly text: string;
  readonly fields: Fields;
}

type Fields = Readonly<Record<string, unknown>>;

const BODY_FIELDS = ['data', 'data_base64', 'json'] as const;
const HEADER_NAME = /^[^\p{Cc}:]+$/u;
const LINE_END = /[\r\n]/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Reads a line of JSON as `sub --json` prints it: `subject`, the body as `data`, `data_base64` or `json`, `headers`
 * and `reply`. Other fields, such as `time`, are let pass.
 *
 * @throws CliError `usage` where it is none; without the line's number, which the caller knows
 */
export function parseMessageRecord(line: Uint8Array): MessageRecord {
  const json = parseJsonLine(line);
  return {
    subject: stringField(json.fields, 'subject'),
    ...parseContent(json),
    reply: stringField(json.fields, 'reply'),
  };
}

/** @throws CliError `usage` where the line is no JSON object */
export function parseJsonLine(line: Uint8Array): JsonLine {
  const text = decode(line);
  return { text, fields: parseObject(text) };
}

/**
 * Reads body and headers alone.
 *
 * @throws CliError `usage`
 */
export function parseContent({ text, fields }: JsonLine): Pick<MessageRecord, 'body' | 'headers'> {
  return { body: readBody(fields, text), headers: readHeaders(fields.headers) };
}

function decode(line: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(line);
  } catch {
    throw usageError('the line is not valid UTF-8');
  }
}

function parseObject(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usageError(text.trim() === '' ? 'the line is empty' : `the line is not JSON: ${(error as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw usageError('the line is not a JSON object');
}

function stringField(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === 'string') return value;
  throw usageError(`"${name}" is not a string`);
}

function readBody(fields: Fields, text: string): Uint8Array {
  const [name, second] = BODY_FIELDS.filter((field) => Object.hasOwn(fields, field));
  if (second !== undefined) throw usageError(`"${name}" and "${second}" exclude each other`);
  if (name === undefined) return new Uint8Array(0);
  if (name === 'json') return Buffer.from(rawMember(text, 'json') ?? JSON.stringify(fields.json));
  const value = stringField(fields, name) ?? '';
  if (name === 'data') return Buffer.from(value);
  if (value.length % 4 !== 0 || !BASE64.test(value)) throw usageError('"data_base64" is not base64');
  return Buffer.from(value, 'base64');
}

function readHeaders(value: unknown): MsgHdrs | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw usageError('"headers" is not an object');
  }
  const headers = new MsgHdrsImpl();
  for (const [name, given] of Object.entries(value)) {
    const values: unknown[] = Array.isArray(given) ? given : [given];
    for (const one of values) {
      if (typeof one !== 'string') throw usageError(`header ${JSON.stringify(name)} is neither text nor a list of it`);
      appendHeader(headers, name, one);
    }
  }
  return headers.keys().length === 0 ? undefined : headers;
}

/** Keeps names that nats.js takes from nobody, with blanks or beyond ASCII: the server lets them pass, so they come. */
function appendHeader(headers: MsgHdrsImpl, name: string, value: string): void {
  if (!HEADER_NAME.test(name) || LINE_END.test(value)) {
    throw usageError(
      `header ${JSON.stringify(name)} cannot be sent: its name or a value has a character that must not be there`,
    );
  }
  const values = headers.headers.get(name);
  if (values === undefined) headers.headers.set(name, [value.trim()]);
  else values.push(value.trim());
}
