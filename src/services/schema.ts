import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ServiceError } from './define-service.js';

/** Of so many problems the caller is told. */
const MOST_PROBLEMS = 3;

/**
 * Holds a value against a schema.
 *
 * @returns what the schema makes of it; a promise only where the schema needs one
 * @throws ServiceError with the code, naming where the value does not fit
 */
export function holdAgainst(
  schema: StandardSchemaV1,
  value: unknown,
  code: number,
  what: string,
): unknown | Promise<unknown> {
  const result = schema['~standard'].validate(value);
  return result instanceof Promise ? result.then((late) => outputOf(late, code, what)) : outputOf(result, code, what);
}

function outputOf(result: StandardSchemaV1.Result<unknown>, code: number, what: string): unknown {
  if (result.issues === undefined) return result.value;
  const told = result.issues.slice(0, MOST_PROBLEMS).map((issue) => describe(issue, what));
  const more = result.issues.length - told.length;
  throw new ServiceError(code, `${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}`);
}

/** `items[0].price: expected number`. */
function describe({ path = [], message }: StandardSchemaV1.Issue, what: string): string {
  const keys = path.map((segment) => (typeof segment === 'object' ? segment.key : segment));
  const place = keys
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');
  return `${place === '' ? what : place}: ${message}`;
}
