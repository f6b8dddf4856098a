import { usageError } from '../errors.js';

/** The keys that lead from a JSON value to one inside it; none for the value itself. */
export type JsonPath = readonly string[];

/**
 * Reads a path such as `order.items.0.id`: keys and indices with dots between them, a dot of a key as `\.`. A `$`
 * or a dot in front, as in jq and JSONPath, is left out; alone, it is the whole value.
 *
 * @throws CliError `usage`, naming `name`, where a key is missing
 */
export function parseJsonPath(text: string, name: string): JsonPath {
  const path = text.replace(/^\$?\.?/, '');
  if (path === '') {
    if (text === '') throw usageError(`${name}: the path is missing`, 'a path is keys with dots, such as order.id');
    return [];
  }
  const keys = Array.from(path.matchAll(/((?:\\.|[^.\\])*)(?:\.|$)/gs), ([, key]) => key as string);
  // Behind the last key the pattern finds nothing once more.
  if (!path.endsWith('.') || path.endsWith('\\.')) keys.pop();
  if (keys.includes('')) {
    throw usageError(`${name}: "${text}" is not a path`, 'a path is keys with dots, such as order.id');
  }
  return keys.map((key) => key.replace(/\\(.)/gs, '$1'));
}

/** The value that a path leads to; undefined where there is none, which no JSON value is. */
export function valueAt(value: unknown, path: JsonPath): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return found;
}
