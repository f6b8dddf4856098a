import { countOf } from '../units.js';
import type { ServedService } from './messages.js';

/** A pool as the ready file and the first line tell of it. */
export interface ReadyPool {
  /** Undefined where it is the only one, and nobody named it. */
  readonly name: string | undefined;
  readonly services: readonly ServedService[];
  readonly workers: number;
  readonly workerPids: readonly number[];
}

/** Where it serves. */
export interface ReadyPlace {
  readonly url: string;
  readonly context: string | undefined;
  readonly embedded: boolean;
}

/**
 * What the ready file says. `service`, `subjects`, `queue`, `services`, `workers` and `worker_pids` are of all pools
 * together; `pools` has those that are named.
 */
export function readyState(pools: readonly ReadyPool[], place: ReadyPlace, healthUrl: string | undefined): object {
  const services = pools.flatMap((pool) => pool.services);
  const named = pools.flatMap((pool) => (pool.name === undefined ? [] : { ...pool, name: pool.name }));
  return {
    pid: process.pid,
    service: services.map(({ name }) => name).join(','),
    subjects: services.flatMap(subjectsOf),
    queue: [...new Set(services.flatMap(queuesOf))].join(','),
    workers: pools.reduce((sum, { workers }) => sum + workers, 0),
    url: place.url,
    context: place.context,
    embedded: place.embedded,
    services: services.map(fieldsOf),
    worker_pids: pools.flatMap(({ workerPids }) => workerPids),
    health_url: healthUrl,
    ...(named.length > 0 && {
      pools: named.map((pool) => ({
        name: pool.name,
        services: pool.services.map(fieldsOf),
        workers: pool.workers,
        worker_pids: pool.workerPids,
      })),
    }),
  };
}

/** What a pool says once it serves. */
export function describeReady(service: ServedService, workers: number, { url, context, embedded }: ReadyPlace): string {
  const where = `${url}${context === undefined ? '' : `, context ${context}`}${embedded ? ', embedded' : ''}`;
  const queues = queuesOf(service);
  const queue = queues.length === 0 ? 'no queue' : `queue ${queues.join(' and ')}`;
  const subjects = subjectsOf(service).join(', ');
  return `serving ${service.name} on ${subjects} with ${countOf(workers, 'worker', 'workers')}, ${queue}, at ${where}`;
}

function fieldsOf(service: ServedService): object {
  const { name, version } = service;
  return { name, version, subjects: subjectsOf(service), queue: queuesOf(service).join(',') };
}

function subjectsOf({ endpoints }: ServedService): readonly string[] {
  return endpoints.map(({ subject }) => subject);
}

/** Each queue group once. */
function queuesOf({ endpoints }: ServedService): readonly string[] {
  return [...new Set(endpoints.flatMap(({ queue }) => queue ?? []))];
}
