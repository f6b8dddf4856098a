import { confidenceOf } from '../../../statistics/bootstrap.js';
import { formatLatency, formatRate } from '../../numbers.js';
import type { BenchReport, Figures, Interval } from '../../report.js';
import type { Compared } from '../compared.js';
import { html, type Markup } from '../markup.js';
import { spreadAxis } from './axes.js';

interface Row extends Compared {
  readonly values: readonly number[];
  readonly median: number;
  readonly interval: Interval | undefined;
}

interface Measure {
  readonly name: string;
  readonly unit: string;
  readonly format: (value: number) => string;
  readonly of: (figures: Figures) => number | undefined;
  readonly intervalOf: (report: BenchReport) => Interval | undefined;
}

const MEASURES: readonly Measure[] = [
  {
    name: 'Throughput',
    unit: 'messages a second',
    format: (rate) => `${formatRate(rate)} a second`,
    of: ({ rate }) => rate,
    intervalOf: ({ confidence }) => confidence?.rate,
  },
  {
    name: 'Latency p50',
    unit: 'ms',
    format: formatLatency,
    of: ({ latency_ms }) => latency_ms?.p50,
    intervalOf: ({ confidence }) => confidence?.p50,
  },
  {
    name: 'Latency p99',
    unit: 'ms',
    format: formatLatency,
    of: ({ latency_ms }) => latency_ms?.p99,
    intervalOf: ({ confidence }) => confidence?.p99,
  },
];
const ROW_PX = 38;

/** A dot for each run, a bar for where the median lies: how far runs of one thing are apart, beside how far two are. */
export function runsCharts(compared: readonly Compared[]): readonly Markup[] {
  return MEASURES.flatMap((measure) => {
    const rows = compared.flatMap((one): readonly Row[] => {
      const values = (one.report.runs ?? [one.report]).map(measure.of).filter((value) => value !== undefined);
      const median = measure.of(one.report);
      if (values.length === 0 || median === undefined) return [];
      return [{ ...one, values, median, interval: measure.intervalOf(one.report) }];
    });
    return rows.some(({ values }) => values.length > 1) ? [drawRuns(measure, rows)] : [];
  });
}

function drawRuns({ name, unit, format }: Measure, rows: readonly Row[]): Markup {
  const bounds = rows.flatMap(({ values, interval }) => [
    ...values,
    ...(interval ? [interval.low, interval.high] : []),
  ]);
  const axis = spreadAxis(bounds, unit);
  const across = (value: number) => `${Math.round(axis.place(value) * 10_000) / 100}%`;
  const heightPx = rows.length * ROW_PX;
  const summary = rows.map((row) => summarize(row, format)).join(' ');
  return html`<figure class="chart">
<h3>${name} of each run</h3>
<div class="plot"><svg role="img" aria-label="${name} of each run. ${summary}" height="${heightPx}">
${axis.ticks.map(
  ({ value, label, isSpare }) =>
    html`<line class="grid" x1="${across(value)}" x2="${across(value)}" y2="${heightPx}"/><svg class="at${isSpare ? ' spare' : ''}" x="${across(value)}" y="${heightPx}"><path class="tick" d="M0 0V5"/><text class="x" y="19">${label}</text></svg>`,
)}
<line class="axis" x2="100%" y1="${heightPx}" y2="${heightPx}"/>
<text class="title end" x="100%" y="${heightPx + 37}">${unit}</text>
${rows.map(({ key, look, values, median, interval }, i) => {
  const y = (i + 0.5) * ROW_PX;
  return html`<text class="y name" x="-12" y="${y}">${key}</text>
${interval && html`<line class="interval look-${look}" x1="${across(interval.low)}" x2="${across(interval.high)}" y1="${y}" y2="${y}"/>`}
${values.map((value) => html`<circle class="run look-${look}" cx="${across(value)}" cy="${y}" r="4"/>`)}
${values.length > 1 && html`<line class="median" x1="${across(median)}" x2="${across(median)}" y1="${y - 12}" y2="${y + 12}"/>`}`;
})}
</svg></div>
<figcaption>${summary}</figcaption>
</figure>
`;
}

function summarize({ key, values, median, interval }: Row, format: Measure['format']): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const name = (what: string) => (key === '' ? what : `${key}: ${what.toLowerCase()}`);
  if (values.length === 1) return `${name('One run')}, ${format(median)}.`;
  const bounds =
    interval && ` (${confidenceOf(values.length)} confidence: ${format(interval.low)} to ${format(interval.high)})`;
  return `${name('Median')} ${format(median)}${bounds ?? ''}; runs from ${format(low)} to ${format(high)}.`;
}
