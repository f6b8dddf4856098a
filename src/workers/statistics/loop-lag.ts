import { LatencyHistogram } from '../../services/index.js';
import type { LagSnapshot } from './snapshot.js';

/** Ten times a second costs nothing that shows, and finds each block that is longer than this. */
const INTERVAL_MS = 100;
/** The worst of this window and the one before is what is told as recent. */
const WINDOW_MS = 5_000;

/**
 * Measures how late the event loop is. Node's own `monitorEventLoopDelay` is not used: its histogram cannot be added to
 * that of another process, and whoever resets it takes it from whoever else reads it.
 */
export class LoopLag {
  readonly #now: () => number;
  readonly #histogram = new LatencyHistogram();
  #sumMs = 0;
  #worstMs = 0;
  #worstBeforeMs = 0;
  #windowEndMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param now milliseconds, on a clock that never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Measures from now on; does not keep the process from ending. */
  start(): void {
    let due = this.#now() + INTERVAL_MS;
    this.#timer ??= setInterval(() => {
      const now = this.#now();
      this.#note(Math.max(0, now - due), now);
      // Node counts the next interval from here on.
      due = now + INTERVAL_MS;
    }, INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  snapshot(): LagSnapshot {
    return {
      counts: this.#histogram.counts(),
      sumMs: this.#sumMs,
      recentMs: Math.max(this.#worstMs, this.#worstBeforeMs),
    };
  }

  #note(lagMs: number, nowMs: number): void {
    this.#histogram.record(lagMs);
    this.#sumMs += lagMs;
    if (nowMs >= this.#windowEndMs) {
      this.#windowEndMs = nowMs + WINDOW_MS;
      this.#worstBeforeMs = this.#worstMs;
      this.#worstMs = 0;
    }
    this.#worstMs = Math.max(this.#worstMs, lagMs);
  }
}
