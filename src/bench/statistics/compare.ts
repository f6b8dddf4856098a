import { median } from 'simple-statistics';
import type { BenchReport, Interval } from '../report/report.js';
import { COMPARED, type ComparedKind, type ComparedName, runsOf, valuesOfSeconds } from './compared-figures.js';
import { FEWEST_SECONDS, noiseOfSeconds, spreadOfRuns } from './noise.js';

/**
 * Below this nothing is called a change, however sure it is: a latency is known to 0.1 %, a planned rate is kept to
 * 1 %, and a machine is not the same for a day.
 */
const SMALLEST_CHANGE = 0.01;
/** With fewer on both sides together Student's test allows for several times the deviation that was seen. */
const FEW_RUNS = 6;

/** Of errors that are more: `slower` as well, so that a script has three words to know. */
export type Verdict = 'faster' | 'slower' | 'no_difference' | 'not_judged';

/** A figure of two reports. */
export interface ComparedFigure {
  readonly name: ComparedName;
  readonly unit: ComparedKind['unit'];
  readonly base: number;
  readonly new: number;
  /** Of {@link ComparedFigure.base}; absent where that is 0. */
  readonly change_percent?: number | undefined;
  /** A change between these may be chance: in percent of the base, of errors in points of a percentage. */
  readonly noise?: Interval | undefined;
  readonly verdict: Verdict;
  /** It is worse, by more than noise and tolerance. */
  readonly is_regression: boolean;
  /** Why it was not judged. */
  readonly reason?: string | undefined;
}

export interface Comparison {
  /** Of all figures: `mixed` where some are better and some worse. */
  readonly verdict: Verdict | 'mixed';
  readonly is_regression: boolean;
  readonly tolerance_percent: number;
  readonly base_runs: number;
  readonly new_runs: number;
  readonly figures: readonly ComparedFigure[];
  /** What somebody who reads the verdict has to know. */
  readonly notes: readonly string[];
}

/**
 * Says of two reports of one load which is faster, by the runs in them. A figure is called changed where its median has
 * moved by more than noise, and by more than 1 %; of all comparisons of the same thing with itself at most one in
 * twenty is called anything but `no_difference`. Where each side has one run, what differs from run to run is assumed
 * (see {@link COMPARED}), so that only large changes are called.
 *
 * It sees what differs between runs, not what differs between days: another neighbour on the machine, another
 * temperature. Runs that alternate (`bench suite`) share these.
 *
 * @param tolerance a share: 0.05 lets a figure be 5 % worse
 */
export function compare(base: BenchReport, next: BenchReport, { tolerance }: { tolerance: number }): Comparison {
  const present = COMPARED.flatMap((kind) => {
    const values = { base: runValues(base, kind), next: runValues(next, kind) };
    return values.base.length === 0 || values.next.length === 0 ? [] : [{ kind, values }];
  });
  const figures = present.map(({ kind, values }) =>
    judge(kind, values, noiseOf(kind, base, next, values, present.length), tolerance),
  );
  const runs = { base: runsOf(base).length, next: runsOf(next).length };
  return {
    verdict: verdictOf(figures),
    is_regression: figures.some(({ is_regression }) => is_regression),
    tolerance_percent: 100 * tolerance,
    base_runs: runs.base,
    new_runs: runs.next,
    figures,
    notes: [...interruptionsOf(base, next), ...notesOf(runs, figures)],
  };
}

const same = (value: number): number => value;

interface Values {
  readonly base: readonly number[];
  readonly next: readonly number[];
}

/** How far a figure may move by chance, and by how much its mean did; in logarithms, for errors in points. */
interface Noise {
  readonly noise: number;
  readonly meanChange?: number | undefined;
}

function runValues(report: BenchReport, kind: ComparedKind): readonly number[] {
  return runsOf(report).flatMap((run) => kind.of(run) ?? []);
}

function noiseOf(
  kind: ComparedKind,
  base: BenchReport,
  next: BenchReport,
  values: Values,
  tests: number,
): Noise | string {
  // What is multiplied in a run, as by a slower processor, is added in its logarithm; where a run gave 0 it has none.
  const all = [...values.base, ...values.next];
  const center = median([...values.base]);
  const scale =
    kind.name === 'errors'
      ? same
      : all.every((value) => value > 0)
        ? Math.log
        : (value: number) => value / (center || 1);
  const isShare = kind.name !== 'errors';
  const assumed = {
    base: kind.betweenRuns * (isShare ? 1 : center),
    next: kind.betweenRuns * (isShare ? 1 : median([...values.next])),
  };
  const spread = spreadOfRuns(values.base.map(scale), values.next.map(scale), assumed, tests);
  if (spread !== undefined) return { noise: spread.noise, meanChange: spread.change };
  if (kind.ofSecond === undefined) return 'one run on each side does not tell';
  const noise = noiseOfSeconds(relative(base, kind), relative(next, kind), assumed, tests);
  return noise === undefined ? `one run of fewer than ${FEWEST_SECONDS} s does not tell` : { noise };
}

