import { CAME_TWICE, IN_ORDER, LONG_PAST, type Place } from './sequence-tracker.js';

/** Sequences in a page: a bit for each. */
export const PAGE_BITS = 4_096;
export const PAGE_WORDS = PAGE_BITS / 32;
/**
 * So many pages are kept open for what comes late: a million messages, for one member may be behind another by all
 * that a server and the sockets hold for it.
 */
const OPEN_PAGES = 256;

/** Where one publisher's messages of the measured part begin, for the members in one thread. */
export interface MeasuredFrom {
  /** The lowest that came to any of them; infinite where none did. */
  readonly any: number;
  /** Of the first that came to each, the last: from there on each of them has all of its share. */
  readonly all: number;
}

/** Pages of one publisher that a thread has closed. */
export interface ClosedPages {
  readonly publisher: number;
  readonly from: MeasuredFrom;
  /** Their numbers, in ascending order: a page's first sequence is its number times {@link PAGE_BITS}. */
  readonly pages: Float64Array;
  /** {@link PAGE_WORDS} for each. */
  readonly bits: Uint32Array;
  /** No page below it follows. */
  readonly floor: number;
}

/**
 * What the members of a queue group in this thread have of one publisher's messages. Each has some of them and members
 * in other threads the rest, so what came is kept bit by bit, and handed on page by page to whoever adds them up.
 */
export class GroupWindow {
  readonly #publisher: number;
  readonly #hand: (closed: ClosedPages) => void;
  #open = new Map<number, Uint32Array>();
  #page = -1;
  #bits: Uint32Array = new Uint32Array(0);
  #top = 0;
  /** The highest that came; -1 where none did. */
  highest = -1;
  from: MeasuredFrom = { any: Number.POSITIVE_INFINITY, all: 0 };

  constructor(publisher: number, hand: (closed: ClosedPages) => void) {
    this.#publisher = publisher;
    this.#hand = hand;
  }

  /** @param sequence whole, not only its lower 32 bits */
  see(sequence: number): Exclude<Place, 1> {
    const page = Math.floor(sequence / PAGE_BITS);
    if (page !== this.#page && !this.#turnTo(page)) return LONG_PAST;
    if (sequence > this.highest) this.highest = sequence;
    const within = sequence - page * PAGE_BITS;
    const bit = 1 << (within & 31);
    const word = this.#bits[within >>> 5] as number;
    if ((word & bit) !== 0) return CAME_TWICE;
    this.#bits[within >>> 5] = word | bit;
    return IN_ORDER;
  }

  /** A member has its first message of the measured part. */
  begin(sequence: number): void {
    const { any, all } = this.from;
    this.from = { any: Math.min(any, sequence), all: Math.max(all, sequence) };
  }

  /** One of the measured part comes behind what it was sent before. */
  beginEarlier(sequence: number): void {
    this.from = { any: sequence, all: this.from.all };
  }

  /** Hands on all that is open. */
  close(): void {
    this.#close(this.#top + 1);
  }

  /** @returns false where it is closed */
  #turnTo(page: number): boolean {
    if (page <= this.#top - OPEN_PAGES) return false;
    let bits = this.#open.get(page);
    if (bits === undefined) {
      bits = new Uint32Array(PAGE_WORDS);
      this.#open.set(page, bits);
    }
    this.#page = page;
    this.#bits = bits;
    if (page > this.#top) {
      this.#top = page;
      this.#close(page - OPEN_PAGES + 1);
    }
    return true;
  }

  #close(floor: number): void {
    const pages = Float64Array.from([...this.#open.keys()].filter((page) => page < floor)).sort();
    if (pages.length === 0) return;
    const bits = new Uint32Array(pages.length * PAGE_WORDS);
    pages.forEach((page, i) => {
      bits.set(this.#open.get(page) as Uint32Array, i * PAGE_WORDS);
      this.#open.delete(page);
    });
    if (this.#page < floor) this.#page = -1;
    // What is open at the end is not closed because nothing more of it could come.
    const passed = Math.max(0, Math.min(floor, this.#top - OPEN_PAGES + 1));
    this.#hand({ publisher: this.#publisher, from: this.from, pages, bits, floor: passed });
  }
}
