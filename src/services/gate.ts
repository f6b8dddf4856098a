/** What waits at a gate. */
export interface Guest {
  /** It does not want to come in any more. */
  readonly settled: boolean;
  /** It is in. */
  admitted(): void;
}

/** Once so many guests of the queue have gone in, the queue forgets them. */
const FORGET_AFTER = 1_024;

/** Lets so many in at a time; the others wait, in their order. */
export class Gate {
  #free: number;
  #waiting: Guest[] = [];
  /** Where the first one that waits stands. */
  #head = 0;
  #isAdmitting = false;

  constructor(limit: number) {
    this.#free = limit;
  }

  /** Whether who comes now has to wait. */
  get isFull(): boolean {
    return this.#free === 0 || this.#head < this.#waiting.length;
  }

  /** @returns whether the guest is in; else it waits, and is told */
  enter(guest: Guest): boolean {
    if (!this.isFull) {
      this.#free -= 1;
      return true;
    }
    this.#waiting.push(guest);
    return false;
  }

  /** One that was in has left. */
  leave(): void {
    this.#free += 1;
    // Who comes in may leave at once: then the loop below goes on, and the stack does not grow.
    if (this.#isAdmitting) return;
    this.#isAdmitting = true;
    while (this.#free > 0) {
      const guest = this.#next();
      if (guest === undefined) break;
      if (guest.settled) continue;
      this.#free -= 1;
      guest.admitted();
    }
    this.#isAdmitting = false;
  }

  #next(): Guest | undefined {
    const guest = this.#waiting[this.#head];
    if (guest === undefined) return undefined;
    this.#head += 1;
    if (this.#head === this.#waiting.length || this.#head === FORGET_AFTER) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return guest;
  }
}
