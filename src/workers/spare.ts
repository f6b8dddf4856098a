import { countDeath, NO_DEATHS, restartPause } from '../lifecycle/index.js';
import type { Member } from './member.js';

/**
 * Keeps one worker started and connected that has loaded nothing yet: it serves what there is to load by then in a
 * fraction of the time that a new process needs. One that dies is replaced as any worker is.
 */
export class Spare {
  readonly #spawn: () => Member;
  #member: Member | undefined;
  #record = NO_DEATHS;
  #timer: NodeJS.Timeout | undefined;

  constructor(spawn: () => Member) {
    this.#spawn = spawn;
  }

  /** Starts one, unless there is one or it is due. */
  keep(): void {
    if (this.#member !== undefined || this.#timer !== undefined) return;
    this.#member = this.#spawn();
  }

  /** Gives it away, undefined where there is none; it is kept anew when {@link keep} is called. */
  take(): Member | undefined {
    const member = this.#member;
    this.#member = undefined;
    return member;
  }

  /**
   * It has died.
   *
   * @returns how long it takes until the next one is started, in milliseconds
   */
  bury({ preparedAt }: Member): number {
    this.#member = undefined;
    this.#record = countDeath(this.#record, preparedAt && performance.now() - preparedAt);
    const pauseMs = restartPause(this.#record);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.keep();
    }, pauseMs);
    return pauseMs;
  }

  /** Starts none any more. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
