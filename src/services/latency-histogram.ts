/**
 * A histogram as one process sends it to another: pairs of a bucket's number and how many it holds, in the order of
 * the buckets.
 */
export type BucketCounts = readonly number[];

const BUCKETS_PER_DECADE = 90;
/** 1 µs each up to here. */
const EXACT_BUCKETS = 100;
/** Behind the exact buckets; the last one ends at 1,000 s. */
const DECADES = 7;
const LAST_BUCKET = EXACT_BUCKETS + DECADES * BUCKETS_PER_DECADE;
const LONGEST_US = 10 ** (DECADES + 2);

/**
 * Durations in buckets of two significant decimal digits (log-linear, as circllhist has them): from 1 µs to 1,000 s, each
 * at most a tenth wide, so that a percentile is within 5 % and the bounds that Prometheus users write (0.005, 0.25, 10 s)
 * are bounds here. To record is a few comparisons and an addition; histograms of several processes are added up.
 */
export class LatencyHistogram {
  readonly #counts = new Float64Array(LAST_BUCKET + 1);

  record(durationMs: number): void {
    (this.#counts[bucketOf(durationMs)] as number) += 1;
  }

  add(counts: BucketCounts): void {
    for (let index = 0; index < counts.length; index += 2) {
      (this.#counts[counts[index] as number] as number) += counts[index + 1] as number;
    }
  }

  /** The buckets that hold something. */
  counts(): BucketCounts {
    const counts: number[] = [];
    for (const [bucket, count] of this.#counts.entries()) if (count > 0) counts.push(bucket, count);
    return counts;
  }

  /** How many were recorded. */
  get count(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /**
   * How many took at most so long.
   *
   * @param durationMs exact where it has two significant digits
   */
  countUpTo(durationMs: number): number {
    const last = bucketOf(durationMs);
    let sum = 0;
    for (let bucket = 0; bucket <= last; bucket++) sum += this.#counts[bucket] as number;
    return sum;
  }

  /**
   * A percentile, in milliseconds: the middle of the bucket that it falls into.
   *
   * @param percent 0 to 100
   * @returns undefined where nothing was recorded
   */
  percentile(percent: number): number | undefined {
    const rank = Math.max(1, Math.ceil((this.count * percent) / 100));
    let sum = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      sum += count;
      if (sum >= rank) return (startOf(bucket) + startOf(bucket + 1)) / 2 / 1_000;
    }
    return undefined;
  }
}

/** A bucket holds what is longer than its start and not longer than its end, as `le` of Prometheus says. */
function bucketOf(durationMs: number): number {
  const microseconds = Math.ceil(durationMs * 1_000) - 1;
  if (microseconds < EXACT_BUCKETS) return microseconds > 0 ? microseconds : 0;
  if (microseconds >= LONGEST_US) return LAST_BUCKET;
  let width = 10;
  let first = EXACT_BUCKETS - 10;
  while (microseconds >= width * 100) {
    width *= 10;
    first += BUCKETS_PER_DECADE;
  }
  return first + Math.floor(microseconds / width);
}

/** In microseconds. */
function startOf(bucket: number): number {
  if (bucket <= EXACT_BUCKETS) return bucket;
  const decade = Math.floor((bucket - EXACT_BUCKETS) / BUCKETS_PER_DECADE);
  return (10 + ((bucket - EXACT_BUCKETS) % BUCKETS_PER_DECADE)) * 10 ** (decade + 1);
}
