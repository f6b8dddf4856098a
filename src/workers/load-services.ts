import { usageError } from '../errors.js';
import { loadService, type ProgramScope, type ServiceDefinition } from '../services/index.js';
import type { Assignment } from './messages.js';

/**
 * Loads all that a worker serves.
 *
 * @param tellLoaded is told of each file, and of one that was looked for and is not there; undefined where nobody watches
 * @throws CliError `usage` where a service cannot be loaded, two have one name, or nothing can wait that is bounded
 */
export async function loadServices(
  { services, concurrency, queueLimit }: Assignment,
  programs: ProgramScope,
  tellLoaded: ((file: string, digest: string | undefined) => void) | undefined,
): Promise<readonly ServiceDefinition[]> {
  const loaded: ServiceDefinition[] = [];
  for (const source of services) {
    const definition = await loadService(source, { programs, tellLoaded });
    if (loaded.some(({ name }) => name === definition.name)) {
      throw usageError(`two services are named ${definition.name}`, 'to run more of one, say --workers');
    }
    loaded.push(definition);
  }
  if (queueLimit !== undefined && concurrency === undefined && !loaded.some(boundsItself)) {
    throw usageError(
      '--max-queued: no request ever waits, since nothing bounds how many are handled',
      'add --concurrency',
    );
  }
  return loaded;
}

function boundsItself({ endpoints }: ServiceDefinition): boolean {
  return Object.values(endpoints).some(({ concurrency }) => concurrency !== undefined);
}
