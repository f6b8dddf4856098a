import { basename } from 'node:path';
import { usageError } from '../../errors.js';
import type { Endpoint, Handler, ServiceDefinition } from '../define-service.js';
import { serviceNameOf } from './source.js';

/** Of a service that says nothing of its version. */
const NO_VERSION = '0.0.0';

/**
 * The service that a module's functions make: `greet` of `greeter.ts` serves `greeter.greet`.
 *
 * @param given the module as the caller wrote it
 * @throws CliError `usage` where the module exports anything else, or nothing
 */
export function serviceOfFunctions(exported: Readonly<Record<string, unknown>>, given: string): ServiceDefinition {
  const endpoints: Record<string, Endpoint> = {};
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value !== 'function' || isClass(value)) {
      throw usageError(
        `${given}: ${name} is no function, and there is no default export`,
        'export functions alone, each becomes an endpoint; or export default defineService({ … })',
      );
    }
    endpoints[name] = { handler: value as Handler };
  }
  if (Object.keys(endpoints).length === 0) {
    throw usageError(
      `${given} exports nothing`,
      'export default defineService({ … }), or functions: each becomes an endpoint',
    );
  }
  const name = serviceNameOf(basename(given).replace(/\.\w+$/, ''));
  return { name, version: NO_VERSION, endpoints };
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}
