/**
 * A clock that stands still while nothing can be heard: an instance is not dead because its heartbeat could not arrive.
 * In milliseconds from some point on, monotonic.
 */
export class HearingClock {
  readonly #now: () => number;
  #deafMs = 0;
  #deafSince: number | undefined;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  now(): number {
    return (this.#deafSince ?? this.#now()) - this.#deafMs;
  }

  /** Whether the connection is lost. */
  get isPaused(): boolean {
    return this.#deafSince !== undefined;
  }

  /** The connection is lost. */
  pause(): void {
    this.#deafSince ??= this.#now();
  }

  /** It is there again. */
  resume(): void {
    if (this.#deafSince === undefined) return;
    this.#deafMs += this.#now() - this.#deafSince;
    this.#deafSince = undefined;
  }

  /** Takes time out in which this process was stopped. */
  skip(ms: number): void {
    this.#deafMs += ms;
  }
}
