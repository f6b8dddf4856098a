import { CliError } from '../errors.js';
import { nearestOf } from '../nearest-name.js';
import type { ServiceDefinition } from './define-service.js';
import { echo } from './echo.js';
import { greeter } from './greeter.js';
import { time } from './time.js';

/** The services that come with natsctl, by name. */
const builtInServices: ReadonlyMap<string, ServiceDefinition> = new Map(
  [echo, greeter, time].map((service) => [service.name, service]),
);

/** Their names. */
export const builtInServiceNames: readonly string[] = [...builtInServices.keys()];

/**
 * Finds a service that comes with natsctl.
 *
 * @throws CliError `usage` with those that exist and the nearest name
 */
export function findService(name: string): ServiceDefinition {
  return builtInServices.get(requireBuiltIn(name)) as ServiceDefinition;
}

/**
 * Lets the name of a service that comes with natsctl pass.
 *
 * @throws CliError `usage` with those that exist and the nearest name
 */
export function requireBuiltIn(name: string): string {
  if (builtInServices.has(name)) return name;
  const nearest = nearestOf(name, builtInServiceNames);
  const suggestion = nearest === undefined ? '' : `did you mean ${nearest}? `;
  throw new CliError('usage', `there is no service ${JSON.stringify(name)}`, {
    hint: `${suggestion}there are: ${builtInServiceNames.join(', ')}; a module of yours is named by its path, ./orders.ts`,
  });
}
