import { findSubjectProblem } from '../../protocol/subjects.js';
import { ServiceError } from '../define-service.js';
import { readJson, readText } from '../reading.js';

/** An instance of a service, as the registry lists it. */
export interface Registration {
  readonly name: string;
  /** Tells the instances of one name apart; it is forgotten `ttl` seconds behind its last registration. */
  readonly instance: string;
  readonly version: string | undefined;
  /** The subjects that it serves. */
  readonly endpoints: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Seconds. */
  readonly ttl: number;
}

/** What is registered when: two heartbeats may be lost. */
export const DEFAULT_TTL_S = 30;
export const SHORTEST_TTL_S = 1;
export const LONGEST_TTL_S = 3_600;
export const HEARTBEATS_PER_TTL = 3;

/** Of the body: a registration is an address, no document. */
const MOST_BYTES = 8 * 1024;
const LONGEST_TEXT = 128;
/** As in ADR-32, and dots: these are the names of clients that do not speak it. */
const NAME = /^[\w-][\w.-]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const BLANK_OR_CONTROL = /[\u0000-\u0020\u007f-\u00a0\u2028\u2029]/;
const FIELDS = ['name', 'version', 'endpoints', 'instance', 'ttl', 'metadata'];

/**
 * What a body registers; only the `name` must be said.
 *
 * @throws ServiceError 400 naming the field, 413 where the body is too large
 */
export function readRegistration(data: Uint8Array): Registration {
  if (data.length > MOST_BYTES) {
    throw new ServiceError(413, `the body has ${data.length} bytes: a registration has at most ${MOST_BYTES}`);
  }
  return checkRegistration(readJson(data));
}

/** @throws ServiceError 400 naming the field */
export function checkRegistration(value: unknown): Registration {
  if (!isRecord(value)) return refuse('the body', 'is no JSON object');
  const unknown = Object.keys(value).find((key) => !FIELDS.includes(key));
  if (unknown !== undefined) {
    return refuse(shown(unknown), `is not known: there are ${FIELDS.join(', ')}; put what is yours into metadata`);
  }
  const name = checkName(value['name']);
  const { instance = name, version, endpoints = [], metadata = {}, ttl = DEFAULT_TTL_S } = value;
  if (!isText(instance)) return refuse('instance', `is ${shown(instance)}: ${TEXT_RULE}`);
  if (version !== undefined && !isText(version)) return refuse('version', `is ${shown(version)}: ${TEXT_RULE}`);
  if (typeof ttl !== 'number' || !(ttl >= SHORTEST_TTL_S && ttl <= LONGEST_TTL_S)) {
    return refuse('ttl', `is ${shown(ttl)}, not a number of seconds from ${SHORTEST_TTL_S} to ${LONGEST_TTL_S}`);
  }
  return { name, instance, version, endpoints: checkSubjects(endpoints), metadata: checkTexts(metadata), ttl };
}

/**
 * The name that a body asks for: as text, of which a final newline is dropped, or as JSON, `"orders"` or
 * `{"name":"orders"}`.
 *
 * @throws ServiceError 400 where it is none
 */
export function readName(data: Uint8Array): string {
  const text = readText(data).replace(/\r?\n$/, '');
  if (!/^\s*["{]/.test(text)) return checkName(text);
  const value = readJson(data);
  return checkName(isRecord(value) ? value['name'] : value);
}

const TEXT_RULE = `a text of 1 to ${LONGEST_TEXT} characters without blanks`;

function checkName(name: unknown): string {
  if (name === undefined || name === '') return refuse('name', 'is missing');
  if (typeof name === 'string' && name.length <= LONGEST_TEXT && NAME.test(name)) return name;
  return refuse('name', `is ${shown(name)}: up to ${LONGEST_TEXT} letters, digits, dots, - and _`);
}

function checkSubjects(endpoints: unknown): readonly string[] {
  if (!Array.isArray(endpoints)) return refuse('endpoints', 'are no list of subjects');
  for (const [index, subject] of endpoints.entries()) {
    if (typeof subject !== 'string') return refuse(`endpoints[${index}]`, `is ${shown(subject)}, not a subject`);
    const problem = findSubjectProblem(subject, { wildcards: true });
    if (problem !== undefined) return refuse(`endpoints[${index}]`, `is ${shown(subject)}: ${problem.reason}`);
  }
  return endpoints as readonly string[];
}

function checkTexts(metadata: unknown): Readonly<Record<string, string>> {
  if (isRecord(metadata) && Object.values(metadata).every((value) => typeof value === 'string')) {
    return metadata as Readonly<Record<string, string>>;
  }
  return refuse('metadata', 'is no object with texts as values');
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT && !BLANK_OR_CONTROL.test(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(field: string, problem: string): never {
  throw new ServiceError(400, `${field} ${problem}`);
}

/** Whatever it is, on one line, and short. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
