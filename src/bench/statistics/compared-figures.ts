import type { BenchReport, Figures, SeriesPoint } from '../report/report.js';
import { errorShare } from './judge-limits.js';

export type ComparedName = 'rate' | 'p50' | 'p99' | 'p999' | 'errors';

/** A figure that is compared, and where it is read. */
export interface ComparedKind {
  readonly name: ComparedName;
  readonly unit: '/s' | 'ms' | '%';
  readonly better: 'higher' | 'lower';
  /** Undefined where a run has none. */
  of(run: Figures): number | undefined;
  /** The same of a second; undefined where it has none. Absent where a single run does not tell. */
  ofSecond?(second: SeriesPoint): number | undefined;
  /**
   * By how much this figure is taken to differ from run to run of the same program on the same machine, where a side
   * has one run only and so does not show it: a standard deviation, as a share of the figure.
   */
  readonly betweenRuns: number;
}

/**
 * What is compared. How much runs differ is assumed on the careful side: a neighbour on a shared machine takes a tenth
 * or a fifth of a run now and then, and one run does not tell whether it was the one. The tails have no value of a
 * second: of eight runs of one load on a processor that others used, one had nine times the 99th percentile of another,
 * and the seconds of neither showed it.
 */
export const COMPARED: readonly ComparedKind[] = [
  {
    name: 'rate',
    unit: '/s',
    better: 'higher',
    of: ({ rate }) => rate,
    ofSecond: ({ messages, duration_s }) => messages / duration_s,
    betweenRuns: 0.08,
  },
  {
    name: 'p50',
    unit: 'ms',
    better: 'lower',
    of: ({ latency_ms }) => latency_ms?.p50,
    ofSecond: ({ p50_ms }) => p50_ms,
    betweenRuns: 0.08,
  },
  {
    name: 'p99',
    unit: 'ms',
    better: 'lower',
    of: ({ latency_ms }) => latency_ms?.p99,
    betweenRuns: 0.3,
  },
  { name: 'p999', unit: 'ms', better: 'lower', of: ({ latency_ms }) => latency_ms?.p999, betweenRuns: 0.4 },
  {
    name: 'errors',
    unit: '%',
    better: 'lower',
    of: (run) => 100 * errorShare(run),
    ofSecond: ({ errors, messages }) => (100 * errors) / Math.max(errors + messages, 1),
    betweenRuns: 0.25,
  },
];

/** The runs of a report, also where it has but one. */
export function runsOf(report: BenchReport): readonly Figures[] {
  return report.runs ?? [report];
}

/** A second that was cut short tells little. */
const SHORTEST_S = 0.9;

/** Of each whole second one value. */
export function valuesOfSeconds(report: BenchReport, kind: ComparedKind): readonly number[] {
  const { ofSecond } = kind;
  if (ofSecond === undefined) return [];
  return report.series
    .filter(({ duration_s }) => duration_s >= SHORTEST_S)
    .flatMap((second) => {
      const value = ofSecond(second);
      return value === undefined ? [] : [value];
    });
}
