import { isDeepStrictEqual } from 'node:util';
import { usageError } from '../errors.js';
import { type JsonPath, parseJsonPath, valueAt } from './json-path.js';

/** What a message's body is to be. */
export interface Expectation {
  meets(body: Uint8Array): boolean;
  /** The flags that asked for it, for the error of what did not meet it: `--expect "done"`. */
  describe(): string;
}

/** The flags that expect something of a body. */
export interface ExpectationFlags {
  /** The whole body, byte for byte. */
  readonly expect?: string | undefined;
  /** A regular expression that is found in the body's text. */
  readonly expectMatch?: string | undefined;
  /** `PATH=JSON`: the body is JSON and has this value there. */
  readonly expectJson?: string | readonly string[] | undefined;
}

/** One of the things expected. */
interface Part {
  readonly description: string;
  meets(body: Body): boolean;
}

/**
 * Reads what is expected; where several flags are given, a body is to meet them all.
 *
 * @returns undefined where nothing is expected
 * @throws CliError `usage` where the regular expression, the path or the JSON value is none
 */
export function parseExpectation({ expect, expectMatch, expectJson = [] }: ExpectationFlags): Expectation | undefined {
  const parts: Part[] = [];
  if (expect !== undefined) parts.push(wholeBody(expect));
  if (expectMatch !== undefined) parts.push(match(expectMatch));
  for (const text of typeof expectJson === 'string' ? [expectJson] : expectJson) parts.push(jsonValue(text));
  if (parts.length === 0) return undefined;
  return {
    meets(bytes) {
      const body = new Body(bytes);
      return parts.every((part) => part.meets(body));
    },
    describe: () => parts.map(({ description }) => description).join(' and '),
  };
}

/** A body that is decoded, and read as JSON, once at most. */
class Body {
  readonly bytes: Uint8Array;
  #text: string | undefined;
  #json: { readonly value: unknown } | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get text(): string {
    this.#text ??= Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length).toString('utf8');
    return this.#text;
  }

  /** Undefined where the body is no JSON. */
  get json(): unknown {
    this.#json ??= { value: readJson(this.text) };
    return this.#json.value;
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wholeBody(text: string): Part {
  const expected = Buffer.from(text);
  return { description: `--expect ${JSON.stringify(text)}`, meets: ({ bytes }) => expected.equals(bytes) };
}

function match(source: string): Part {
  let pattern: RegExp;
  try {
    pattern = new RegExp(source, 'u');
  } catch (error) {
    const reason = (error as Error).message.replace(/^Invalid regular expression: /, '');
    throw usageError(`--expect-match: ${reason}`, 'write a regular expression as JavaScript has them');
  }
  return { description: `--expect-match ${JSON.stringify(source)}`, meets: ({ text }) => pattern.test(text) };
}

function jsonValue(flag: string): Part {
  const [, pathText, valueText] = /^((?:\\.|[^=\\])*)=(.*)$/s.exec(flag) ?? [];
  if (pathText === undefined || valueText === undefined) {
    throw usageError(`--expect-json: "${flag}" has no "="`, 'write PATH=JSON, such as order.id=5');
  }
  const path: JsonPath = parseJsonPath(pathText, '--expect-json');
  const expected = readJson(valueText);
  if (expected === undefined) {
    const quoted = `${pathText}=${JSON.stringify(valueText)}`;
    throw usageError(`--expect-json: ${valueText || 'nothing'} is no JSON value`, `a text is quoted: '${quoted}'`);
  }
  return {
    description: `--expect-json ${flag}`,
    meets: ({ json }) => isDeepStrictEqual(valueAt(json, path), expected),
  };
}
