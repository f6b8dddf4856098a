import type { SeriesPoint } from '../report.js';

/** A chart has no more dots across, and nobody reads a longer table. */
const MOST_POINTS = 600;

/** A part of a second has too few messages for a rate. */
const SHORTEST_S = 0.2;

/** Seconds of a series put together, where there are too many for a page. */
export interface CondensedSeries {
  readonly points: readonly SeriesPoint[];
  /** How many seconds are one point; of their percentiles the highest is taken, as they have no sum. */
  readonly secondsAPoint: number;
}

/** Puts neighbours together until there are at most 600 points. */
export function condense(series: readonly SeriesPoint[]): CondensedSeries {
  const secondsAPoint = Math.ceil(series.length / MOST_POINTS) || 1;
  if (secondsAPoint === 1) return { points: series, secondsAPoint };
  const points: SeriesPoint[] = [];
  for (let start = 0; start < series.length; start += secondsAPoint) {
    points.push(together(series.slice(start, start + secondsAPoint)));
  }
  return { points, secondsAPoint };
}

function together(points: readonly SeriesPoint[]): SeriesPoint {
  const sum = (of: (point: SeriesPoint) => number) => points.reduce((total, point) => total + of(point), 0);
  const highest = (of: (point: SeriesPoint) => number | undefined) => {
    const values = points.map(of).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : Math.max(...values);
  };
  return {
    t_s: points[0]?.t_s ?? 0,
    duration_s: sum((point) => point.duration_s),
    messages: sum((point) => point.messages),
    bytes: sum((point) => point.bytes),
    errors: sum((point) => point.errors),
    p50_ms: highest((point) => point.p50_ms),
    p99_ms: highest((point) => point.p99_ms),
    max_ms: highest((point) => point.max_ms),
    planned_rate: highest((point) => point.planned_rate),
  };
}

/** What a line is drawn through: without the last part of a second, unless it is all there is. */
export function drawnPoints(points: readonly SeriesPoint[]): readonly SeriesPoint[] {
  const last = points.at(-1);
  return points.length > 1 && last !== undefined && last.duration_s < SHORTEST_S ? points.slice(0, -1) : points;
}

/** Where a point stands on the axis of time: in the middle of what it tells of. */
export function middleOf(point: SeriesPoint): number {
  return point.t_s + point.duration_s / 2;
}

/** Messages a second. */
export function rateOf(point: SeriesPoint): number {
  return point.duration_s > 0 ? point.messages / point.duration_s : 0;
}

/** Of a run, in seconds. */
export function endOf(series: readonly SeriesPoint[]): number {
  const last = series.at(-1);
  return last === undefined ? 0 : last.t_s + last.duration_s;
}
