import { usageError } from '../../../../errors.js';
import { type Bucket, decodeHistogram } from '../../../histogram/hdr.js';
import { formatLatency } from '../../numbers.js';
import { type Compared, namedWith, titleOf } from '../compared.js';
import { latencyAxis, ninesOf, percentileAxis } from './axes.js';
import type { Chart, Mark } from './chart.js';

/** How slow the slowest were: a point for each percentile, by its nines. */
export interface Curve extends Compared {
  readonly points: ReadonlyArray<readonly [nines: number, ms: number]>;
  /** Of the same histogram, so that it lies on the curve. */
  readonly percentileMs: (percentile: number) => number;
}

/** So many steps of the axis have points of their own; a chart is not wider. */
const CELLS = 400;
const NAMED = [50, 90, 99, 99.9, 99.99] as const;
/** Closer to the end of the curve, a name would stand over that of the slowest. */
const ROOM_NINES = 0.6;

/**
 * Reads the histogram of a report.
 *
 * @returns undefined where it has none
 * @throws CliError `usage` where it cannot be read
 */
export async function readCurve(compared: Compared): Promise<Curve | undefined> {
  const text = compared.report.latency_histogram;
  if (text === undefined) return undefined;
  const { buckets, count, percentileMs } = await decodeHistogram(text).catch((error: unknown) => {
    throw usageError(`the latency_histogram of a report of ${titleOf(compared.report)} cannot be read: ${error}`);
  });
  return count === 0 ? undefined : { ...compared, points: curveThrough(buckets(), count), percentileMs };
}

/**
 * The curve through the buckets of a histogram: each is flat from its fastest to its slowest, of which the one in
 * place r of n stands at (r - ½) / n, so that the slowest of all has a place too. It is thinned to what can be seen.
 */
export function curveThrough(buckets: Iterable<Bucket>, count: number): Curve['points'] {
  const end = ninesOf(1 - 0.5 / count);
  const points: Array<readonly [nines: number, ms: number]> = [];
  let cell = -1;
  let waiting: readonly [nines: number, ms: number] | undefined;
  const add = (nines: number, ms: number) => {
    const own = Math.floor((nines / end) * CELLS);
    if (own === cell) {
      waiting = [nines, ms];
      return;
    }
    if (waiting !== undefined) points.push(waiting);
    waiting = undefined;
    cell = own;
    points.push([nines, ms]);
  };
  let seen = 0;
  for (const [ns, ofBucket] of buckets) {
    add(ninesOf((seen + 0.5) / count), ns / 1e6);
    if (ofBucket > 1) add(ninesOf((seen + ofBucket - 0.5) / count), ns / 1e6);
    seen += ofBucket;
  }
  if (waiting !== undefined) points.push(waiting);
  return points;
}

/** The chart of the curves of a group; undefined where it has none. */
export function percentileChart(curves: readonly Curve[]): Chart | undefined {
  if (curves.length === 0) return undefined;
  const end = Math.max(...curves.map(({ points }) => points.at(-1)?.[0] ?? 0));
  const isOne = curves.length === 1;
  return {
    heading: 'Latency by percentile',
    summary: curves.map((curve) => namedWith(curve, summarize(curve))).join(' '),
    x: percentileAxis(end),
    y: latencyAxis(
      curves.flatMap(({ points }) => points.map(([, ms]) => ms)),
      'latency',
    ),
    heightPx: 280,
    lines: curves.map(({ look, points }) => ({ look, points })),
    marks: curves.flatMap((curve) => marksOf(curve, isOne)),
    legend: isOne ? [] : curves.map((curve) => ({ look: curve.look, label: namedWith(curve, titleOf(curve.report)) })),
  };
}

function marksOf({ points, percentileMs, look }: Curve, areNamed: boolean): readonly Mark[] {
  const [end, max] = points.at(-1) ?? [0, 0];
  const mark = (x: number, y: number, name: string): Mark => ({
    x,
    y,
    look,
    shape: 'dot',
    isSpare: x < 1,
    ...(areNamed ? { label: [name, formatLatency(y)] } : {}),
  });
  const named = NAMED.map((percentile) => ({ percentile, nines: ninesOf(percentile / 100) }))
    .filter(({ nines }) => nines <= end - ROOM_NINES)
    .map(({ percentile, nines }) => mark(nines, percentileMs(percentile), `p${percentile}`));
  return [...named, mark(end, max, 'max')];
}

function summarize({ report, points, percentileMs }: Curve): string {
  const named = NAMED.map((percentile) => `p${percentile} ${formatLatency(percentileMs(percentile))}`);
  const all = [...named, `max ${formatLatency(points.at(-1)?.[1] ?? 0)}`].join(', ');
  return `${all}${report.runs === undefined ? '' : ', over all runs together'}.`;
}
