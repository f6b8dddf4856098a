/** An input that makes us wait for so long is not caught up with: its messages would come in a burst. */
const PATIENCE_WITH_INPUT_MS = 100;
/** Nor is any other delay that is longer, such as a server's, or that of a machine that slept. */
const MOST_CAUGHT_UP_MS = 1_000;

/**
 * Says when the next message is due, by the clock: a timer that rings late delays one message and not those behind
 * it, so that the rate holds over any time.
 */
export class Pace {
  readonly #intervalMs: number;
  readonly #clock: () => number;
  #startMs: number;
  /** Messages since then. */
  #count = 0;

  /** @param clock milliseconds */
  constructor(intervalMs: number, clock: () => number = () => performance.now()) {
    this.#intervalMs = intervalMs;
    this.#clock = clock;
    this.#startMs = clock();
  }

  /** How long the next message is to wait; 0 where it is due. */
  waitMs(): number {
    const now = this.#clock();
    const waitMs = this.#startMs + this.#count * this.#intervalMs - now;
    if (waitMs > 0) return waitMs;
    if (-waitMs > MOST_CAUGHT_UP_MS) this.#begin(now);
    return 0;
  }

  /** Notes a message. */
  step(): void {
    this.#count += 1;
  }

  /** Notes that the input has come for which the loop waited. @param sinceMs by the clock */
  inputCame(sinceMs: number): void {
    const now = this.#clock();
    if (now - sinceMs > PATIENCE_WITH_INPUT_MS && this.#startMs + this.#count * this.#intervalMs < now)
      this.#begin(now);
  }

  #begin(now: number): void {
    this.#startMs = now;
    this.#count = 0;
  }
}
