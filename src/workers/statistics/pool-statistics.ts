import type { EndpointTotal, LagTotal } from './ledger.js';
import type { WorkerSnapshot } from './snapshot.js';

/** `waiting`: with --watch, one that serves nothing yet. */
export type WorkerState = 'starting' | 'serving' | 'draining' | 'waiting';

/** A worker that runs. */
export interface WorkerStatistics {
  /** Its number; while one takes the place of another both have it. */
  readonly worker: number;
  readonly pid: number | undefined;
  readonly state: WorkerState;
  /** Since its process was started. */
  readonly uptimeMs: number;
  /** What it told last; undefined before it told anything. */
  readonly snapshot: WorkerSnapshot | undefined;
}

/** How a pool is. */
export interface PoolStatistics {
  /** Over all workers, those that have ended included. */
  readonly endpoints: readonly EndpointTotal[];
  readonly lag: LagTotal;
  /** Those that run, by their numbers. */
  readonly workers: readonly WorkerStatistics[];
  /** For each place, worker 1 first, how many of its workers ended unasked and had to be replaced. */
  readonly restarts: readonly number[];
}
