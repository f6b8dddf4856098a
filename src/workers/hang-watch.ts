/** The watchdog's time where nobody says otherwise. */
export const WATCHDOG_MS = 10_000;
/** A shorter one would take a busy machine for a worker that hangs. */
export const SHORTEST_WATCHDOG_MS = 500;
/** While a worker loads its modules it may be silent for so long: that is one stretch of work, and on its way to serving. */
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
}

/**
 * Finds the workers that hang: blocked in a handler, which also keeps the deadline from being told, or stopped by a
 * signal.
 */
export class HangWatch<Worker> {
  readonly #tellHung: (worker: Worker, silentMs: number) => void;
  readonly #lookIntervalMs: number;
  readonly #heard = new Map<Worker, Heard>();
  #timer: NodeJS.Timeout | undefined;
  #lookedAtMs = 0;

  /**
   * @param watchdogMs the shortest of the limits
   * @param tellHung hears of each, once, with the limit that it has passed
   */
  constructor(watchdogMs: number, tellHung: (worker: Worker, silentMs: number) => void) {
    this.#lookIntervalMs = Math.min(LONGEST_LOOK_INTERVAL_MS, watchdogMs / 10);
    this.#tellHung = tellHung;
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
      if (now - heard.atMs <= heard.limitMs) continue;
      this.#heard.delete(worker);
      this.#tellHung(worker, heard.limitMs);
    }
  }
}
