import { countDeath, NO_DEATHS, restartPause } from '../lifecycle/index.js';
import type { Member } from './member.js';

/** When every place has lost this many workers in a row before they served, the pool gives up. */
const MOST_DEATHS_UNSERVED = 5;

/** A place in the pool: who has it now, who is to have it, and what became of those before. */
export class Place {
  readonly worker: number;
  /** Undefined where the last one has died, and the next is due. */
  member: Member | undefined;
  /** Has the place as soon as it serves. */
  candidate: Member | undefined;
  /** How many of its workers had to be replaced, in all. */
  restarts = 0;
  #record = NO_DEATHS;
  #timer: NodeJS.Timeout | undefined;

  /** @param worker the number that each has who has the place */
  constructor(worker: number) {
    this.worker = worker;
  }

  /** Whether trying again is of no use here. */
  get isHopeless(): boolean {
    return this.#record.unserved >= MOST_DEATHS_UNSERVED;
  }

  /**
   * Gives the place to the candidate.
   *
   * @returns who had it until now
   */
  seat(candidate: Member): Member | undefined {
    const former = this.member;
    candidate.role = 'seated';
    this.member = candidate;
    this.#record = NO_DEATHS;
    return former;
  }

  /** Its worker has died. */
  mourn({ readyAt, failure }: Member): void {
    this.member = undefined;
    this.restarts += 1;
    // A worker whose program does not stay alive serves nothing, though it has its subscriptions.
    const hasServed = readyAt !== undefined && failure?.kind !== 'pool';
    this.#record = countDeath(this.#record, hasServed ? performance.now() - readyAt : undefined);
  }

  /**
   * Has it filled again, after the pause that its deaths earn.
   *
   * @returns the pause, in milliseconds
   */
  refill(fill: () => void): number {
    const pauseMs = restartPause(this.#record);
    this.keepEmpty();
    this.#timer = setTimeout(fill, pauseMs);
    return pauseMs;
  }

  /** It is not filled any more where that is due. */
  keepEmpty(): void {
    clearTimeout(this.#timer);
  }
}
