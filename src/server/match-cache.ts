import { hashSubject } from '../protocol/subject-hash.js';
import type { Match } from './interest.js';

interface CacheEntry {
  readonly subject: Buffer;
  readonly match: Match;
  /** Of the subject's first token: which of the pattern changes concern it. */
  readonly family: number;
  /** {@link MatchCache.#stampOf} its family when it was made. */
  readonly stamp: number;
  readonly bytes: number;
}

/** How much a cache may hold; a power of two in each. */
export interface CacheSize {
  readonly slots: number;
  /** First tokens are told apart into so many families. */
  readonly families: number;
  /** What subjects and matches may take together, nearly: a match of many subscribers takes 8 bytes for each. */
  readonly bytes: number;
}

const DEFAULT_SIZE: CacheSize = { slots: 8_192, families: 1_024, bytes: 8 * 1024 * 1024 };
/** An entry's share of the bytes at most, so that making room for it does not happen at each message. */
const LARGEST_SHARE = 1 / 8;
const DOT = 0x2e;
const STAR = 0x2a;
const ARROW = 0x3e;

/**
 * Remembers who listens to a subject, by the subject's bytes: no string is made to look it up.
 *
 * A change of a literal subscription drops the one entry that it concerns; a change of one with wildcards makes
 * stale those of its first token's family.
 */
export class MatchCache {
  readonly #slots: Array<CacheEntry | undefined>;
  /** The hash of the subject that was last looked for in vain in a slot: at its second sighting it gets the slot. */
  readonly #sighted: Int32Array;
  /** Changes of patterns by the family of their first token; where that is a wildcard, of all. */
  readonly #changes: Float64Array;
  #changesOfAll = 0;
  #changesSinceSweep = 0;
  readonly #size: CacheSize;
  #count = 0;
  #bytes = 0;

  constructor(size: CacheSize = DEFAULT_SIZE) {
    this.#size = size;
    this.#slots = new Array<CacheEntry | undefined>(size.slots).fill(undefined);
    this.#sighted = new Int32Array(size.slots);
    this.#changes = new Float64Array(size.families);
  }

  /** How many subjects are remembered. */
  get count(): number {
    return this.#count;
  }

  /** What is remembered of the subject in `bytes` from `start` to `end`, `hash` its {@link hashSubject}. */
  find(bytes: Buffer, start: number, end: number, hash: number): Match | undefined {
    const entry = this.#slots[hash & (this.#size.slots - 1)];
    if (
      entry === undefined ||
      entry.subject.length !== end - start ||
      entry.stamp !== this.#stampOf(entry.family) ||
      !isSame(entry.subject, bytes, start)
    ) {
      return undefined;
    }
    return entry.match;
  }

  /**
   * Offers a match that was not found. It is taken at the subject's second sighting: one that is used once, such
   * as the inbox of a request, must not drive out one that is used often.
   */
  offer(bytes: Buffer, start: number, end: number, hash: number, match: Match): void {
    const slot = hash & (this.#size.slots - 1);
    if (this.#sighted[slot] !== hash) {
      this.#sighted[slot] = hash;
      return;
    }
    const weight = weightOf(match, end - start);
    if (weight > this.#size.bytes * LARGEST_SHARE) return;
    this.#drop(slot);
    if (this.#bytes + weight > this.#size.bytes) this.#clear();
    const family = this.#familyOf(bytes, start, end);
    const subject = Buffer.allocUnsafeSlow(end - start);
    bytes.copy(subject, 0, start, end);
    this.#slots[slot] = { subject, match, family, stamp: this.#stampOf(family), bytes: weight };
    this.#count += 1;
    this.#bytes += weight;
  }

  /** Forgets what a change of a subscription to `subject`, a pattern or a literal, makes wrong. */
  forget(subject: string): void {
    const bytes = Buffer.from(subject, 'latin1');
    if (!bytes.includes(STAR) && !bytes.includes(ARROW)) {
      this.#drop(hashSubject(bytes) & (this.#size.slots - 1));
      return;
    }
    const [first] = bytes;
    if (first === STAR || first === ARROW) this.#changesOfAll += 1;
    else {
      const family = this.#familyOf(bytes, 0, bytes.length);
      this.#changes[family] = (this.#changes[family] as number) + 1;
    }
    // What is stale and never asked for again would keep clients alive that have gone.
    this.#changesSinceSweep += 1;
    if (this.#changesSinceSweep * 8 >= this.#size.slots) this.#sweep();
  }

  #stampOf(family: number): number {
    return this.#changesOfAll + (this.#changes[family] as number);
  }

  #familyOf(bytes: Buffer, start: number, end: number): number {
    let dot = start;
    while (dot < end && bytes[dot] !== DOT) dot += 1;
    return hashSubject(bytes, start, dot) & (this.#size.families - 1);
  }

  #drop(slot: number): void {
    const entry = this.#slots[slot];
    if (entry === undefined) return;
    this.#slots[slot] = undefined;
    this.#count -= 1;
    this.#bytes -= entry.bytes;
  }

  #sweep(): void {
    this.#changesSinceSweep = 0;
    if (this.#count === 0) return;
    for (let slot = 0; slot < this.#slots.length; slot++) {
      const entry = this.#slots[slot];
      if (entry !== undefined && entry.stamp !== this.#stampOf(entry.family)) this.#drop(slot);
    }
  }

  #clear(): void {
    this.#slots.fill(undefined);
    this.#count = 0;
    this.#bytes = 0;
  }
}

/** Of the entry itself and its parts, about. */
const ENTRY_BYTES = 256;

function weightOf({ plain, queues }: Match, subjectLength: number): number {
  let references = plain.length;
  for (const members of queues) references += members.length + 4;
  return ENTRY_BYTES + subjectLength + 8 * references;
}

function isSame(subject: Buffer, bytes: Buffer, start: number): boolean {
  for (let index = 0; index < subject.length; index++) {
    if (subject[index] !== bytes[start + index]) return false;
  }
  return true;
}
