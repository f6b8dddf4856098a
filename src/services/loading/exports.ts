import { checkDefinition } from '../check-definition.js';
import type { ServiceDefinition } from '../define-service.js';
import { serviceOfFunctions } from './functions.js';

type Exports = Readonly<Record<string, unknown>>;

/** What Node adds to the names that a CommonJS module exports. */
const ADDED = new Set(['default', 'module.exports', '__esModule']);

/**
 * Reads the service out of what a module exports, be it an ES module or CommonJS.
 *
 * @param given the module as the caller wrote it
 * @throws CliError `usage` where it is no service
 */
export function serviceOfExports(exported: unknown, given: string): ServiceDefinition {
  if (!isObject(exported)) return checkDefinition(exported, given);
  const named = withoutAdded(exported);
  const byDefault = unwrap(exported['default']);
  if (byDefault !== undefined) {
    const isCommonJs = isObject(byDefault) && !('endpoints' in byDefault) && isSame(named, withoutAdded(byDefault));
    return checkDefinition(isCommonJs ? serviceOfFunctions(named, given) : byDefault, given);
  }
  // `module.exports = defineService({ … })`
  if ('endpoints' in exported) return checkDefinition(exported, given);
  return checkDefinition(serviceOfFunctions(named, given), given);
}

/** The default export, be it an ES module or CommonJS; where there is none, all that is exported. */
export function defaultOf(exported: unknown): unknown {
  if (!isObject(exported)) return exported;
  const byDefault = unwrap(exported['default']);
  return byDefault === undefined ? withoutAdded(exported) : byDefault;
}

/** What a compiler made of `export default` in CommonJS. */
function unwrap(value: unknown): unknown {
  return isObject(value) && value['__esModule'] === true && 'default' in value ? value['default'] : value;
}

function withoutAdded(exported: Exports): Exports {
  return Object.fromEntries(Object.entries(exported).filter(([name]) => !ADDED.has(name)));
}

/** Whether the names of a namespace are those of its default export: then that is `module.exports`. */
function isSame(named: Exports, whole: Exports): boolean {
  const names = Object.keys(named);
  return names.length > 0 && names.every((name) => whole[name] === named[name]);
}

function isObject(value: unknown): value is Exports {
  return typeof value === 'object' && value !== null;
}
