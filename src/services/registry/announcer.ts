import type { Change } from './directory.js';
import type { Registration } from './registration.js';

/** What the announcements of a registry's workers are made of, and how they reach the world. */
export interface AnnouncerOptions {
  /** How many workers come before this one, now. */
  readonly rank: () => number;
  readonly publish: (change: Change, registration: Registration) => void;
}

/** Each worker waits so much longer than the one before it; a message takes a thousandth of that. */
const TURN_MS = 500;
/** Workers behind these leave it to them. */
const MOST_TURNS = 8;
/** A change that others announced is noticed here within this time, or not at all. */
const MEMORY_MS = 5_000;
const MOST_REMEMBERED = 10_000;

/**
 * Has each change announced once, though every worker notices it: the first worker announces at once, each other one
 * waits for its turn and for the announcement. So a change is announced although a worker dies over it; twice it is
 * only where a worker stood still, or was cut off, for longer than a turn.
 */
export class Announcer {
  readonly #options: AnnouncerOptions;
  /** What waits for its turn, by change; the oldest first. */
  readonly #waiting = new Map<string, NodeJS.Timeout[]>();
  /** What others announced before it was noticed here: how often, and when last. */
  readonly #announced = new Map<string, { readonly times: number; readonly atMs: number }>();

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** This worker has noticed a change. */
  notice(change: Change, registration: Registration): void {
    const key = keyOf(change, registration);
    if (this.#recall(key)) return;
    const rank = this.#options.rank();
    if (rank === 0) this.#options.publish(change, registration);
    if (rank === 0 || rank > MOST_TURNS) return;
    const timer = setTimeout(() => {
      this.#takeWaiting(key);
      this.#options.publish(change, registration);
    }, rank * TURN_MS);
    timer.unref();
    this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), timer]);
  }

  /** Another worker has announced one. */
  hear(change: Change, registration: Pick<Registration, 'name' | 'instance'>): void {
    const key = keyOf(change, registration);
    const timer = this.#takeWaiting(key);
    if (timer !== undefined) clearTimeout(timer);
    else this.#remember(key);
  }

  close(): void {
    for (const timers of this.#waiting.values()) {
      for (const timer of timers) clearTimeout(timer);
    }
    this.#waiting.clear();
  }

  #takeWaiting(key: string): NodeJS.Timeout | undefined {
    const [first, ...others] = this.#waiting.get(key) ?? [];
    if (others.length > 0) this.#waiting.set(key, others);
    else this.#waiting.delete(key);
    return first;
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
