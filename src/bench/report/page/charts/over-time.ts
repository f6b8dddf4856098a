import { formatCount, formatDuration } from '../../../../units.js';
import { formatLatency, formatRate } from '../../numbers.js';
import type { SeriesPoint } from '../../report.js';
import { type Compared, namedWith } from '../compared.js';
import { type CondensedSeries, condense, drawnPoints, endOf, middleOf, rateOf } from '../series.js';
import { amountAxis, latencyAxis, MINUTES_FROM_S, timeAxis } from './axes.js';
import type { Chart, LegendEntry, Line } from './chart.js';

/** Charts whose axis across is the time since the measured part began; all of a group have the same. */
export function chartsOverTime(group: readonly Compared[]): readonly Chart[] {
  const series = group.map((one): Drawn => {
    const condensed = condense(one.report.series);
    return { ...one, condensed, points: drawnPoints(condensed.points) };
  });
  if (series.every(({ points }) => points.length === 0)) return [];
  const latencies = group.length === 1 ? [latencyOfOne(series)] : (['p50', 'p99', 'max'] as const).map(latencyOfAll);
  return [throughput, ...latencies, errors].flatMap((make) => make(series) ?? []);

  function latencyOfAll(name: LatencyName) {
    return (all: readonly Drawn[]) => comparedLatency(all, name);
  }
}

interface Drawn extends Compared {
  readonly condensed: CondensedSeries;
  readonly points: readonly SeriesPoint[];
}

type LatencyName = 'p50' | 'p99' | 'max';

const LATENCY: Readonly<Record<LatencyName, (point: SeriesPoint) => number | undefined>> = {
  p50: (point) => point.p50_ms,
  p99: (point) => point.p99_ms,
  max: (point) => point.max_ms,
};

function throughput(all: readonly Drawn[]): Chart {
  const lines = all.map(
    ({ look, points }): Line => ({ look, points: points.map((point) => [middleOf(point), rateOf(point)]) }),
  );
  const planned = all.flatMap(plannedLine);
  const values = [...lines, ...planned].flatMap(({ points }) => points.map(([, rate]) => rate ?? 0));
  const summaries = all.map((one) => namedWith(one, summarizeRates(one)));
  const legend: LegendEntry[] = [
    ...(all.length > 1 || planned.length > 0 ? legendOf(all, 'measured') : []),
    ...(planned.length > 0 ? [{ look: 0, label: 'planned', isPlan: true }] : []),
  ];
  return {
    heading: 'Throughput over time',
    summary: [...summaries, ...notesOf(all, 'mean')].join(' '),
    x: timeAxisOf(all),
    y: amountAxis(values, 'messages a second'),
    heightPx: 200,
    lines: [...planned, ...lines],
    legend,
  };
}

/** What was planned: a ramp's rate of each second, or the one of an open loop. */
function plannedLine({ report, points }: Drawn): readonly Line[] {
  if (points.some(({ planned_rate }) => planned_rate !== undefined)) {
    return [{ look: 0, isPlan: true, points: points.map((point) => [middleOf(point), point.planned_rate]) }];
  }
  const rate = report.plan?.rate;
  if (rate === undefined || report.ramp !== undefined) return [];
  const end = endOf(report.series);
  return [
    {
      look: 0,
      isPlan: true,
      points: [
        [0, rate],
        [end, rate],
      ],
    },
  ];
}

function summarizeRates({ report, points }: Drawn): string {
  const [lowest, highest] = extremesOf(points, rateOf);
  const mean = `${formatRate(report.rate)} a second on average`;
  if (lowest === undefined || highest === undefined || points.length < 2) return `${mean}.`;
  return `${mean}; lowest ${formatRate(lowest.value)} at ${at(lowest, endOf(report.series))}, highest ${formatRate(highest.value)} at ${at(highest, endOf(report.series))}.`;
}

/** Of one report: its percentiles in one chart. */
function latencyOfOne([one]: readonly Drawn[]): () => Chart | undefined {
  return () => {
    if (one === undefined) return undefined;
    const names = (['max', 'p99', 'p50'] as const).filter((name) =>
      one.points.some((point) => LATENCY[name](point) !== undefined),
    );
    if (names.length === 0) return undefined;
    const looks = { p50: 2, p99: 1, max: 3 };
    const values = names.flatMap((name) => one.points.map((point) => LATENCY[name](point) ?? 0));
    const highest = names.map((name) => summarizeHighest(one, name)).toReversed();
    return {
      heading: 'Latency over time',
      summary: [`Highest ${highest.join(', ')}.`, ...notesOf([one], 'highest')].join(' '),
      x: timeAxisOf([one]),
      y: latencyAxis(values, 'latency'),
      heightPx: 240,
      lines: names.map((name) => latencyLine(one, name, looks[name])),
      legend: names.map((name) => ({ look: looks[name], label: name })),
    };
  };
}

