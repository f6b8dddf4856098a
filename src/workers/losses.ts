import type { Member } from './member.js';
import type { FromWorker } from './messages.js';
import type { DrainResult } from './pool-options.js';

/** What was lost as workers ended. */
export class Losses {
  #unanswered = 0;
  #lost = 0;

  get total(): DrainResult {
    return { unanswered: this.#unanswered, lost: this.#lost };
  }

  /**
   * A worker was drained.
   *
   * @param isStopping the whole pool is
   * @returns whether it was one that had left its place, and not all was answered: that is told at once
   */
  countDrain(
    { role }: Member,
    { unanswered, lost }: Extract<FromWorker, { type: 'drained' }>,
    isStopping: boolean,
  ): boolean {
    if (isStopping && lost) this.#lost += 1;
    if (!isStopping && role === 'retired') return unanswered > 0 || lost === true;
    this.#unanswered += unanswered;
    return false;
  }

  /** A worker has ended as the pool stops. One that never served had nothing in hand. */
  countEnd({ drained, readyAt }: Member): void {
    if (!drained && readyAt !== undefined) this.#lost += 1;
  }
}
