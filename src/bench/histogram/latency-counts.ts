/** So many buckets for each power of two: a value is known to 0.1 %, as with three digits of an HDR histogram. */
const BUCKETS_OF_OCTAVE_BITS = 10;
/** From 1 ns to 2^42 ns, an hour and a quarter. */
const OCTAVES = 42;
const BUCKETS = OCTAVES << BUCKETS_OF_OCTAVE_BITS;
/** What the exponent of a float is greater by than that of its value (IEEE 754, binary64). */
const EXPONENT_BIAS = 1023;
const FIRST_BUCKET = EXPONENT_BIAS << BUCKETS_OF_OCTAVE_BITS;
/** Of a float's upper word, these bits are its mantissa's beyond those that choose the bucket. */
const UNUSED_BITS = 20 - BUCKETS_OF_OCTAVE_BITS;

/** Where a float is taken apart. */
const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
/** The upper word of a float: the second one where the least significant byte comes first. */
const UPPER = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** What {@link LatencyCounts.take} gives: buckets that are not empty, and sums. */
export interface TakenCounts {
  readonly buckets: Uint32Array;
  readonly counts: Float64Array;
  readonly total: number;
  readonly sumNs: number;
  /** Of the squares, in ns². */
  readonly squares: number;
  readonly minNs: number;
  readonly maxNs: number;
}

/**
 * Counts latencies in log-linear buckets: as a float has its exponent and the start of its mantissa side by side, a
 * value's bucket is read off it, in about a nanosecond.
 */
export class LatencyCounts {
  readonly #counts = new Float64Array(BUCKETS);
  /** Those that are not empty lie within. */
  #lowest = BUCKETS;
  #highest = -1;
  total = 0;
  #sumNs = 0;
  #squares = 0;
  #minNs = Number.POSITIVE_INFINITY;
  #maxNs = 0;

  /** Counts a latency; what is below 1 ns counts as that. */
  record(ns: number): void {
    const value = ns >= 1 ? ns : 1;
    float[0] = value;
    let bucket = ((words[UPPER] as number) >>> UNUSED_BITS) - FIRST_BUCKET;
    if (bucket >= BUCKETS) bucket = BUCKETS - 1;
    (this.#counts[bucket] as number) += 1;
    if (bucket < this.#lowest) this.#lowest = bucket;
    if (bucket > this.#highest) this.#highest = bucket;
    this.total += 1;
    this.#sumNs += value;
    this.#squares += value * value;
    if (value < this.#minNs) this.#minNs = value;
    if (value > this.#maxNs) this.#maxNs = value;
  }

  /** Gives what was counted, and begins anew. */
  take(): TakenCounts {
    const buckets: number[] = [];
    const counts: number[] = [];
    for (let bucket = this.#lowest; bucket <= this.#highest; bucket++) {
      const count = this.#counts[bucket] as number;
      if (count === 0) continue;
      buckets.push(bucket);
      counts.push(count);
      this.#counts[bucket] = 0;
    }
    const taken: TakenCounts = {
      buckets: Uint32Array.from(buckets),
      counts: Float64Array.from(counts),
      total: this.total,
      sumNs: this.#sumNs,
      squares: this.#squares,
      minNs: this.#minNs,
      maxNs: this.#maxNs,
    };
    this.#lowest = BUCKETS;
    this.#highest = -1;
    this.total = 0;
    this.#sumNs = 0;
    this.#squares = 0;
    this.#minNs = Number.POSITIVE_INFINITY;
    this.#maxNs = 0;
    return taken;
  }

  /** Adds what was taken from another. */
  add(taken: TakenCounts): void {
    for (let i = 0; i < taken.buckets.length; i++) {
      const bucket = taken.buckets[i] as number;
      (this.#counts[bucket] as number) += taken.counts[i] as number;
      if (bucket < this.#lowest) this.#lowest = bucket;
      if (bucket > this.#highest) this.#highest = bucket;
    }
    this.total += taken.total;
    this.#sumNs += taken.sumNs;
    this.#squares += taken.squares;
    if (taken.minNs < this.#minNs) this.#minNs = taken.minNs;
    if (taken.maxNs > this.#maxNs) this.#maxNs = taken.maxNs;
  }

  /** Adds all that another has, and leaves it as it is. */
  addAll(other: LatencyCounts): void {
    for (let bucket = other.#lowest; bucket <= other.#highest; bucket++) {
      (this.#counts[bucket] as number) += other.#counts[bucket] as number;
    }
    this.#lowest = Math.min(this.#lowest, other.#lowest);
    this.#highest = Math.max(this.#highest, other.#highest);
    this.total += other.total;
    this.#sumNs += other.#sumNs;
    this.#squares += other.#squares;
    this.#minNs = Math.min(this.#minNs, other.#minNs);
    this.#maxNs = Math.max(this.#maxNs, other.#maxNs);
  }

  get minNs(): number {
    return this.#minNs;
  }

  get maxNs(): number {
    return this.#maxNs;
  }

  get meanNs(): number {
    return this.#sumNs / this.total;
  }

  /** Of all that was counted, not of a sample. */
  get stddevNs(): number {
    return Math.sqrt(Math.max(0, this.#squares / this.total - this.meanNs ** 2));
  }

  /**
   * The latency that a share of all did not exceed, in ns: the middle of its bucket, and within what was recorded.
   *
   * @param share 0 to 1
   * @returns NaN where nothing was counted
   */
  quantileNs(share: number): number {
    if (this.total === 0) return Number.NaN;
    const rank = Math.max(1, Math.ceil(share * this.total));
    if (rank >= this.total) return this.#maxNs;
    let seen = 0;
    for (let bucket = this.#lowest; bucket <= this.#highest; bucket++) {
      seen += this.#counts[bucket] as number;
      if (seen >= rank) return Math.min(this.#maxNs, Math.max(this.#minNs, middleOf(bucket)));
    }
    return this.#maxNs;
  }

  /** The middle of each bucket that is not empty, in ns, with its count; in ascending order. */
  *buckets(): Generator<readonly [ns: number, count: number]> {
    for (let bucket = this.#lowest; bucket <= this.#highest; bucket++) {
      const count = this.#counts[bucket] as number;
      if (count > 0) yield [Math.min(this.#maxNs, Math.max(this.#minNs, middleOf(bucket))), count];
    }
  }
}

function middleOf(bucket: number): number {
  const octave = 2 ** (bucket >>> BUCKETS_OF_OCTAVE_BITS);
  const within = bucket & ((1 << BUCKETS_OF_OCTAVE_BITS) - 1);
  return octave * (1 + (within + 0.5) / (1 << BUCKETS_OF_OCTAVE_BITS));
}
