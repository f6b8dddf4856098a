/** What is said of a message by its place among those of its publisher. */
export const IN_ORDER = 0;
/** One that its publisher sent later came before it. */
export const OUT_OF_ORDER = 1;
/** It came before. */
export const CAME_TWICE = 2;
/** So many came before it that it is not known any more whether it did. */
export const LONG_PAST = 3;
export type Place = typeof IN_ORDER | typeof OUT_OF_ORDER | typeof CAME_TWICE | typeof LONG_PAST;

/** So many gaps are kept; of more, the older half is forgotten. */
const MOST_GAPS = 1_024;

/**
 * Knows what one receiver has of one publisher's messages. It keeps what is missing, so that a receiver which has all
 * keeps nothing.
 */
export class SequenceTracker {
  /** One above the highest that came. */
  next = 0;
  /** Start and end of each gap, the end without, in ascending order. */
  #gaps: number[] = [];
  /** What is below is not known. */
  #floor = 0;

  /** @param sequence whole, not only its lower 32 bits; see {@link unwrap} */
  see(sequence: number): Place {
    if (sequence >= this.next) {
      if (sequence > this.next) this.#skip(sequence);
      this.next = sequence + 1;
      return IN_ORDER;
    }
    if (sequence < this.#floor) return LONG_PAST;
    return this.#fill(sequence) ? OUT_OF_ORDER : CAME_TWICE;
  }

  #skip(sequence: number): void {
    this.#gaps.push(this.next, sequence);
    if (this.#gaps.length <= MOST_GAPS * 2) return;
    const forgotten = this.#gaps.splice(0, MOST_GAPS);
    this.#floor = forgotten.at(-1) as number;
  }

  /** @returns whether it was missing */
  #fill(sequence: number): boolean {
    const gaps = this.#gaps;
    let low = 0;
    let high = gaps.length / 2;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((gaps[middle * 2 + 1] as number) <= sequence) low = middle + 1;
      else high = middle;
    }
    const at = low * 2;
    const start = gaps[at];
    const end = gaps[at + 1];
    if (start === undefined || end === undefined || start > sequence) return false;
    const left = start < sequence ? [start, sequence] : [];
    const right = sequence + 1 < end ? [sequence + 1, end] : [];
    gaps.splice(at, 2, ...left, ...right);
    return true;
  }
}

/**
 * A stamp has the lower 32 bits of a sequence: of all that have them, the one that is nearest to what is known.
 *
 * @param near the highest so far; -1 where there is none, and the sequence is what it seems
 */
export function unwrap(sequence: number, near: number): number {
  return near < 0 ? sequence : near + ((sequence - near) | 0);
}
