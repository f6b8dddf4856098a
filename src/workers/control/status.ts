import type { EndpointStatus, PoolStatus, Work, WorkerStatus } from '../../control/index.js';
import type { Place } from '../place.js';
import { addTally, emptyTally, type PoolStatistics, type Tally, tallyOf } from '../statistics/index.js';

/** What a pool's status has of its work and its workers; pure. */
export type WorkStatus = Work &
  Pick<PoolStatus, 'restarts' | 'ready' | 'connected' | 'workers' | 'rss_bytes' | 'by_endpoint' | 'by_worker'>;

/** @param ownBytes the resident memory of the supervisor */
export function workStatus(statistics: PoolStatistics, places: readonly Place[], ownBytes: number): WorkStatus {
  const { endpoints, restarts, workers } = statistics;
  const all = emptyTally();
  for (const endpoint of endpoints) addTally(all, endpoint);
  const rssBytes = workers.reduce((sum, { snapshot }) => sum + (snapshot?.rssBytes ?? 0), ownBytes);
  return {
    workers: places.length,
    ready: places.filter(({ member }) => member?.readyAt !== undefined).length,
    connected: workers.filter(({ isConnected }) => isConnected).length,
    restarts: restarts.reduce((sum, one) => sum + one, 0),
    ...workOf(all),
    rss_bytes: rssBytes,
    by_endpoint: endpoints.map(
      ({ service, endpoint, ...tally }): EndpointStatus => ({ service, endpoint, ...workOf(tally) }),
    ),
    by_worker: [...workers.map((one) => statusOfWorker(one, restarts)), ...placesOfNone(places)].sort(
      (one, other) => one.worker - other.worker,
    ),
  };
}

function statusOfWorker(
  { worker, pid, state, isConnected, uptimeMs, snapshot }: PoolStatistics['workers'][number],
  restarts: readonly number[],
): WorkerStatus {
  const face = {
    worker,
    pid,
    state,
    connected: isConnected,
    uptime_ms: Math.round(uptimeMs),
    restarts: restarts[worker - 1] ?? 0,
  };
  if (snapshot === undefined) return face;
  const { rssBytes, lag } = snapshot;
  return { ...face, ...workOf(tallyOf(snapshot)), rss_bytes: rssBytes, loop_lag_ms: round(lag.recentMs) };
}

function placesOfNone(places: readonly Place[]): readonly WorkerStatus[] {
  return places
    .filter(({ member, candidate }) => member === undefined && candidate === undefined)
    .map(({ worker, restarts }) => ({ worker, state: 'down', restarts }));
}

function workOf({ requests, errors, inFlight, latency }: Tally): Work {
  const [p50, p99] = [latency.percentile(50), latency.percentile(99)];
  return { requests, errors, in_flight: inFlight, p50_ms: p50 && round(p50), p99_ms: p99 && round(p99) };
}

/** To microseconds. */
function round(milliseconds: number): number {
  return Number(milliseconds.toFixed(3));
}
