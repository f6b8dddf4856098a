import { formatBytes, formatCount, formatDuration } from '../../../../units.js';
import { formatLatency, formatRate } from '../../numbers.js';
import type { BenchReport, Figures, Interval, Latencies } from '../../report.js';
import { type Compared, pairsOf } from '../compared.js';
import { html, type Markup, type Piece } from '../markup.js';
import { formatChange } from '../numbers.js';
import { drawTable, type Row, rowsOf } from './table.js';

interface Figure {
  readonly name: string;
  readonly of: (figures: Figures) => number | undefined;
  readonly format: (value: number) => string;
  /** It grows with the length of a run: that it changed says nothing of what was measured. */
  readonly isCount?: boolean;
  readonly intervalOf?: (report: BenchReport) => Interval | undefined;
}

const RATES_AND_LATENCIES: readonly Figure[] = [
  {
    name: 'Messages a second',
    of: ({ rate }) => rate,
    format: formatRate,
    intervalOf: ({ confidence }) => confidence?.rate,
  },
  {
    name: 'Bytes a second',
    of: ({ bytes, duration_s }) => (duration_s > 0 ? bytes / duration_s : undefined),
    format: formatBytes,
  },
  { ...latency('Latency p50', 'p50'), intervalOf: ({ confidence }) => confidence?.p50 },
  latency('Latency p90', 'p90'),
  { ...latency('Latency p99', 'p99'), intervalOf: ({ confidence }) => confidence?.p99 },
  { ...latency('Latency p99.9', 'p999'), intervalOf: ({ confidence }) => confidence?.p999 },
  latency('Latency p99.99', 'p9999'),
  latency('Latency max', 'max'),
  latency('Latency min', 'min'),
  latency('Latency mean', 'mean'),
  latency('Standard deviation', 'stddev'),
];

const COUNTS_AND_TIMES: readonly Figure[] = [
  count('Messages', ({ messages }) => messages),
  count('Sent', ({ sent }) => sent),
  count('Errors', ({ errors }) => Object.values(errors).reduce((sum, ofKind) => sum + ofKind, 0)),
  count('Lost', ({ lost }) => lost),
  count('Late', ({ late }) => late),
  count('Duplicated', ({ duplicated }) => duplicated),
  count('Out of order', ({ out_of_order }) => out_of_order),
  { name: 'Longest gap', of: ({ longest_gap_ms }) => longest_gap_ms, format: formatLatency },
  {
    name: 'Time to recover',
    of: ({ recovery_ms, not_recovered }) => (not_recovered ? undefined : recovery_ms),
    format: formatLatency,
  },
  {
    name: 'Not recovered for',
    of: ({ recovery_ms, not_recovered }) => (not_recovered ? recovery_ms : undefined),
    format: formatLatency,
  },
  { name: 'Bytes', of: ({ bytes }) => bytes, format: formatBytes, isCount: true },
  {
    name: 'Measured for',
    of: ({ duration_s }) => duration_s,
    format: (seconds) => formatDuration(seconds * 1_000),
    isCount: true,
  },
];

function latency(name: string, key: keyof Latencies): Figure {
  return { name, of: ({ latency_ms }) => latency_ms?.[key], format: formatLatency };
}

function count(name: string, of: Figure['of']): Figure {
  // The median of an even number of runs may lie between two counts.
  return { name, of, format: (value) => formatCount(Math.round(value)), isCount: true };
}

/** All figures of the reports beside each other; of two, with what is different in the second. */
export function figuresTables(compared: readonly Compared[]): readonly (Markup | undefined)[] {
  return [
    figuresTable('Rates and latencies', RATES_AND_LATENCIES, compared),
    figuresTable('Counts and times', COUNTS_AND_TIMES, compared),
  ];
}

function figuresTable(caption: string, figures: readonly Figure[], compared: readonly Compared[]): Markup | undefined {
  const isChangeShown = compared.length === 2 && pairsOf(compared).length === 1;
  const rows = figures.flatMap((figure): readonly Row[] => {
    const values = compared.map(({ report }) => figure.of(report));
    if (values.every((value) => value === undefined)) return [];
    const cells: Piece[] = compared.map(({ report }, i) => withInterval(values[i], figure, report));
    return [{ name: figure.name, values: isChangeShown ? [...cells, changeOf(figure, values)] : cells }];
  });
  const keys = compared.map(({ key }) => key);
  return drawTable({
    caption,
    columns: compared.length === 1 ? [] : ['Figure', ...keys, ...(isChangeShown ? ['Change'] : [])],
    rows,
    holds: 'figures',
  });
}

function withInterval(value: number | undefined, { format, intervalOf }: Figure, report: BenchReport): Piece {
  if (value === undefined) return '–';
  const interval = intervalOf?.(report);
  if (interval === undefined) return format(value);
  return html`${format(value)}<small>${formatInterval(interval, format)}</small>`;
}

/** The unit once, where both bounds have the same. */
function formatInterval({ low, high }: Interval, format: Figure['format']): string {
  const [from, to] = [format(low), format(high)];
  const unit = / \S+$/.exec(to)?.[0] ?? '';
  return `${unit !== '' && from.endsWith(unit) ? from.slice(0, -unit.length) : from} to ${to}`;
}

function changeOf({ isCount }: Figure, [base, value]: readonly (number | undefined)[]): string | undefined {
  if (isCount || base === undefined || value === undefined) return undefined;
  return formatChange(value, base);
}

/** Each run of a report in a column of its own; undefined where there was one. */
export function runsTable({ report, key }: Compared): Markup | undefined {
  const { runs = [] } = report;
  if (runs.length < 2) return undefined;
  const properties = [...RATES_AND_LATENCIES, ...COUNTS_AND_TIMES].map(({ name, of, format }) => ({
    name,
    of: (figures: Figures) => {
      const value = of(figures);
      return value === undefined ? undefined : format(value);
    },
  }));
  return drawTable({
    caption: key === '' ? 'Each run' : `Each run of ${key}`,
    columns: ['Figure', ...runs.map((_, i) => `Run ${i + 1}`)],
    rows: rowsOf(properties, runs),
    holds: 'figures',
  });
}

/** Errors by kind; undefined where there were none. */
export function errorsTable(compared: readonly Compared[]): Markup | undefined {
  const counts = compared.map(({ report }) => new Map(Object.entries(report.errors)));
  const kinds = [...new Set(counts.flatMap((ofReport) => [...ofReport.keys()]))].sort();
  return drawTable({
    caption: 'Errors by kind',
    columns: compared.length === 1 ? [] : ['Kind', ...compared.map(({ key }) => key)],
    rows: kinds.map((kind) => ({
      name: kind,
      values: counts.map((ofReport) => formatCount(Math.round(ofReport.get(kind) ?? 0))),
    })),
    holds: 'figures',
  });
}
