import type { ChalkInstance } from 'chalk';
import type { Bucket } from '../../histogram/hdr.js';
import { formatLatency, formatShare } from '../numbers.js';
import type { Latencies } from '../report.js';
import { latencyBins } from './latency-bins.js';

/** As many lines as one sees at a glance. */
const MOST_BARS = 16;
const WIDEST_BAR = 100;
const NARROWEST_BAR = 10;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
const FULL = '█';
const START_WIDTH = 7;
const SHARE_WIDTH = 8;
const GAP = '  ';
const MARKS: ReadonlyArray<readonly [name: string, latency: keyof Latencies]> = [
  ['p50', 'p50'],
  ['p90', 'p90'],
  ['p99', 'p99'],
  ['p99.9', 'p999'],
  ['p99.99', 'p9999'],
  ['max', 'max'],
];
const ALL_MARKS_WIDTH = MARKS.map(([name]) => name).join(' ').length;

/**
 * A histogram of latencies in text: each line with the latency that its bar begins at, on a logarithmic scale, how
 * much of all is there, and which percentiles.
 *
 * @param buckets in ascending order
 * @param columns of the terminal
 */
export function latencyBars(
  buckets: readonly Bucket[],
  latencies: Latencies,
  { columns, colors }: { readonly columns: number; readonly colors?: ChalkInstance | undefined },
): readonly string[] {
  const bins = latencyBins(buckets, MOST_BARS);
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const most = bins.reduce((highest, { count }) => Math.max(highest, count), 0);
  const marks = marksOf(
    latencies,
    bins.map(({ fromMs }) => fromMs),
  );
  const others = START_WIDTH + SHARE_WIDTH + ALL_MARKS_WIDTH + 3 * GAP.length;
  const width = Math.max(NARROWEST_BAR, Math.min(WIDEST_BAR, columns - others));
  const bars = bins.map(({ fromMs, count, isGap }, index) => {
    const bar = isGap ? '' : barOf(count / most, width);
    const blanks = ' '.repeat(width - bar.length);
    return [
      (isGap ? '⋮' : formatLatency(fromMs)).padStart(START_WIDTH),
      `${bar === '' ? '' : (colors?.cyan(bar) ?? bar)}${blanks}`,
      (count === 0 ? '' : formatShare(count / total)).padStart(SHARE_WIDTH),
      (marks[index] ?? []).join(' '),
    ]
      .join(GAP)
      .trimEnd();
  });
  const heading = ['FROM'.padStart(START_WIDTH), ' '.repeat(width), 'SHARE'.padStart(SHARE_WIDTH)].join(GAP);
  return bars.length === 0 ? [] : [heading, ...bars];
}

/** To an eighth of a column; what is not nothing is seen. */
function barOf(fraction: number, width: number): string {
  const eighths = Math.max(fraction > 0 ? 1 : 0, Math.round(fraction * width * 8));
  return FULL.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

/** For each bin the percentiles that lie in it. */
function marksOf(latencies: Latencies, starts: readonly number[]): ReadonlyArray<readonly string[]> {
  const marks: string[][] = starts.map(() => []);
  for (const [name, key] of MARKS) {
    const bin = Math.max(
      0,
      starts.findLastIndex((start) => start <= latencies[key]),
    );
    marks[bin]?.push(name);
  }
  return marks;
}
