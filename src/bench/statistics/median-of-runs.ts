import { max, median, min } from 'simple-statistics';
import type { Figures, Latencies } from '../report/report.js';
import { errorShare } from './judge-limits.js';

/**
 * The figures of several runs as those of one.
 *
 * - What tells of speed is the median of the runs, each figure on its own: a run that a neighbour on the machine
 *   disturbed moves it little. So the percentiles keep their order, though they need not be those of one run.
 * - What went wrong is never averaged away: of errors, losses, late, repeated and out-of-order messages, of gaps and
 *   of recoveries it is the worst run that counts. So `--slo lost=0` holds for each run.
 * - The least and the greatest latency are those of all runs.
 *
 * @throws RangeError where there is no run
 */
export function medianOfRuns(runs: readonly Figures[]): Figures {
  if (runs.length === 0) throw new RangeError('no runs');
  const of = (read: (figures: Figures) => number): number[] => runs.map(read);
  const wholeMedian = (read: (figures: Figures) => number): number => Math.round(median(of(read)));
  const recoveries = runs.flatMap(({ recovery_ms }) => (recovery_ms === undefined ? [] : [recovery_ms]));
  return {
    rate: median(of(({ rate }) => rate)),
    messages: wholeMedian(({ messages }) => messages),
    bytes: wholeMedian(({ bytes }) => bytes),
    duration_s: median(of(({ duration_s }) => duration_s)),
    sent: wholeMedian(({ sent }) => sent),
    // Of one run, so that their kinds belong together.
    errors: runs.reduce((worst, run) => (errorShare(run) > errorShare(worst) ? run : worst)).errors,
    lost: max(of(({ lost }) => lost)),
    late: max(of(({ late }) => late)),
    duplicated: max(of(({ duplicated }) => duplicated)),
    out_of_order: max(of(({ out_of_order }) => out_of_order)),
    longest_gap_ms: max(of(({ longest_gap_ms }) => longest_gap_ms)),
    ...(recoveries.length > 0 && { recovery_ms: max(recoveries) }),
    ...(runs.some(({ not_recovered }) => not_recovered) && { not_recovered: true }),
    ...latencyOf(runs),
  };
}

/** Of the runs that have any: one in which nothing succeeded has none. */
function latencyOf(runs: readonly Figures[]): { latency_ms?: Latencies } {
  const all = runs.flatMap(({ latency_ms }) => (latency_ms === undefined ? [] : [latency_ms]));
  if (all.length === 0) return {};
  const of = (name: keyof Latencies): number[] => all.map((latencies) => latencies[name]);
  const middle = (name: keyof Latencies): number => median(of(name));
  return {
    latency_ms: {
      min: min(of('min')),
      mean: middle('mean'),
      stddev: middle('stddev'),
      p50: middle('p50'),
      p90: middle('p90'),
      p99: middle('p99'),
      p999: middle('p999'),
      p9999: middle('p9999'),
      max: max(of('max')),
    },
  };
}

/** The run whose rate is in the middle: of two in the middle the slower one. @throws RangeError where there is no run */
export function indexOfMiddleRun(runs: ReadonlyArray<Pick<Figures, 'rate'>>): number {
  const order = [...runs.keys()].sort((a, b) => (runs[a] as Figures).rate - (runs[b] as Figures).rate);
  const middle = order[Math.floor((runs.length - 1) / 2)];
  if (middle === undefined) throw new RangeError('no runs');
  return middle;
}
