import { type ClosedPages, type MeasuredFrom, PAGE_BITS, PAGE_WORDS } from './group-window.js';

/** How far the members of one thread are with one publisher's messages. */
export interface GroupReach {
  readonly publisher: number;
  readonly from: MeasuredFrom;
  /** Of what each member has as its latest, the lowest: each has all of its share up to there. */
  readonly reach: number;
}

/** What is known of one publisher's messages in all threads. */
interface MergedPublisher {
  readonly pages: Map<number, Uint32Array>;
  /** By thread: no page below comes from it. */
  readonly floors: number[];
  from: MeasuredFrom;
  reach: number;
  /** What is missing in the pages below is counted. */
  done: number;
}

/** Adds up what the threads of a queue group have, page by page: what two of them have came twice. */
export class GroupMerge {
  readonly #threads: number;
  readonly #publishers = new Map<number, MergedPublisher>();
  /** Of the measured part: messages that came in more than one thread. */
  repeated = 0;
  /** Of the measured part: messages before the reach that no thread has. */
  missing = 0;

  /** @param threads how many have members */
  constructor(threads: number) {
    this.#threads = threads;
  }

  /** @param thread counted from 0 among those that have members */
  add(thread: number, { publisher, from, pages, bits, floor }: ClosedPages): void {
    const merged = this.#of(publisher);
    merged.from = later(merged.from, from);
    pages.forEach((page, i) => {
      const own = bits.subarray(i * PAGE_WORDS, (i + 1) * PAGE_WORDS);
      const there = merged.pages.get(page);
      if (there === undefined) {
        merged.pages.set(page, own.slice());
        return;
      }
      this.repeated += unite(there, own, merged.from.any - page * PAGE_BITS);
    });
    merged.floors[thread] = floor;
    this.#finish(merged, Math.min(...merged.floors), Number.POSITIVE_INFINITY);
  }

  /** Settles what is open, when each thread has told how far it is. */
  end(reaches: readonly GroupReach[]): void {
    for (const { publisher, from, reach } of reaches) {
      const merged = this.#of(publisher);
      merged.from = later(merged.from, from);
      merged.reach = Math.min(merged.reach, reach);
    }
    for (const merged of this.#publishers.values()) this.#finish(merged, Number.POSITIVE_INFINITY, merged.reach);
  }

  #of(publisher: number): MergedPublisher {
    let merged = this.#publishers.get(publisher);
    if (merged === undefined) {
      const floors = new Array<number>(this.#threads).fill(0);
      const from = { any: Number.POSITIVE_INFINITY, all: 0 };
      merged = { pages: new Map(), floors, from, reach: Number.POSITIVE_INFINITY, done: 0 };
      this.#publishers.set(publisher, merged);
    }
    return merged;
  }

  /** Counts what is missing in the pages below `floor`, as far as `reach`, and forgets them. */
  #finish(merged: MergedPublisher, floor: number, reach: number): void {
    const { pages } = merged;
    const { any, all } = merged.from;
    const end = Math.min(floor, Math.floor(reach / PAGE_BITS) + 1);
    if (Number.isFinite(any) && Number.isFinite(end) && end > merged.done) {
      for (let page = Math.max(merged.done, Math.floor(all / PAGE_BITS)); page < end; page++) {
        const start = page * PAGE_BITS;
        const from = Math.max(0, all - start);
        const until = Math.max(from, Math.min(PAGE_BITS, reach + 1 - start));
        const there = pages.get(page);
        this.missing += until - from - (there === undefined ? 0 : count(there, from, until));
      }
      merged.done = end;
    }
    for (const page of pages.keys()) if (page < floor) pages.delete(page);
  }
}

/** What both begin with: the first of either, and what both have all from. */
function later(one: MeasuredFrom, other: MeasuredFrom): MeasuredFrom {
  return { any: Math.min(one.any, other.any), all: Math.max(one.all, other.all) };
}

/** Adds the bits of one page to another's. @returns how many from a place on were in both */
function unite(to: Uint32Array, from: Uint32Array, start: number): number {
  const both = to.map((word, i) => word & (from[i] as number));
  for (let i = 0; i < PAGE_WORDS; i++) to[i] = (to[i] as number) | (from[i] as number);
  return count(both, Math.min(PAGE_BITS, Math.max(0, start)), PAGE_BITS);
}

/** How many bits are set in a part of a page. */
function count(bits: Uint32Array, from: number, until: number): number {
  let total = 0;
  for (let word = from >>> 5; word * 32 < until; word++) {
    let value = bits[word] as number;
    if (word * 32 < from) value &= -1 << (from & 31);
    if (until - word * 32 < 32) value &= (1 << (until & 31)) - 1;
    total += ones(value);
  }
  return total;
}

/** The number of bits that are set in 32, added up in pairs, fours and so on. */
function ones(value: number): number {
  let sum = value - ((value >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
