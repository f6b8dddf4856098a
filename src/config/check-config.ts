import { type CliError, usageError } from '../errors.js';
import { nearestOf } from '../nearest-name.js';
import { type FieldKind, POOL_FIELDS, SECRET_FIELDS, SHARED_FIELDS } from './fields.js';

/** A field's value as the flag of its name would have been given it. */
export type FieldValue = string | readonly string[] | boolean;
export type FieldValues = Readonly<Record<string, FieldValue>>;

/** One pool of the file. */
export interface NamedPool {
  readonly name: string;
  readonly fields: FieldValues;
}

/** What the file says, with its fields known and of the right types; what they say is for those to judge who read flags. */
export interface CheckedConfig {
  readonly shared: FieldValues;
  readonly pools: readonly NamedPool[];
}

type Fields = Readonly<Record<string, FieldKind>>;

const NAME = /^[A-Za-z0-9_-]+$/;

/**
 * Checks the shape of what a file holds.
 *
 * @param given the file as the caller wrote it
 * @throws CliError `usage`, naming file and field
 */
export function checkConfig(content: unknown, given: string): CheckedConfig {
  if (!isObject(content)) {
    throw usageError(`${given} holds ${describe(content)}, and not an object with pools`, 'see natsctl serve --help');
  }
  const { pools, $schema: _, ...shared } = content;
  const values = readFields(shared, SHARED_FIELDS, given, '');
  if (values['server'] !== undefined) refuseLogin(values['server'], given);
  if (pools === undefined) throw usageError(`${given}: pools is missing`, 'it has a pool for each name');
  if (!isObject(pools))
    throw usageError(`${given}: pools is ${describe(pools)}, and not an object with a pool for each name`);
  const named = Object.entries(pools).map(([name, pool]) => checkPool(name, pool, given));
  if (named.length === 0) throw usageError(`${given}: pools is empty`, 'it has a pool for each name');
  return { shared: values, pools: named };
}

function checkPool(name: string, pool: unknown, given: string): NamedPool {
  const path = `pools.${name}`;
  // A name of digits would be a process id to `natsctl pool`.
  if (!NAME.test(name) || /^\d+$/.test(name)) {
    throw usageError(
      `${given}: ${JSON.stringify(name)} is no pool's name`,
      'letters, digits, "-" and "_", and not digits alone',
    );
  }
  if (!isObject(pool)) throw usageError(`${given}: ${path} is ${describe(pool)}, and not an object`);
  const fields = readFields(pool, POOL_FIELDS, given, path);
  if (fields['service'] === undefined && fields['exec'] !== true && fields['stdio'] !== true) {
    throw usageError(
      `${given}: ${path}: service is missing`,
      "service: './orders.ts', or exec or stdio with a command",
    );
  }
  return { name, fields };
}

function readFields(
  content: Readonly<Record<string, unknown>>,
  fields: Fields,
  given: string,
  path: string,
): FieldValues {
  const values: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(content)) {
    const full = path === '' ? name : `${path}.${name}`;
    if (!Object.hasOwn(fields, name)) throw unknownField(name, full, given, fields);
    // What is worked out, such as from a variable that is not set, may be nothing.
    if (value === undefined) continue;
    values[name] = readValue(value, fields[name] as FieldKind, `${given}: ${full}`);
  }
  return values;
}

function unknownField(name: string, full: string, given: string, fields: Fields): CliError {
  if (Object.hasOwn(SECRET_FIELDS, name)) {
    return usageError(
      `${given}: ${full}: secrets have no place in this file`,
      `give it in ${SECRET_FIELDS[name]}, or in a context: natsctl context save, and context: 'NAME' here`,
    );
  }
  const isOfOther = Object.hasOwn(fields === POOL_FIELDS ? SHARED_FIELDS : POOL_FIELDS, name);
  if (isOfOther) {
    const where =
      fields === POOL_FIELDS ? 'it is of all pools: put it beside pools' : 'put it into each pool it is for';
    return usageError(`${given}: ${full} does not belong there`, where);
  }
  const known = [...Object.keys(fields), ...(fields === SHARED_FIELDS ? ['pools'] : [])];
  const nearest = nearestOf(name, known);
  const hint = nearest === undefined ? `there are: ${known.join(', ')}` : `did you mean ${nearest}?`;
  return usageError(`${given}: unknown field ${full}`, hint);
}

function readValue(value: unknown, kind: FieldKind, label: string): FieldValue {
  switch (kind) {
    case 'text':
      if (typeof value === 'string') return value;
      throw usageError(`${label} is ${describe(value)}, and not a text`);
    case 'number':
      if (typeof value === 'string' || typeof value === 'number') return String(value);
      throw usageError(`${label} is ${describe(value)}, and neither a number nor a text`);
    case 'texts':
      if (typeof value === 'string') return [value];
      if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')) return value;
      throw usageError(`${label} is ${describe(value)}, and neither a text nor a list of texts`);
    case 'switch':
      if (typeof value === 'boolean') return value;
      throw usageError(`${label} is ${describe(value)}, and neither true nor false`);
  }
}

/** In a URL too: what stands before an `@` is a password, a token or a user. */
function refuseLogin(server: FieldValue, given: string): void {
  if (!String(server).includes('@')) return;
  throw usageError(
    `${given}: server: secrets have no place in this file, and this one has a login in its URL`,
    "give the whole URL in NATS_URL, or in a context: natsctl context save, and context: 'NAME' here",
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a value is; not the value, which may be long, or a secret. */
function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}
