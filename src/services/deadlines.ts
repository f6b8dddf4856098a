/** What has a deadline; the links are those of the list that it is in. */
export interface Timed {
  /** On the clock of `performance.now()`. */
  readonly deadlineMs: number;
  earlier: this | undefined;
  later: this | undefined;
}

/**
 * What is in hand, in the order of its deadlines, with one timer for all of it. Most come with the latest deadline so
 * far, and go before it: both cost a few assignments.
 */
export class Deadlines<T extends Timed> {
  readonly #expire: (item: T) => void;
  #first: T | undefined;
  #last: T | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wakesAtMs = Number.POSITIVE_INFINITY;

  /** @param expire is given each item whose deadline is over, and removes it */
  constructor(expire: (item: T) => void) {
    this.#expire = expire;
  }

  add(item: T): void {
    let earlier = this.#last;
    while (earlier !== undefined && earlier.deadlineMs > item.deadlineMs) earlier = earlier.earlier;
    const later = earlier === undefined ? this.#first : earlier.later;
    item.earlier = earlier;
    item.later = later;
    if (earlier === undefined) this.#first = item;
    else earlier.later = item;
    if (later === undefined) this.#last = item;
    else later.earlier = item;
    if (item.deadlineMs < this.#wakesAtMs) this.#wakeAt(item.deadlineMs);
  }

  remove(item: T): void {
    const { earlier, later } = item;
    if (earlier === undefined) this.#first = later;
    else earlier.later = later;
    if (later === undefined) this.#last = earlier;
    else later.earlier = earlier;
    item.earlier = undefined;
    item.later = undefined;
  }

  *[Symbol.iterator](): Generator<T> {
    for (let item = this.#first; item !== undefined; ) {
      // It may be removed meanwhile.
      const { later } = item;
      yield item;
      item = later;
    }
  }

  /** Lets the process end. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#wakesAtMs = Number.POSITIVE_INFINITY;
  }

  #wakeAt(timeMs: number): void {
    clearTimeout(this.#timer);
    this.#wakesAtMs = timeMs;
    // A timer may fire up to 1 ms early.
    this.#timer = setTimeout(() => this.#wake(), Math.max(0, timeMs - performance.now()) + 1);
  }

  #wake(): void {
    this.#wakesAtMs = Number.POSITIVE_INFINITY;
    const now = performance.now();
    while (this.#first !== undefined && this.#first.deadlineMs <= now) this.#expire(this.#first);
    if (this.#first !== undefined) this.#wakeAt(this.#first.deadlineMs);
  }
}