/** Of several reports: one percentile of each. */
function comparedLatency(all: readonly Drawn[], name: LatencyName): Chart | undefined {
  const having = all.filter(({ points }) => points.some((point) => LATENCY[name](point) !== undefined));
  if (having.length === 0) return undefined;
  const values = having.flatMap(({ points }) => points.map((point) => LATENCY[name](point) ?? 0));
  const highest = having.map((one) => namedWith(one, `highest ${summarizeHighest(one, name)}.`));
  return {
    heading: `Latency over time: ${name}`,
    summary: [...highest, ...notesOf(having, 'highest')].join(' '),
    x: timeAxisOf(all),
    y: latencyAxis(values, name),
    heightPx: 160,
    lines: having.map((one) => latencyLine(one, name, one.look)),
    legend: legendOf(having, name),
  };
}

function latencyLine({ points }: Drawn, name: LatencyName, look: number): Line {
  return { look, points: points.map((point) => [middleOf(point), LATENCY[name](point)]) };
}

function summarizeHighest({ report, points }: Drawn, name: LatencyName): string {
  const [, highest] = extremesOf(points, LATENCY[name]);
  return highest === undefined
    ? `${name}: none`
    : `${name} ${formatLatency(highest.value)} at ${at(highest, endOf(report.series))}`;
}

/** Only where there were some. */
function errors(all: readonly Drawn[]): Chart | undefined {
  const having = all.filter(({ points }) => points.some((point) => point.errors > 0));
  if (having.length === 0) return undefined;
  const rate = (point: SeriesPoint) => point.errors / point.duration_s;
  const summaries = having.map((one) => {
    const total = one.report.series.reduce((sum, point) => sum + point.errors, 0);
    const [, most] = extremesOf(one.points, rate);
    const peak =
      most === undefined ? '' : `; most, ${formatRate(most.value)} a second, at ${at(most, endOf(one.report.series))}`;
    return namedWith(one, `${formatCount(total)} in all${peak}.`);
  });
  return {
    heading: 'Errors over time',
    summary: summaries.join(' '),
    x: timeAxisOf(all),
    y: amountAxis(
      having.flatMap(({ points }) => points.map(rate)),
      'errors a second',
    ),
    heightPx: 110,
    lines: having.map(({ look, points }) => ({ look, points: points.map((point) => [middleOf(point), rate(point)]) })),
    legend: all.length > 1 ? legendOf(having, 'errors') : [],
  };
}

function timeAxisOf(all: readonly Drawn[]) {
  return timeAxis(Math.max(...all.map(({ report }) => endOf(report.series))));
}

function legendOf(all: readonly Drawn[], name: string): LegendEntry[] {
  return all.map((one) => ({ look: one.look, label: namedWith(one, name) }));
}

/** That several seconds are one point, where they are. */
function notesOf(all: readonly Drawn[], taken: 'mean' | 'highest'): readonly string[] {
  const seconds = Math.max(...all.map(({ condensed }) => condensed.secondsAPoint));
  return seconds === 1 ? [] : [`Each point is the ${taken} of ${seconds} seconds.`];
}

interface Extreme {
  readonly value: number;
  readonly t_s: number;
}

/** The lowest and the highest, each where it was first. */
function extremesOf(
  points: readonly SeriesPoint[],
  of: (point: SeriesPoint) => number | undefined,
): readonly [lowest: Extreme | undefined, highest: Extreme | undefined] {
  let lowest: Extreme | undefined;
  let highest: Extreme | undefined;
  for (const point of points) {
    const value = of(point);
    if (value === undefined) continue;
    if (lowest === undefined || value < lowest.value) lowest = { value, t_s: point.t_s };
    if (highest === undefined || value > highest.value) highest = { value, t_s: point.t_s };
  }
  return [lowest, highest];
}

/** In the unit of the axis. */
function at({ t_s }: Extreme, endS: number): string {
  return endS > MINUTES_FROM_S ? formatDuration(t_s * 1_000) : `${Number(t_s.toFixed(1))} s`;
}
