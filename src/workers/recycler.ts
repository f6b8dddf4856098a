import { countDeath, type DeathRecord, NO_DEATHS, restartPause } from '../lifecycle/index.js';
import type { OneReplacement } from './replacement.js';

/** What the recycler needs to know of a worker. */
export interface Recyclable {
  readonly worker: number;
  readonly role: string;
  /** When it began to serve, on the clock of `performance.now()`. */
  readonly readyAt: number | undefined;
}

export interface RecyclerOptions {
  /** Has another worker take its place, and drains it then. */
  readonly replace: (worker: number, signal: AbortSignal) => Promise<OneReplacement>;
  readonly onRecycled: (worker: number, reason: string) => void;
  readonly onWarning: (message: string) => void;
}

/**
 * Replaces the workers that have reached a limit of their lives, one at a time: under an even load all of them reach it
 * together. A place whose workers reach it soon after they began, or whose next worker does not come to serve, waits
 * as one does whose workers die.
 */
export class Recycler<Member extends Recyclable> {
  readonly #options: RecyclerOptions;
  readonly #due: Array<{ readonly member: Member; readonly reason: string }> = [];
  readonly #records = new Map<number, DeathRecord>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #calledOff = new AbortController();
  #running: Promise<void> | undefined;
  #told: string | undefined;
  #holds = 0;
  #isStopped = false;

  constructor(options: RecyclerOptions) {
    this.#options = options;
  }

  /** It has reached a limit. */
  add(member: Member, reason: string): void {
    const livedMs = member.readyAt === undefined ? undefined : performance.now() - member.readyAt;
    const pauseMs = this.#pause(member.worker, livedMs ?? 0);
    this.#addAfter(pauseMs, member, reason);
  }

  /**
   * Calls off what it is at, for as long as all workers are being replaced: its successor might load what is old by now.
   *
   * @returns a promise where that takes a moment
   */
  hold(): Promise<void> | undefined {
    this.#holds += 1;
    this.#calledOff.abort();
    return this.#running;
  }

  /** Goes on behind {@link Recycler.hold}, with those that still have their places. */
  release(): void {
    this.#holds -= 1;
    this.#run();
  }

  /** Replaces none any more. */
  stop(): void {
    this.#isStopped = true;
    this.#calledOff.abort();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #addAfter(pauseMs: number, member: Member, reason: string): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#due.push({ member, reason });
      this.#run();
    }, pauseMs);
    timer.unref();
    this.#timers.add(timer);
  }

  #run(): void {
    if (this.#running !== undefined || this.#holds > 0 || this.#isStopped) return;
    this.#calledOff = new AbortController();
    this.#running = this.#recycleAll(this.#calledOff.signal).finally(() => {
      this.#running = undefined;
      if (this.#due.length > 0) this.#run();
    });
  }

  async #recycleAll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const next = this.#due.shift();
      if (next === undefined) return;
      const { member, reason } = next;
      // It has died meanwhile, or has been replaced.
      if (member.role !== 'seated') continue;
      const outcome = await this.#options.replace(member.worker, signal);
      if (outcome === 'done') {
        this.#told = undefined;
        this.#options.onRecycled(member.worker, reason);
      } else if (outcome === 'aborted') this.#due.unshift(next);
      else {
        this.#tellFailure(
          `worker-${member.worker} serves on, though ${reason}: its successor failed: ${outcome.message}`,
        );
        this.#addAfter(this.#pause(member.worker, undefined), member, reason);
      }
    }
  }

  /** Once where it goes on to fail alike. */
  #tellFailure(message: string): void {
    if (message === this.#told) return;
    this.#told = message;
    this.#options.onWarning(message);
  }

  /** @param livedMs undefined: the next one did not come to serve */
  #pause(worker: number, livedMs: number | undefined): number {
    const record = countDeath(this.#records.get(worker) ?? NO_DEATHS, livedMs);
    this.#records.set(worker, record);
    return restartPause(record);
  }
}
