import type { Ending, Goal } from './goal.js';

/** Ends a subscription whose time is over, or that hears nothing for too long. */
export class GoalClock {
  readonly #goal: Pick<Goal, 'forMs' | 'idleMs'>;
  readonly #isHeldBack: () => boolean;
  #lastHeardAt = 0;
  #forTimer: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  /** @param isHeldBack whether nothing is read now: that is no silence of the server's */
  constructor(goal: Pick<Goal, 'forMs' | 'idleMs'>, isHeldBack: () => boolean) {
    this.#goal = goal;
    this.#isHeldBack = isHeldBack;
  }

  /** Resolves when the first of the two has run out, never where there is none. */
  start(): Promise<Ending> {
    const { forMs, idleMs } = this.#goal;
    return new Promise((resolve) => {
      if (forMs !== undefined) this.#forTimer = setTimeout(() => resolve({ by: 'for' }), forMs);
      if (idleMs === undefined) return;
      this.#lastHeardAt = performance.now();
      const listen = (): void => {
        if (this.#isHeldBack()) this.heard();
        const remaining = this.#lastHeardAt + idleMs - performance.now();
        if (remaining <= 0) resolve({ by: 'idle' });
        // A timer for each message would cost more than all else that is done with it.
        else this.#idleTimer = setTimeout(listen, Math.ceil(remaining));
      };
      this.#idleTimer = setTimeout(listen, idleMs);
    });
  }

  /** A message came. */
  heard(): void {
    if (this.#goal.idleMs !== undefined) this.#lastHeardAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.#forTimer);
    clearTimeout(this.#idleTimer);
  }
}