/** The seconds of a run as shares of their mean, which is what a logarithm makes of small changes; errors as they are. */
function relative(report: BenchReport, kind: ComparedKind): readonly number[] {
  const values = valuesOfSeconds(report, kind);
  if (kind.name === 'errors') return values;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return mean > 0 ? values.map((value) => value / mean) : [];
}

function judge(kind: ComparedKind, values: Values, noise: Noise | string, tolerance: number): ComparedFigure {
  const base = median([...values.base]);
  const next = median([...values.next]);
  const { name, unit } = kind;
  const common = { name, unit, base, new: next, ...(base > 0 && { change_percent: 100 * (next / base - 1) }) };
  // No errors on both sides need no proof.
  if (name === 'errors' && [...values.base, ...values.next].every((value) => value === 0)) {
    return { ...common, verdict: 'no_difference', is_regression: false };
  }
  // A run in which nothing came needs none either.
  if (name === 'rate' && (base === 0 || next === 0)) {
    const verdict = base === next ? 'no_difference' : next === 0 ? 'slower' : 'faster';
    return { ...common, verdict, is_regression: verdict === 'slower' };
  }
  if (typeof noise === 'string') return { ...common, verdict: 'not_judged', is_regression: false, reason: noise };
  const change = name === 'errors' ? next - base : Math.log(next / base);
  const smallest = name === 'errors' ? SMALLEST_CHANGE * base : SMALLEST_CHANGE;
  // The mean as well, since it is the mean whose noise is known.
  const means = noise.meanChange ?? change;
  const isChange = Math.min(Math.abs(change), Math.abs(means)) > Math.max(noise.noise, smallest) && change * means > 0;
  const isWorse = isChange && change > 0 === (kind.better === 'lower');
  return {
    ...common,
    noise: name === 'errors' ? { low: -noise.noise, high: noise.noise } : percentOf(noise.noise),
    verdict: isWorse ? 'slower' : isChange ? 'faster' : 'no_difference',
    is_regression: isWorse && isOutside(base, next, tolerance),
  };
}

/** What a logarithm up and down makes of a figure: it cannot fall by more than all of it. */
function percentOf(logarithm: number): Interval {
  return { low: 100 * Math.expm1(-logarithm), high: 100 * Math.expm1(logarithm) };
}

/** Where there was none before, anything is outside. */
function isOutside(base: number, next: number, tolerance: number): boolean {
  return Math.abs(next - base) > tolerance * base;
}

function verdictOf(figures: readonly ComparedFigure[]): Comparison['verdict'] {
  const verdicts = new Set(figures.map(({ verdict }) => verdict));
  if (verdicts.has('slower')) return verdicts.has('faster') ? 'mixed' : 'slower';
  if (verdicts.has('faster')) return 'faster';
  // Where nobody knows whether it is as fast as it was, it is no answer that there are no more errors.
  const speeds = figures.filter(({ name }) => name !== 'errors');
  const known = speeds.length === 0 ? figures : speeds;
  return known.some(({ verdict }) => verdict === 'no_difference') ? 'no_difference' : 'not_judged';
}

function interruptionsOf(base: BenchReport, next: BenchReport): readonly string[] {
  const names = [...(base.interrupted ? ['the base'] : []), ...(next.interrupted ? ['the new one'] : [])];
  return names.map((name) => `${name} was interrupted: it measured less than was asked for`);
}

function notesOf(runs: { readonly base: number; readonly next: number }, figures: readonly ComparedFigure[]): string[] {
  if (figures.every(({ noise, verdict }) => noise === undefined && verdict !== 'not_judged')) return [];
  if (runs.base > 1 && runs.next > 1) {
    if (runs.base + runs.next >= FEW_RUNS) return [];
    return [
      `${runs.base} runs against ${runs.next} tell little of the noise: only large changes are called; --runs 5 sees more`,
    ];
  }
  if (runs.base === 1 && runs.next === 1) {
    return [
      'one run on each side: how much runs differ is assumed, and only large changes are called; --runs 5 measures it',
    ];
  }
  return [
    `one run of ${runs.base === 1 ? 'the base' : 'the new one'}: only large changes are called; --runs 5 sees more`,
  ];
}
