/** What {@link PendingRequests.settle} says of a token whose request does not wait any more. */
export const CAME_LATE = -1;
export const CAME_AGAIN = -2;

const FIRST_CAPACITY = 1024;
/** Tokens begin anew there: an engine writes them into 31 bits. */
const TOKENS = 2 ** 31;

/** Of a request that does not wait: answered, or never asked. */
const DONE = 0;
/** Given up: it timed out, or its connection was lost. */
const GIVEN_UP = -1;

/**
 * The requests of one client that wait for their replies, by token. They stand in a ring, in the order in which they
 * were sent, which is that of their time-outs; it grows while the oldest of them still waits.
 */
export class PendingRequests {
  #capacity = FIRST_CAPACITY;
  /** When each was sent, in ns; {@link DONE} or {@link GIVEN_UP} where it does not wait. */
  #sentNs = new Float64Array(FIRST_CAPACITY);
  /** When it was planned. */
  #plannedNs = new Float64Array(FIRST_CAPACITY);
  /** The number of the next; numbers do not begin anew. */
  #next = 0;
  /** No request of a lower number waits. */
  #oldest = 0;
  waiting = 0;

  /** @returns its token */
  add(plannedNs: number, sentNs: number): number {
    if (this.#next - this.#oldest >= this.#capacity) this.#makeRoom();
    const number = this.#next;
    const at = number & (this.#capacity - 1);
    this.#sentNs[at] = sentNs;
    this.#plannedNs[at] = plannedNs;
    this.#next += 1;
    this.waiting += 1;
    return number % TOKENS;
  }

  /**
   * A reply has come.
   *
   * @returns when its request was planned, in ns; {@link CAME_LATE} where it was given up, {@link CAME_AGAIN} where it
   *   has its reply
   */
  settle(token: number): number {
    const number = this.#numberOf(token);
    // Its place is another's by now: it was answered, or given up, long ago.
    if (number < 0 || number < this.#next - this.#capacity) return CAME_LATE;
    const at = number & (this.#capacity - 1);
    const sentNs = this.#sentNs[at] as number;
    if (sentNs === DONE) return CAME_AGAIN;
    this.#sentNs[at] = DONE;
    if (sentNs === GIVEN_UP) return CAME_LATE;
    this.waiting -= 1;
    return this.#plannedNs[at] as number;
  }

  /**
   * Gives up those that were sent before a time.
   *
   * @param tell is told when each was sent, and for when it was planned
   */
  expire(beforeNs: number, tell: (sentNs: number, plannedNs: number) => void): void {
    while (this.#oldest < this.#next) {
      const at = this.#oldest & (this.#capacity - 1);
      const sentNs = this.#sentNs[at] as number;
      if (sentNs >= beforeNs) return;
      if (sentNs > 0) {
        this.#sentNs[at] = GIVEN_UP;
        this.waiting -= 1;
        tell(sentNs, this.#plannedNs[at] as number);
      }
      this.#oldest += 1;
    }
  }

  /** Tokens are the numbers' remainders; the number is the one of them that was given last. */
  #numberOf(token: number): number {
    const last = this.#next - 1;
    const number = last - ((((last - token) % TOKENS) + TOKENS) % TOKENS);
    return number;
  }

  #makeRoom(): void {
    while (this.#oldest < this.#next && (this.#sentNs[this.#oldest & (this.#capacity - 1)] as number) <= 0) {
      this.#oldest += 1;
    }
    // Half of it is kept free, so that the places of what was answered tell for a while what comes again.
    if (this.#next - this.#oldest < this.#capacity / 2) return;
    const capacity = this.#capacity * 2;
    const sentNs = new Float64Array(capacity);
    const plannedNs = new Float64Array(capacity);
    for (let number = Math.max(0, this.#next - this.#capacity); number < this.#next; number++) {
      sentNs[number & (capacity - 1)] = this.#sentNs[number & (this.#capacity - 1)] as number;
      plannedNs[number & (capacity - 1)] = this.#plannedNs[number & (this.#capacity - 1)] as number;
    }
    this.#capacity = capacity;
    this.#sentNs = sentNs;
    this.#plannedNs = plannedNs;
  }
}
