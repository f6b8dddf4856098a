import { type Deferred, deferred } from '../deferred.js';
import type { FailureReport } from '../failure-report.js';
import { formatDuration } from '../units.js';
import type { Assignment, FromWorker } from './messages.js';
import type { WorkerState } from './statistics/index.js';
import type { SpawnWorker, WorkerExit, WorkerProcess } from './worker-process.js';

/**
 * What a worker is to its pool: it has a place, it is to have one as soon as it serves, it waits to be needed, another
 * one has taken its place and it finishes what it has in hand, or its process has ended.
 */
export type Role = 'seated' | 'candidate' | 'spare' | 'retired' | 'ended';

export interface MemberListener {
  onMessage(member: Member, message: FromWorker): void;
  onExit(member: Member, exit: WorkerExit): void;
}

/** What a worker gets beyond its grace to report and end before it is killed. */
export const KILL_MARGIN_MS = 1_000;

/** A timer that is longer, 24 days, would fire at once. */
const LONGEST_GRACE_MS = 2 ** 31 - 1 - KILL_MARGIN_MS;

/** One worker process of a pool, and what it has said of itself. */
export class Member {
  readonly worker: number;
  role: Role;
  /** When its process was started, on the clock of `performance.now()`. */
  readonly startedAt = performance.now();
  /** When it began to serve, on the clock of `performance.now()`; undefined before that. */
  readyAt: number | undefined;
  /** When it was connected, and waited; undefined for one that never did. */
  preparedAt: number | undefined;
  failure: FailureReport | undefined;
  drained = false;
  /** Requests that it could not answer within its grace, as it said at its end. */
  unanswered = 0;
  /** The connection went away under its last replies. */
  hasLost = false;
  /** It hung, and had been silent for so long. */
  silentMs: number | undefined;
  readonly #process: WorkerProcess;
  readonly #graceMs: number;
  readonly #outcome: Deferred<WorkerExit | 'ready'> = deferred();
  readonly #ended: Deferred<void> = deferred();
  #isDraining = false;
  #isAdmitted = false;
  #longestTimeoutMs = 0;
  #killTimer: NodeJS.Timeout | undefined;

  constructor(assignment: Assignment, role: Role, spawn: SpawnWorker, listener: MemberListener) {
    this.worker = assignment.worker;
    this.role = role;
    this.#graceMs = assignment.graceMs;
    this.#process = spawn(assignment, {
      onMessage: (message) => {
        this.#note(message);
        listener.onMessage(this, message);
      },
      onExit: (exit) => {
        clearTimeout(this.#killTimer);
        this.#outcome.resolve(exit);
        listener.onExit(this, exit);
        this.#ended.resolve();
      },
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Resolves once it serves, or has ended before it did. */
  get outcome(): Promise<WorkerExit | 'ready'> {
    return this.#outcome.promise;
  }

  /** Resolves once its process has ended. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get state(): WorkerState {
    if (this.#isDraining) return 'draining';
    if (this.role === 'spare') return 'waiting';
    return this.readyAt === undefined ? 'starting' : 'serving';
  }

  /** Has one that waits load its services and serve them. */
  serve(): void {
    this.#process.serve();
  }

  askStatistics(): void {
    this.#process.askStatistics();
  }

  drain(): void {
    this.#drainWithin(this.#graceMs);
  }

  /** Drains it while the pool goes on: nobody waits for it, so it has all the time that its handlers may take. */
  retire(): void {
    this.role = 'retired';
    const graceMs = Math.min(Math.max(this.#graceMs, this.#longestTimeoutMs), LONGEST_GRACE_MS);
    this.#drainWithin(graceMs);
    this.#killTimer = setTimeout(() => this.kill(), graceMs + KILL_MARGIN_MS);
  }

  /**
   * Ends one that is to come into a place: drains it where it may have taken requests already.
   *
   * @returns whether that takes it a while, for which nobody need wait
   */
  callOff(): boolean {
    if (this.#isAdmitted) this.retire();
    else this.kill();
    return this.#isAdmitted;
  }

  kill(): void {
    this.#process.kill();
  }

  #drainWithin(graceMs: number): void {
    this.#isDraining = true;
    this.#process.drain(graceMs);
  }

  /** Why it ended, for a person. */
  describeEnd({ code, signal, refusal, lastEndpoint }: WorkerExit): string {
    if (this.failure !== undefined) return this.failure.message;
    if (this.drained) return 'it was drained';
    if (code === null && signal === null)
      return `it could not be started${refusal === undefined ? '' : `: ${refusal}`}`;
    const how =
      this.silentMs !== undefined
        ? `it hung, silent for ${formatDuration(this.silentMs)}, and was killed`
        : signal === null
          ? `it exited with ${code}`
          : `it was ended by ${signal}`;
    return lastEndpoint === undefined ? how : `${how}; the last request that it took was for ${lastEndpoint}`;
  }

  #note(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        this.readyAt = performance.now();
        this.#longestTimeoutMs = message.longestTimeoutMs;
        this.#outcome.resolve('ready');
        break;
      case 'loaded':
        if (this.#isDraining) break;
        this.#isAdmitted = true;
        this.#process.admit();
        break;
      case 'prepared':
        this.preparedAt = performance.now();
        break;
      case 'failed':
        this.failure = message.failure;
        break;
      case 'drained':
        this.drained = true;
        this.hasLost = message.lost === true;
        this.unanswered = message.unanswered;
        break;
    }
  }
}
