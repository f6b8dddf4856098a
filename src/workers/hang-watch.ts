/** Workers tell this often that they are alive. */
export const ALIVE_INTERVAL_MS = 1_000;

/** Finds the workers that hang: a handler that never lets go of the processor also keeps the deadline from being told. */
export class HangWatch<Worker> {
  readonly #limitMs: number;
  readonly #tellHung: (worker: Worker) => void;
  /** When each was heard last, on the clock of `performance.now()`. */
  readonly #heard = new Map<Worker, number>();
  #timer: NodeJS.Timeout | undefined;
  #lookedAtMs = 0;

  /**
   * @param limitMs a worker that was not heard for so long hangs
   * @param tellHung hears of each, once
   */
  constructor(limitMs: number, tellHung: (worker: Worker) => void) {
    this.#limitMs = limitMs;
    this.#tellHung = tellHung;
  }

  /** A worker is alive; from the first time on it is expected to say so. */
  hear(worker: Worker): void {
    this.#heard.set(worker, performance.now());
    if (this.#timer !== undefined) return;
    this.#lookedAtMs = performance.now();
    this.#timer = setInterval(() => this.#look(), ALIVE_INTERVAL_MS);
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
    const wasStopped = now - this.#lookedAtMs > 2 * ALIVE_INTERVAL_MS;
    this.#lookedAtMs = now;
    for (const [worker, heardAtMs] of this.#heard) {
      // Ctrl-Z stops this process with its workers, and it may be the first one to go on.
      if (wasStopped) this.#heard.set(worker, now);
      else if (now - heardAtMs > this.#limitMs) {
        this.#heard.delete(worker);
        this.#tellHung(worker);
      }
    }
  }
}
