import type { Bucket } from '../../histogram/hdr.js';

/** The latencies from `fromMs` to the start of the next one; or several in a row that are empty. */
export interface LatencyBin {
  readonly fromMs: number;
  readonly count: number;
  readonly isGap: boolean;
}

/** So many empty bins in a row are shown as one line. */
const LONG_GAP = 3;
/** A scale has no more than so many for each that is shown: gaps that long would hide that it is one. */
const MOST_BINS_PER_SHOWN = 2.5;
/** So many bins for each power of ten, and the digits to which their starts are rounded: 1, 2, 5; 1, 1.6, 2.5, … */
const SCALES: ReadonlyArray<{ readonly perDecade: number; readonly digits: number }> = [
  { perDecade: 160, digits: 3 },
  { perDecade: 80, digits: 3 },
  { perDecade: 40, digits: 3 },
  { perDecade: 20, digits: 3 },
  { perDecade: 10, digits: 2 },
  { perDecade: 5, digits: 2 },
  { perDecade: 3, digits: 1 },
  { perDecade: 1, digits: 1 },
];
const MS_NS = 1e6;

/**
 * Puts latencies into bins of a logarithmic scale, the finest that shows them in no more than `most`; where many in a
 * row are empty, one stands for them.
 *
 * @param buckets in ascending order
 */
export function latencyBins(buckets: readonly Bucket[], most: number): readonly LatencyBin[] {
  const [first, last] = [buckets[0], buckets.at(-1)];
  if (first === undefined || last === undefined) return [];
  let bins: readonly LatencyBin[] = [];
  for (const { perDecade, digits } of SCALES) {
    const starts = startsBetween(first[0] / MS_NS, last[0] / MS_NS, perDecade, digits);
    bins = withGaps(starts, countEach(buckets, starts));
    if (bins.length <= most && starts.length <= most * MOST_BINS_PER_SHOWN) break;
  }
  return bins;
}

function countEach(buckets: readonly Bucket[], starts: readonly number[]): readonly number[] {
  const counts = starts.map(() => 0);
  let bin = 0;
  for (const [ns, count] of buckets) {
    while (bin + 1 < starts.length && ns / MS_NS >= (starts[bin + 1] as number)) bin += 1;
    (counts[bin] as number) += count;
  }
  return counts;
}

function withGaps(starts: readonly number[], counts: readonly number[]): readonly LatencyBin[] {
  const bins: LatencyBin[] = [];
  for (let at = 0; at < starts.length; ) {
    const next = counts.findIndex((count, index) => index >= at && count > 0);
    const isGap = next - at >= LONG_GAP;
    bins.push({ fromMs: starts[at] as number, count: counts[at] as number, isGap });
    at = isGap ? next : at + 1;
  }
  return bins;
}

/** The starts of the bins from the one that holds `least` to the one that holds `most`. */
function startsBetween(least: number, most: number, perDecade: number, digits: number): readonly number[] {
  const start = (step: number): number => Number((10 ** (step / perDecade)).toPrecision(digits));
  let step = Math.ceil(Math.log10(least) * perDecade) + 1;
  while (start(step) > least) step -= 1;
  const starts = [start(step)];
  for (step += 1; start(step) <= most; step++) starts.push(start(step));
  return starts;
}
