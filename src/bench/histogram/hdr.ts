import type { JsHistogram } from 'hdr-histogram-js/dist/JsHistogram.js';

/** A latency in ns with how often it was counted. */
export type Bucket = readonly [ns: number, count: number];

/** A point of the curve of percentiles: so many of all were no slower. */
export interface CurvePoint {
  /** 0 to 100. */
  readonly percentile: number;
  readonly ms: number;
  /** Up to this one. */
  readonly count: number;
}

/** Latencies that were read back: each is known to 0.1 %, as the upper end of what counts as equal to it. */
export interface HdrHistogram {
  readonly count: number;
  /** @param percentile 0 to 100 @returns 0 where there is none */
  percentileMs(percentile: number): number;
  /** In ascending order, closer and closer to 100 %, up to the slowest of all. */
  curve(): readonly CurvePoint[];
  /** The distribution by percentile in ms, as text: the form that the plotters of HdrHistogram read, `.hgrm`. */
  hgrm(): string;
  /** In ascending order, those that are not empty, each with its middle. */
  buckets(): Generator<Bucket>;
}

const MS_NS = 1e6;
const SIGNIFICANT_DIGITS = 3;
/** An hour and a quarter; what is beyond counts as that. */
const HIGHEST_NS = 2 ** 42 - 1;
/** Of counts: floats, since one of 32 bits ends at an hour of a million a second. */
const COUNT_BITS = 64;
/** So many points of the curve for each half of the way to 100 %; 5 is what HdrHistogram's own tools write. */
const TICKS_PER_HALF_DISTANCE = 5;

/** Makes an HDR histogram of nanoseconds: V2, compressed, in base64; any implementation of HdrHistogram reads it. */
export async function encodeHistogram(buckets: Iterable<Bucket>): Promise<string> {
  const { Histogram } = await loadLibrary();
  const histogram = new Histogram(1, HIGHEST_NS, SIGNIFICANT_DIGITS);
  for (const [ns, count] of buckets) {
    if (count > 0) histogram.recordValueWithCount(Math.min(HIGHEST_NS, Math.max(1, Math.round(ns))), count);
  }
  return histogram.encodeIntoCompressedBase64();
}

/**
 * Reads what {@link encodeHistogram} made.
 *
 * @throws Error where the text is none
 */
export async function decodeHistogram(text: string): Promise<HdrHistogram> {
  const { decompress, decode } = await loadLibrary();
  const histogram = decode(decompress(Buffer.from(text, 'base64')), COUNT_BITS);
  return {
    count: histogram.totalCount,
    percentileMs: (percentile) => histogram.getValueAtPercentile(percentile) / MS_NS,
    curve: () => curveOf(histogram),
    hgrm: () => histogram.outputPercentileDistribution(TICKS_PER_HALF_DISTANCE, MS_NS),
    buckets: () => bucketsOf(histogram),
  };
}

/** Loaded here alone: only reports of latencies need it. By its files, since its index has a WebAssembly in it. */
async function loadLibrary() {
  const [{ constructorFromBucketSize }, { decompress, doDecode }] = await Promise.all([
    import('hdr-histogram-js/dist/JsHistogramFactory.js'),
    import('hdr-histogram-js/dist/JsHistogram.encoding.js'),
  ]);
  return { Histogram: constructorFromBucketSize(COUNT_BITS), decompress, decode: doDecode };
}

function curveOf(histogram: JsHistogram): readonly CurvePoint[] {
  const points: CurvePoint[] = [];
  const iterator = histogram.percentileIterator;
  iterator.reset(TICKS_PER_HALF_DISTANCE);
  while (iterator.hasNext()) {
    // The library writes each into the same object.
    const { percentileLevelIteratedTo, valueIteratedTo, totalCountToThisValue } = iterator.next();
    points.push({ percentile: percentileLevelIteratedTo, ms: valueIteratedTo / MS_NS, count: totalCountToThisValue });
  }
  return points;
}

function* bucketsOf(histogram: JsHistogram): Generator<Bucket> {
  const iterator = histogram.recordedValuesIterator;
  iterator.reset();
  while (iterator.hasNext()) {
    const { valueIteratedTo, countAtValueIteratedTo } = iterator.next();
    yield [histogram.medianEquivalentValue(valueIteratedTo), countAtValueIteratedTo];
  }
}
