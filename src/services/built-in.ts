import { CliError } from '../errors.js';
import { nearestOf } from '../nearest-name.js';
import type { ServiceDefinition } from './define-service.js';
import { greeter } from './greeter.js';

/** The services that come with natsctl, by name. */
const builtInServices: ReadonlyMap<string, ServiceDefinition> = new Map(
  [greeter].map((service) => [service.name, service]),
);

/** Their names. */
export const builtInServiceNames: readonly string[] = [...builtInServices.keys()];

/**
 * Finds a service that comes with natsctl.
 *
 * @throws CliError `usage` with those that exist and the nearest name
 */
export function findService(name: string): ServiceDefinition {
  const service = builtInServices.get(name);
  if (service !== undefined) return service;
  const nearest = nearestOf(name, builtInServiceNames);
  throw new CliError('usage', `there is no service ${JSON.stringify(name)}`, {
    hint: `${nearest === undefined ? '' : `did you mean ${nearest}? `}there are: ${builtInServiceNames.join(', ')}`,
  });
}
