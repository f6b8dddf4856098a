import {
  type ControlRequest,
  MOST_WORKERS,
  type PoolState,
  type PoolStatus,
  type ReloadResult,
  type ScaleResult,
  type StopResult,
} from '../../control/index.js';
import { deferred } from '../../deferred.js';
import { CliError, usageError } from '../../errors.js';
import type { Output } from '../../output/index.js';
import { countOf, formatDuration } from '../../units.js';
import { VERSION } from '../../version.js';
import type { Pool } from '../pool.js';
import type { Replacement } from '../replacement.js';
import { Turns } from '../turns.js';
import { workStatus } from './status.js';

export interface PoolControlOptions {
  readonly pool: Pick<Pool, 'replaceAll' | 'scale' | 'state' | 'statistics' | 'places' | 'services'>;
  readonly name: string;
  readonly output: Output;
  readonly context: string | undefined;
  /** The pool has other workers now. */
  readonly onChange: () => void;
}

/** What is done and what waits for it; past this, who asks waits for nothing that comes soon. */
const MOST_PENDING = 16;

/** Does with a pool what its user asks for while it runs: one thing after the other. */
export class PoolControl {
  readonly #options: PoolControlOptions;
  readonly #startedAt = new Date();
  readonly #turns = new Turns();
  readonly #stopAsked = deferred<'natsctl pool stop'>();
  readonly #ended = deferred<StopResult>();
  /** One that has not begun: it is the reload of all who have asked for one since the last began. */
  #nextReload: Promise<ReloadResult> | undefined;
  #doing: 'reloading' | 'scaling' | undefined;
  #pending = 0;
  #url: string | undefined;

  constructor(options: PoolControlOptions) {
    this.#options = options;
  }

  /** Resolves once somebody wants the pool to end. */
  get stopAsked(): Promise<'natsctl pool stop'> {
    return this.#stopAsked.promise;
  }

  /** The pool serves, at this server. */
  tellServing(url: string): void {
    this.#url = url;
  }

  /** The pool has ended, with this loss: those who asked for its end are told. */
  tellEnd(result: StopResult): void {
    this.#ended.resolve(result);
  }

  /** The pool has ended because of this, or all of a sudden. */
  tellFailure(error: unknown): void {
    this.#ended.reject(error instanceof Error ? error : new Error(String(error)));
  }

  /** @throws CliError where the pool cannot do it, or cannot do it now */
  handle(request: ControlRequest): Promise<object> {
    switch (request.command) {
      case 'status':
        return this.status();
      case 'reload':
        return this.reload('natsctl pool reload');
      case 'scale':
        return this.scale(request.workers);
      case 'stop':
        this.#stopAsked.resolve('natsctl pool stop');
        return this.#ended.promise;
    }
  }

  async status(): Promise<PoolStatus> {
    const { pool, name, context } = this.#options;
    const work = workStatus(await pool.statistics(), pool.places(), process.memoryUsage.rss());
    const { by_endpoint, by_worker, ...totals } = work;
    return {
      name,
      services: pool.services().map((service) => ({ name: service.name, version: service.version })),
      pid: process.pid,
      version: VERSION,
      state: this.state,
      started: this.#startedAt.toISOString(),
      uptime_ms: Date.now() - this.#startedAt.getTime(),
      url: this.#url,
      context,
      ...totals,
      by_endpoint,
      by_worker,
    };
  }

  get state(): PoolState {
    const { state } = this.#options.pool;
    return state === 'serving' ? (this.#doing ?? 'serving') : state;
  }

  /**
   * Replaces the workers one by one, with what there is to load now.
   *
   * @param asked what asked for it
   * @throws CliError of the kind of what keeps the new ones from serving
   */
  async reload(asked: string): Promise<ReloadResult> {
    this.#requireServing('reload');
    if (this.#nextReload !== undefined) return this.#nextReload;
    let hasBegun = false;
    const next = this.#take('reloading', () => {
      hasBegun = true;
      this.#nextReload = undefined;
      return this.#reload(asked);
    });
    // Where it has begun at once, what comes now comes too late for it.
    if (!hasBegun) this.#nextReload = next;
    return next;
  }

  async #reload(asked: string): Promise<ReloadResult> {
    const { pool, output } = this.#options;
    const startedMs = performance.now();
    const workers = pool.places().length;
    output.notice(`${asked}: replacing ${countOf(workers, 'worker', 'workers')}`);
    const outcome = await pool.replaceAll();
    this.#options.onChange();
    if (outcome.kind !== 'done') throw this.#failed(outcome, 'what was served before is served on');
    const tookMs = Math.round(performance.now() - startedMs);
    const all = countOf(workers, 'new worker serves', 'new workers serve');
    output.notice(`${all} after ${formatDuration(tookMs)}`);
    return { replaced: workers, took_ms: tookMs };
  }

  /** @throws CliError of the kind of what keeps new ones from serving */
  async scale(workers: number): Promise<ScaleResult> {
    if (workers > MOST_WORKERS) throw usageError(`a pool has at most ${MOST_WORKERS} workers`);
    this.#requireServing('scale');
    return this.#take('scaling', () => this.#scale(workers));
  }

  async #scale(workers: number): Promise<ScaleResult> {
    const { pool, output, onChange } = this.#options;
    const startedMs = performance.now();
    const was = pool.places().length;
    output.notice(`natsctl pool scale: from ${countOf(was, 'worker', 'workers')} to ${workers}`);
    const { growth, unanswered, lost } = await pool.scale(workers);
    onChange();
    if (unanswered > 0) output.warn(`${countOf(unanswered, 'request', 'requests')} not answered in time`);
    if (growth.kind !== 'done') {
      throw this.#failed(growth, `there are ${countOf(pool.places().length, 'worker', 'workers')} now`);
    }
    const tookMs = Math.round(performance.now() - startedMs);
    return { workers, was, unanswered, lost, took_ms: tookMs };
  }

  #take<Result>(doing: 'reloading' | 'scaling', work: () => Promise<Result>): Promise<Result> {
    this.#pending += 1;
    return this.#turns.take(async () => {
      this.#doing = doing;
      try {
        if (this.#options.pool.state === 'draining') throw this.#refusal('it was stopped meanwhile');
        return await work();
      } finally {
        this.#doing = undefined;
        this.#pending -= 1;
      }
    });
  }

  /** @throws CliError `pool` where it is no time for it */
  #requireServing(what: string): void {
    const { state } = this.#options.pool;
    if (state === 'starting') throw this.#refusal(`it is still starting: there is nothing to ${what} yet`);
    if (state === 'draining') throw this.#refusal('it drains, and ends');
    if (this.#pending >= MOST_PENDING) throw this.#refusal(`${MOST_PENDING} commands are being done already`);
  }

  #refusal(reason: string): CliError {
    const { name, pool } = this.#options;
    return new CliError('pool', `pool ${name}: ${reason}`, { details: { pool: name, state: pool.state } });
  }

  /** Tells of it, too. */
  #failed(outcome: Exclude<Replacement, { kind: 'done' }>, whatIsLeft: string): CliError {
    if (outcome.kind === 'aborted') return this.#refusal('it was stopped meanwhile');
    const { failure, replaced, worker } = outcome;
    const left = replaced === 0 ? whatIsLeft : `worker-${worker} failed behind ${replaced} that came to serve`;
    this.#options.output.warn(`${failure.message}; ${left}`);
    const hint = failure.hint === undefined ? left : `${failure.hint}; ${left}`;
    return new CliError(failure.kind, failure.message, { hint, details: { ...failure.details, replaced } });
  }
}
