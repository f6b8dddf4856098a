import type { ChalkInstance } from 'chalk';
import { CliError, usageError } from '../../errors.js';
import { type Column, escapeLine, tableLines } from '../../output/index.js';
import { countOf } from '../../units.js';
import { formatLatency, formatRate, formatShare } from '../report/numbers.js';
import type { ComparedFigure, Comparison, Verdict } from './compare.js';
import type { ComparedName } from './compared-figures.js';

const TITLES: Readonly<Record<ComparedName, string>> = {
  rate: 'rate',
  p50: 'p50',
  p99: 'p99',
  p999: 'p99.9',
  errors: 'errors',
};

const COLUMNS: ReadonlyArray<Column<ComparedFigure>> = [
  { heading: 'FIGURE', cell: ({ name }) => TITLES[name] },
  { heading: 'BASE', isNumber: true, cell: (figure) => amountOf(figure, figure.base) },
  { heading: 'NEW', isNumber: true, cell: (figure) => amountOf(figure, figure.new) },
  { heading: 'CHANGE', isNumber: true, cell: changeOf },
  { heading: 'NOISE', isNumber: true, cell: noiseOf },
  { heading: 'VERDICT', cell: verdictOf },
];

/** Where noise up and down differ by less, one number says enough. */
const LEAST_SKEW = 0.5;
/** Beyond this a number says no more than that nothing is known; in percent. */
const MOST_NOISE = 900;

/** A figure in words; empty where there is none. */
export function comparisonCells(figure: ComparedFigure) {
  return {
    title: TITLES[figure.name],
    before: amountOf(figure, figure.base),
    after: amountOf(figure, figure.new),
    change: changeOf(figure),
    noise: noiseOf(figure),
    verdict: verdictOf(figure),
  };
}

/** A comparison as lines for a person, escaped: what is compared, a line for each figure, and what comes of it. */
export function comparisonLines(
  title: string,
  comparison: Comparison,
  colors: ChalkInstance | undefined,
): readonly string[] {
  const [headings = '', ...rows] = tableLines(COLUMNS, comparison.figures);
  const painted = rows.map((row, index) => paint(row, comparison.figures[index], colors));
  const { base_runs: base, new_runs: next } = comparison;
  const runs = `${countOf(base, 'run', 'runs')} against ${countOf(next, 'run', 'runs')}`;
  return [
    `${colors?.bold(escapeLine(title)) ?? escapeLine(title)}  ${runs}`,
    headings,
    ...painted,
    summaryOf(comparison),
    ...comparison.notes,
  ];
}

/** The verdict in words. */
export function summaryOf({ verdict, figures, tolerance_percent: tolerance }: Comparison): string {
  const changed = figures.filter(({ verdict: own }) => own === 'faster' || own === 'slower');
  if (verdict === 'not_judged') return 'cannot tell: there is too little to know the noise by';
  if (changed.length === 0) return 'no difference seen';
  const head = verdict === 'mixed' ? 'faster and slower' : wordOf(verdict, changed);
  const isRegression = figures.some(({ is_regression }) => is_regression);
  const saysAll = verdict === 'faster' || isRegression || tolerance === Number.POSITIVE_INFINITY;
  return `${head}: ${changed.map(told).join(', ')}${saysAll ? '' : ` (within the tolerance of ${percent(tolerance)})`}`;
}

/**
 * @param comparisons with the name of the entry, where there are several
 * @returns a CliError `expectation` that names each figure that is worse, or undefined where none is
 */
export function regressionOf(
  comparisons: ReadonlyArray<{ readonly name: string | undefined; readonly comparison: Comparison }>,
  base: string,
): CliError | undefined {
  const worse = comparisons.flatMap(({ name, comparison: { figures } }) =>
    figures
      .filter(({ is_regression }) => is_regression)
      .map((figure) => `${name === undefined ? '' : `${name} `}${told(figure)}`),
  );
  if (worse.length === 0) return undefined;
  const tolerance = comparisons[0]?.comparison.tolerance_percent ?? 0;
  return new CliError(
    'expectation',
    `a regression against ${base}: ${worse.join(', ')}; by more than noise and the tolerance of ${percent(tolerance)}`,
  );
}

/**
 * Reads `--tolerance`: `5%`, `0%`.
 *
 * @returns a share
 * @throws CliError `usage`
 */
export function parseTolerance(text: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  if (digits !== undefined) return Number(digits) / 100;
  throw usageError(`--tolerance: "${text}" is not a share`, 'write so many of a hundred: 5%');
}

function paint(row: string, figure: ComparedFigure | undefined, colors: ChalkInstance | undefined): string {
  if (colors === undefined || figure === undefined) return row;
  if (figure.verdict === 'slower') return figure.is_regression ? colors.red(row) : colors.yellow(row);
  return figure.verdict === 'faster' ? colors.green(row) : row;
}

function amountOf({ unit }: ComparedFigure, amount: number): string {
  if (unit === 'ms') return formatLatency(amount);
  return unit === '/s' ? `${formatRate(amount)}/s` : formatShare(amount / 100);
}

function changeOf({ name, base, new: next, change_percent: change }: ComparedFigure): string {
  // From few errors to some is a large share of nothing.
  if (name === 'errors') return base === next ? '' : `${signed(next - base)} points`;
  return change === undefined ? '' : `${signed(change)} %`;
}

function noiseOf({ name, noise }: ComparedFigure): string {
  if (noise === undefined) return '';
  const { low, high } = noise;
  const unit = name === 'errors' ? 'points' : '%';
  if (name !== 'errors' && high > MOST_NOISE) return 'more than tenfold';
  return high + low < LEAST_SKEW ? `±${digits(high)} ${unit}` : `${signed(low)} to ${signed(high)} ${unit}`;
}

function verdictOf(figure: ComparedFigure): string {
  const { verdict, is_regression, reason } = figure;
  if (verdict === 'not_judged') return `not judged: ${reason}`;
  if (verdict === 'no_difference') return 'no difference seen';
  return `${wordOf(verdict, [figure])}${is_regression ? ', a regression' : ''}`;
}

/** A rate is slower; of errors there are more. */
function wordOf(verdict: Verdict, figures: readonly ComparedFigure[]): string {
  if (figures.every(({ name }) => name === 'errors')) return verdict === 'slower' ? 'more errors' : 'fewer errors';
  return verdict;
}

function told(figure: ComparedFigure): string {
  return `${TITLES[figure.name]} ${changeOf(figure)}`;
}

function percent(value: number): string {
  return `${Number(value.toPrecision(4))} %`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${digits(Math.abs(value))}`;
}

function digits(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 0.095 || value === 0 ? value.toFixed(1) : value.toPrecision(1);
}
