import { VERSION } from '../../version.js';
import type { PoolStatistics } from '../statistics/index.js';
import { type HealthServer, startHealthServer } from './health-server.js';
import { metricsOf } from './metrics.js';

export type { HealthServer } from './health-server.js';

/** A pool that is watched. */
export interface WatchedPool {
  /** Undefined where it is the only one, and nobody named it. */
  readonly name: string | undefined;
  readonly pool: {
    /** See {@link Pool.unreadiness}. */
    unreadiness(): string | undefined;
    statistics(): Promise<PoolStatistics>;
  };
}

export interface WatchedPools {
  /** All that there are and were: no count goes down where one is stopped. */
  all(): readonly WatchedPool[];
  /** Those that nobody has stopped. */
  active(): readonly WatchedPool[];
}

/**
 * Shows how pools are over HTTP.
 *
 * @param onProblem hears what an operator should know of
 * @throws CliError `connection` where it cannot listen there
 */
export async function showHealth(
  where: { readonly host: string; readonly port: number },
  pools: WatchedPools,
  onProblem: (message: string) => void,
): Promise<HealthServer> {
  const { AggregatorRegistry } = await import('prom-client');
  return startHealthServer(where, {
    unreadiness: () => unreadinessOf(pools.active()),
    async metrics() {
      const told = pools.all().map(async ({ name, pool }) => ({ name, statistics: await pool.statistics() }));
      const registry = AggregatorRegistry.aggregate([metricsOf(await Promise.all(told), VERSION)]);
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
    onProblem,
  });
}

/** That of the first that is not ready: requests should be sent here where all are. */
function unreadinessOf(pools: readonly WatchedPool[]): string | undefined {
  if (pools.length === 0) return 'draining';
  for (const { name, pool } of pools) {
    const reason = pool.unreadiness();
    if (reason !== undefined) return name === undefined ? reason : `${name}: ${reason}`;
  }
  return undefined;
}
