import type { EndpointTotal, LagTotal, StatisticsLedger } from './ledger.js';
import type { WorkerSnapshot } from './snapshot.js';

/** `waiting`: with --watch, one that serves nothing yet. */
export type WorkerState = 'starting' | 'serving' | 'draining' | 'waiting';

/** A worker that runs. */
export interface WorkerStatistics {
  /** Its number; while one takes the place of another both have it. */
  readonly worker: number;
  readonly pid: number | undefined;
  readonly state: WorkerState;
  /** Whether it has its connection; undefined of one that does not serve, or whose place another one has. */
  readonly isConnected: boolean | undefined;
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

/** What of a worker's process is told of. */
type RunningWorker = Pick<WorkerStatistics, 'worker' | 'pid' | 'state'> & {
  /** When its process was started, on the clock of `performance.now()`. */
  readonly startedAt: number;
};

/** Puts together how a pool is, by what its workers have told. */
export function poolStatistics<Worker extends RunningWorker>(
  ledger: StatisticsLedger<Worker>,
  running: Iterable<Worker>,
  restarts: readonly number[],
  isConnected: (worker: Worker) => boolean | undefined,
): PoolStatistics {
  const now = performance.now();
  const workers = [...running].map((one) => ({
    worker: one.worker,
    pid: one.pid,
    state: one.state,
    isConnected: isConnected(one),
    uptimeMs: now - one.startedAt,
    snapshot: ledger.latestOf(one),
  }));
  return {
    endpoints: ledger.endpoints(),
    lag: ledger.lag(),
    workers: workers.sort((one, other) => one.worker - other.worker),
    restarts,
  };
}
