import type { Change } from './directory.js';
import type { Registration } from './registration.js';

/** What the announcements of a registry's workers are made of, and how they reach the world. */
export interface AnnouncerOptions {
  /** How many workers come before this one, now. */
  readonly rank: () => number;
  /** Finds out which of those are still there. */
  readonly checkSeniors: () => Promise<void>;
  readonly publish: (change: Change, registration: Registration) => void;
}

/** What is not announced in this time may be so because a worker has died; a message takes a fiftieth of that. */
const CHECK_AFTER_MS = 50;
/** For those that do not say: each worker waits so much longer than the one before it. */
const TURN_MS = 500;
/** Workers behind these leave it to them. */
const MOST_TURNS = 8;
/** A change that others announced is noticed here within this time, or not at all. */
const MEMORY_MS = 5_000;
const MOST_REMEMBERED = 10_000;

/** A change that waits for its turn, or for another worker to announce it. */
interface Waiting {
  timer: NodeJS.Timeout | undefined;
  isOver: boolean;
}

/**
 * Has each change announced once, though every worker notices it: the first worker announces at once, and each other
 * one waits for that announcement, then for its turn. So a change is announced although a worker dies over it; twice
 * it is only where a worker stood still, or was cut off, for longer than a turn.
 */
export class Announcer {
  readonly #options: AnnouncerOptions;
  /** What waits for its turn, by change; the oldest first. */
  readonly #waiting = new Map<string, readonly Waiting[]>();
  /** What others announced before it was noticed here: how often, and when last. */
  readonly #announced = new Map<string, { readonly times: number; readonly atMs: number }>();

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** This worker has noticed a change. */
  notice(change: Change, registration: Registration): void {
    const key = keyOf(change, registration);
    if (this.#recall(key)) return;
    if (this.#options.rank() === 0) {
      this.#options.publish(change, registration);
      return;
    }
    const waiting: Waiting = { timer: undefined, isOver: false };
    this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), waiting]);
    const announce = (): void => {
      if (waiting.isOver) return;
      this.#takeWaiting(key, waiting);
      this.#options.publish(change, registration);
    };
    const check = async (): Promise<void> => {
      await this.#options.checkSeniors();
      if (waiting.isOver) return;
      const rank = this.#options.rank();
      if (rank === 0) announce();
      else if (rank <= MOST_TURNS) waiting.timer = setTimeout(announce, rank * TURN_MS).unref();
      else this.#takeWaiting(key, waiting);
    };
    waiting.timer = setTimeout(() => void check(), CHECK_AFTER_MS).unref();
  }

  /** Another worker has announced one. */
  hear(change: Change, registration: Pick<Registration, 'name' | 'instance'>): void {
    const key = keyOf(change, registration);
    if (!this.#takeWaiting(key)) this.#remember(key);
  }

  close(): void {
    for (const key of this.#waiting.keys()) while (this.#takeWaiting(key));
  }

  /** Ends the wait of the one, by default of the oldest. */
  #takeWaiting(key: string, one = this.#waiting.get(key)?.[0]): boolean {
    if (one === undefined) return false;
    one.isOver = true;
    clearTimeout(one.timer);
    const others = (this.#waiting.get(key) ?? []).filter((other) => other !== one);
    if (others.length > 0) this.#waiting.set(key, others);
    else this.#waiting.delete(key);
    return true;
  }

  #remember(key: string): void {
    const nowMs = performance.now();
    const times = 1 + (this.#announced.get(key)?.times ?? 0);
    // Anew, so that the first ones are the oldest.
    this.#announced.delete(key);
    this.#announced.set(key, { times, atMs: nowMs });
    for (const [oldest, { atMs }] of this.#announced) {
      if (nowMs - atMs <= MEMORY_MS && this.#announced.size <= MOST_REMEMBERED) break;
      this.#announced.delete(oldest);
    }
  }

  #recall(key: string): boolean {
    const found = this.#announced.get(key);
    if (found === undefined) return false;
    if (found.times === 1) this.#announced.delete(key);
    else this.#announced.set(key, { ...found, times: found.times - 1 });
    return performance.now() - found.atMs <= MEMORY_MS;
  }
}

function keyOf(change: Change, { name, instance }: Pick<Registration, 'name' | 'instance'>): string {
  return `${change}\n${name}\n${instance}`;
}
