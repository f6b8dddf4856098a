import { usageError } from '../errors.js';
import { findSubjectProblem } from '../protocol/subjects.js';
import type { Endpoint, ServiceDefinition } from './define-service.js';
import { durationMs } from './timeouts.js';

/** ADR-32, which takes the form from JetStream's names. */
const NAME = /^[A-Za-z0-9_-]+$/;
/** As semver.org has it. */
const SEMANTIC_VERSION =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*)?(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?$/;
// nats-server splits a protocol line at blanks.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const BLANK_OR_CONTROL = /[\u0000-\u0020\u007f]/;
const FUNCTIONS = ['context', 'start', 'stop', 'health'] as const;
const SERVICE_FIELDS = new Set<string>([
  ...['name', 'version', 'description', 'queue', 'metadata', 'middleware', 'endpoints'],
  ...FUNCTIONS,
]);
const ENDPOINT_FIELDS = new Set(['subject', 'queue', 'concurrency', 'timeout', 'schema', 'metadata', 'handler']);

/**
 * Holds what a module gives against what a service is: TypeScript may not have seen it.
 *
 * @param origin where it is from, for the error
 * @throws CliError `usage`, naming the field
 */
export function checkDefinition(value: unknown, origin: string): ServiceDefinition {
  const refuse: Refuse = (field, problem) => {
    throw usageError(`${origin}: ${field} ${problem}`, 'a service is what defineService takes: see docs/services.md');
  };
  if (!isRecord(value)) return refuse('its default export', `is ${kindOf(value)}, not a service`);
  if (!isRecord(value['endpoints'])) {
    return refuse('endpoints', value['endpoints'] === undefined ? 'are missing' : `are ${kindOf(value['endpoints'])}`);
  }
  refuseUnknown(value, SERVICE_FIELDS, '', refuse);
  const { name, version, description, queue, metadata, middleware, endpoints } = value;
  if (typeof name !== 'string' || !NAME.test(name)) refuse('name', `is ${shown(name)}: ${NAME_RULE}`);
  if (typeof version !== 'string' || !SEMANTIC_VERSION.test(version)) {
    refuse('version', `is ${shown(version)}, not a semantic version such as 1.0.0`);
  }
  if (description !== undefined && typeof description !== 'string') refuse('description', 'is no text');
  if (queue !== undefined) checkQueue(queue, 'queue', refuse);
  if (metadata !== undefined) checkMetadata(metadata, 'metadata', refuse);
  for (const hook of FUNCTIONS) {
    if (value[hook] !== undefined && typeof value[hook] !== 'function') refuse(hook, 'is no function');
  }
  if (middleware !== undefined && !(Array.isArray(middleware) && middleware.every(isFunction))) {
    refuse('middleware', 'is no list of functions');
  }
  const subjects = new Map<string, string>();
  for (const [key, endpoint] of Object.entries(endpoints)) {
    const subject = checkEndpoint(endpoint, key, refuse) ?? `${name}.${key}`;
    const other = subjects.get(subject);
    if (other !== undefined) refuse(`endpoints.${key}.subject`, `is ${subject}, as that of endpoints.${other}`);
    subjects.set(subject, key);
  }
  if (subjects.size === 0) refuse('endpoints', 'are none');
  return value as unknown as ServiceDefinition;
}

/**
 * Lets the name of a service pass.
 *
 * @throws CliError `usage`
 */
export function requireServiceName(name: string, flag: string): string {
  if (!NAME.test(name)) throw usageError(`${flag}: ${JSON.stringify(name)} is no service's name`, NAME_RULE);
  return name;
}

type Refuse = (field: string, problem: string) => never;

const NAME_RULE = 'a name has letters, digits, - and _ alone (ADR-32)';

/** @returns its subject, where it has one of its own */
function checkEndpoint(endpoint: unknown, name: string, refuse: Refuse): string | undefined {
  const at = `endpoints.${name}`;
  if (!NAME.test(name)) return refuse(at, `has an invalid name: ${NAME_RULE}`);
  if (!isRecord(endpoint)) return refuse(at, `is ${kindOf(endpoint)}, not an endpoint with a handler`);
  refuseUnknown(endpoint, ENDPOINT_FIELDS, `${at}.`, refuse);
  const { subject, queue, concurrency, timeout, schema, metadata, handler } = endpoint as Record<
    keyof Endpoint,
    unknown
  >;
  if (!isFunction(handler)) refuse(`${at}.handler`, handler === undefined ? 'is missing' : 'is no function');
  if (queue !== undefined && queue !== false) checkQueue(queue, `${at}.queue`, refuse);
  if (concurrency !== undefined && !(Number.isSafeInteger(concurrency) && (concurrency as number) > 0)) {
    refuse(`${at}.concurrency`, `is ${shown(concurrency)}, not a whole number from 1 on`);
  }
  if (timeout !== undefined) checkTimeout(timeout, `${at}.timeout`, refuse);
  if (schema !== undefined) checkSchema(schema, `${at}.schema`, refuse);
  if (metadata !== undefined) checkMetadata(metadata, `${at}.metadata`, refuse);
  if (subject === undefined) return undefined;
  if (typeof subject !== 'string') return refuse(`${at}.subject`, 'is no text');
  const problem = findSubjectProblem(subject, { wildcards: true });
  if (problem !== undefined) refuse(`${at}.subject`, `is ${shown(subject)}: ${problem.reason}`);
  return subject;
}

function checkQueue(queue: unknown, field: string, refuse: Refuse): void {
  if (typeof queue === 'string' && queue !== '' && !BLANK_OR_CONTROL.test(queue)) return;
  refuse(field, `is ${shown(queue)}: a queue group is a text without blanks`);
}

function checkTimeout(timeout: unknown, field: string, refuse: Refuse): void {
  try {
    durationMs(timeout as number | string, field);
  } catch {
    refuse(field, `is ${shown(timeout)}, neither milliseconds above 0 nor a duration such as '5s'`);
  }
}

function checkSchema(schema: unknown, field: string, refuse: Refuse): void {
  if (!isRecord(schema)) refuse(field, "has neither a schema for 'request' nor one for 'response'");
  for (const [key, part] of Object.entries(schema as object) as [string, unknown][]) {
    if (key !== 'request' && key !== 'response') refuse(`${field}.${key}`, 'is not known: there are request, response');
    const standard = (part as { '~standard'?: { validate?: unknown } } | undefined)?.['~standard'];
    if (!isFunction(standard?.validate)) refuse(`${field}.${key}`, 'is of no library that has Standard Schema');
  }
}

function checkMetadata(metadata: unknown, field: string, refuse: Refuse): void {
  if (isRecord(metadata) && Object.values(metadata).every((value) => typeof value === 'string')) return;
  refuse(field, 'is no object with texts as values (ADR-32)');
}

/** A field that nobody reads would be a mistake that nobody sees. */
function refuseUnknown(value: object, known: ReadonlySet<string>, at: string, refuse: Refuse): void {
  const unknown = Object.keys(value).find((key) => !known.has(key));
  if (unknown !== undefined) refuse(`${at}${unknown}`, `is not known: there are ${[...known].join(', ')}`);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : value === undefined ? 'missing' : String(value);
}
