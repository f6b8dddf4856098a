import type { ChalkInstance } from 'chalk';
import { type Column, tableLines } from '../../../output/index.js';
import { countOf, formatBytes, formatCount } from '../../../units.js';
import { confidenceOf } from '../../statistics/bootstrap.js';
import { formatLatency, formatRate } from '../numbers.js';
import type { BenchReport, Figures, Latencies, ReportedLimit, ReportedRamp } from '../report.js';

type Step = ReportedRamp['steps'][number];
/** A line of the table of several runs. */
interface RunRow {
  readonly name: string;
  readonly rate: number;
  readonly messages?: number | undefined;
  readonly errors?: number | undefined;
  readonly p50?: number | undefined;
  readonly p99?: number | undefined;
  readonly p999?: number | undefined;
  readonly max?: number | undefined;
}

const FIGURES: ReadonlyArray<Column<Figures>> = [
  { heading: 'RATE', cell: ({ rate }) => `${formatRate(rate)} a second` },
  { heading: 'MESSAGES', isNumber: true, cell: ({ messages }) => formatCount(Math.round(messages)) },
  { heading: 'BYTES', isNumber: true, cell: ({ bytes }) => formatBytes(bytes) },
  { heading: 'BYTES/S', isNumber: true, cell: ({ bytes, duration_s: s }) => (s > 0 ? formatBytes(bytes / s) : '') },
  { heading: 'ERRORS', isNumber: true, cell: (figures) => formatCount(errorsOf(figures)) },
  { heading: 'TIME', isNumber: true, cell: ({ duration_s }) => formatLatency(duration_s * 1_000) },
];

const LATENCIES: ReadonlyArray<Column<Latencies>> = (
  [
    ['MIN', 'min'],
    ['MEAN', 'mean'],
    ['STDDEV', 'stddev'],
    ['P50', 'p50'],
    ['P90', 'p90'],
    ['P99', 'p99'],
    ['P99.9', 'p999'],
    ['P99.99', 'p9999'],
    ['MAX', 'max'],
  ] as const
).map(([heading, name]) => ({ heading, isNumber: true, cell: (latencies) => formatLatency(latencies[name]) }));

const RUNS: ReadonlyArray<Column<RunRow>> = [
  { heading: 'RUN', cell: ({ name }) => name },
  { heading: 'RATE', isNumber: true, cell: ({ rate }) => `${formatRate(rate)}/s` },
  { heading: 'MESSAGES', isNumber: true, cell: ({ messages }) => optional(messages, formatCount) },
  { heading: 'ERRORS', isNumber: true, cell: ({ errors }) => optional(errors, formatCount) },
  { heading: 'P50', isNumber: true, cell: ({ p50 }) => optional(p50, formatLatency) },
  { heading: 'P99', isNumber: true, cell: ({ p99 }) => optional(p99, formatLatency) },
  { heading: 'P99.9', isNumber: true, cell: ({ p999 }) => optional(p999, formatLatency) },
  { heading: 'MAX', isNumber: true, cell: ({ max }) => optional(max, formatLatency) },
];

/** What one run gave. */
export function figureTable(figures: Figures): readonly string[] {
  return tableLines(FIGURES, [figures]);
}

export function latencyTable(latencies: Latencies): readonly string[] {
  return tableLines(LATENCIES, [latencies]);
}

/** What each of several runs gave, the median, and how sure it is. */
export function runTable({ runs = [], confidence, ...median }: BenchReport): readonly string[] {
  const bound = (name: string, end: 'low' | 'high'): readonly RunRow[] => {
    if (confidence === undefined) return [];
    const { rate, p50, p99, p999 } = confidence;
    return [{ name, rate: rate[end], p50: p50?.[end], p99: p99?.[end], p999: p999?.[end] }];
  };
  return tableLines(RUNS, [
    ...runs.map((run, index) => rowOf(String(index + 1), run)),
    rowOf('median', median),
    ...bound(`${confidenceOf(runs.length)} from`, 'low'),
    ...bound(`${confidenceOf(runs.length)} to`, 'high'),
  ]);
}

function rowOf(name: string, figures: Figures): RunRow {
  const { rate, messages, latency_ms: latencies } = figures;
  return { name, rate, messages: Math.round(messages), errors: errorsOf(figures), ...latencies };
}

/** The steps of a ramp, and which was the last to keep the limits. */
export function rampLines({ ramp }: BenchReport, colors: ChalkInstance | undefined): readonly string[] {
  if (ramp === undefined) return [];
  const { knee_rate: knee, steps } = ramp;
  const columns: ReadonlyArray<Column<Step>> = [
    { heading: 'PLANNED', isNumber: true, cell: ({ rate }) => `${formatRate(rate)}/s` },
    { heading: 'ACHIEVED', isNumber: true, cell: ({ achieved }) => `${formatRate(achieved)}/s` },
    { heading: 'P99', isNumber: true, cell: ({ p99_ms }) => optional(p99_ms, formatLatency) },
    { heading: 'ERRORS', isNumber: true, cell: ({ errors }) => formatCount(errors) },
    { heading: 'LIMITS', cell: (step) => describeStep(step, knee) },
  ];
  const summary =
    knee === undefined
      ? 'no rate kept the limits'
      : `the knee is at ${formatRate(knee)} a second: the highest rate that kept the limits`;
  return [...colorVerdicts(tableLines(columns, steps), colors), colors?.bold(summary) ?? summary];
}

function describeStep({ rate, kept, missed }: Step, knee: number | undefined): string {
  if (kept) return rate === knee ? 'kept, the knee' : 'kept';
  return missed === undefined ? 'MISSED' : `MISSED ${missed}`;
}

/** What became of each limit of `--slo`. */
export function sloLines({ slo = [] }: BenchReport, colors: ChalkInstance | undefined): readonly string[] {
  const columns: ReadonlyArray<Column<ReportedLimit>> = [
    { heading: 'LIMIT', cell: ({ name, limit }) => `${name}=${limit}` },
    { heading: 'MEASURED', isNumber: true, cell: describeValue },
    { heading: '', cell: ({ kept }) => (kept ? 'kept' : 'MISSED') },
  ];
  return slo.length === 0 ? [] : colorVerdicts(tableLines(columns, slo), colors);
}

/** What was measured for a limit, with its unit. */
export function describeValue({ value, unit }: ReportedLimit): string {
  if (value === undefined) return 'nothing';
  if (unit === 'ms') return formatLatency(value);
  if (unit === '%') return `${Number(value.toPrecision(3))} %`;
  if (unit === 'messages') return countOf(value, 'message', 'messages');
  return `${formatRate(value)} ${unit}`;
}

function colorVerdicts(lines: readonly string[], colors: ChalkInstance | undefined): readonly string[] {
  if (colors === undefined) return lines;
  return lines.map((line) =>
    line.replace(/ {2}(?:kept|MISSED)\b.*$/, (verdict) =>
      verdict.startsWith('  kept') ? colors.green(verdict) : colors.red(verdict),
    ),
  );
}

function errorsOf({ errors }: Figures): number {
  return Math.round(Object.values(errors).reduce((sum, count) => sum + count, 0));
}

function optional(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? '' : format(value);
}
