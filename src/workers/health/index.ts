import { VERSION } from '../../version.js';
import type { PoolStatistics } from '../statistics/index.js';
import { type HealthServer, startHealthServer } from './health-server.js';
import { metricsOf } from './metrics.js';

export type { HealthServer } from './health-server.js';

/** What is watched. */
export interface WatchedPool {
  /** See {@link Pool.unreadiness}. */
  unreadiness(): string | undefined;
  statistics(): Promise<PoolStatistics>;
}

/**
 * Shows how a pool is over HTTP.
 *
 * @param onProblem hears what an operator should know of
 * @throws CliError `connection` where it cannot listen there
 */
export async function showHealth(
  where: { readonly host: string; readonly port: number },
  pool: WatchedPool,
  onProblem: (message: string) => void,
): Promise<HealthServer> {
  const { AggregatorRegistry } = await import('prom-client');
  return startHealthServer(where, {
    unreadiness: () => pool.unreadiness(),
    async metrics() {
      const metrics = metricsOf(await pool.statistics(), VERSION);
      const registry = AggregatorRegistry.aggregate([metrics]);
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
    onProblem,
  });
}
