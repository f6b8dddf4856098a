/** The watchdog's time where nobody says otherwise. */
export const WATCHDOG_MS = 10_000;
/** A shorter one would take a busy machine for a worker that hangs. */
export const SHORTEST_WATCHDOG_MS = 500;
/**
 * While a worker loads its modules it may be silent for so long: that is one stretch of work, and on its way to serving.
 * One that is stopped by a signal is not on its way.
 */
export const STARTING_MS = 30_000;

const LONGEST_ALIVE_INTERVAL_MS = 1_000;
const LONGEST_LOOK_INTERVAL_MS = 200;

/** How often workers tell that they are alive: a late word or two is no silence yet. */
export function aliveIntervalMs(watchdogMs: number): number {
  return Math.min(LONGEST_ALIVE_INTERVAL_MS, watchdogMs / 5);
}

interface Heard {
  /** On the clock of `performance.now()`. */
  atMs: number;
  /** It hangs when it has been silent for so long. */
  readonly limitMs: number;
  /** When it was first seen to stand still, where it does. */
  stoppedAtMs?: number | undefined;
}

/**
 * Finds the workers that hang: blocked in a handler, which also keeps the deadline from being told, or stopped by a
 * signal.
 */
export class HangWatch<Worker> {
  readonly #tellHung: (worker: Worker, silentMs: number) => void;
  readonly #watchdogMs: number;
  readonly #isStopped: (worker: Worker) => boolean;
  readonly #lookIntervalMs: number;
  readonly #heard = new Map<Worker, Heard>();
  #timer: NodeJS.Timeout | undefined;
  #lookedAtMs = 0;

  /**
   * @param watchdogMs the shortest of the limits
   * @param tellHung hears of each, once, with the limit that it has passed
   * @param isStopped whether a worker stands still: such a one has no longer limit than the shortest
   */
  constructor(
    watchdogMs: number,
    tellHung: (worker: Worker, silentMs: number) => void,
    isStopped: (worker: Worker) => boolean = () => false,
  ) {
    this.#watchdogMs = watchdogMs;
    this.#lookIntervalMs = Math.min(LONGEST_LOOK_INTERVAL_MS, watchdogMs / 10);
    this.#tellHung = tellHung;
    this.#isStopped = isStopped;
  }

  /** A worker is alive, and is expected to say so again within the limit. */
  hear(worker: Worker, limitMs: number): void {
    this.#heard.set(worker, { atMs: performance.now(), limitMs });
    if (this.#timer !== undefined) return;
    this.#lookedAtMs = performance.now();
    this.#timer = setInterval(() => this.#look(), this.#lookIntervalMs);
    this.#timer.unref();
  }

  /** It has ended. */
  forget(worker: Worker): void {
    this.#heard.delete(worker);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#heard.clear();
  }

  #look(): void {
    const now = performance.now();
    // What this process slept itself is no silence of theirs: Ctrl-Z stops it with its workers, and it may be the
    // first one to go on; and what they have said meanwhile is read behind this.
    const missedMs = Math.max(0, now - this.#lookedAtMs - 2 * this.#lookIntervalMs);
    this.#lookedAtMs = now;
    for (const [worker, heard] of this.#heard) {
      heard.atMs = Math.min(now, heard.atMs + missedMs);
      const limitMs = this.#passedLimit(worker, heard, now, missedMs);
      if (limitMs === undefined) continue;
      this.#heard.delete(worker);
      this.#tellHung(worker, limitMs);
    }
  }

  /** The limit that a worker has passed, in milliseconds; undefined where it has not. */
  #passedLimit(worker: Worker, heard: Heard, now: number, missedMs: number): number | undefined {
    if (now - heard.atMs > heard.limitMs) return heard.limitMs;
    if (heard.limitMs <= this.#watchdogMs || !this.#isStopped(worker)) {
      heard.stoppedAtMs = undefined;
      return undefined;
    }
    heard.stoppedAtMs = Math.min(now, (heard.stoppedAtMs ?? now) + missedMs);
    return now - heard.stoppedAtMs > this.#watchdogMs ? this.#watchdogMs : undefined;
  }
}
