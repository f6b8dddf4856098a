import type { Assignment } from './messages.js';
import type { OutageListener } from './outage.js';
import type { Replacement } from './replacement.js';
import type { SpawnWorker } from './worker-process.js';

/** What happens in a pool, for whoever tells a person of it. */
export interface PoolListener extends OutageListener {
  /** A worker ended that nobody had asked to; its replacement starts after the pause. `hasServed`: the pool. */
  onDeath(worker: number, cause: string, pauseMs: number, hasServed: boolean): void;
  /** The spare ended, that serves nothing yet. */
  onSpareDeath(cause: string, pauseMs: number): void;
  /** A worker serves in place of one that died. */
  onReplaced(worker: number): void;
  /** A worker serves in place of one that goes, see {@link Pool.replaceAll}. */
  onRenewed(worker: number): void;
  /** A worker has reached a limit of its life, and another one serves in its place. */
  onRecycled(worker: number, reason: string): void;
  /** All workers are about to be replaced, see {@link Pool.replaceAll}; or that is over, however it went. */
  onRenewing(isRunning: boolean): void;
  /** A worker is about to load a file, see `loads` of the messages. */
  onLoads(file: string, digest: string | undefined): void;
  onWarning(message: string): void;
  /** Why a registry does not know the pool; undefined where it does again. Once each. */
  onRegistry(problem: string | undefined): void;
}

export interface PoolOptions {
  readonly workers: number;
  readonly assignmentFor: (worker: number) => Assignment;
  readonly listener: PoolListener;
  readonly spawn?: SpawnWorker | undefined;
  /**
   * What is served is being worked on: a spare waits for its next version, and a version that cannot be loaded does
   * not make a pool give up that has served before.
   */
  readonly watched?: boolean | undefined;
}

/** What a drain has lost. */
export interface DrainResult {
  /** Requests that workers could not answer within their grace. */
  readonly unanswered: number;
  /** Workers that died, or had to be killed, before they could tell. */
  readonly lost: number;
}

/** What came of a change of the number of workers: what those that went have lost, and whether the new ones came. */
export interface Scaling extends DrainResult {
  readonly growth: Replacement;
}

export interface ReplaceOptions {
  /** Calls it off: who has been replaced stays so. */
  readonly signal?: AbortSignal | undefined;
  /** How many are replaced at a time, behind the first one; default 1. */
  readonly atATime?: number | undefined;
}
