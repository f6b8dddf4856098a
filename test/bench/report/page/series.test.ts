import { describe, expect, it } from 'vitest';
import { condense, drawnPoints, rateOf } from '../../../../src/bench/report/page/series.js';
import type { SeriesPoint } from '../../../../src/bench/report/report.js';

function second(t_s: number, changes: Partial<SeriesPoint> = {}): SeriesPoint {
  return { t_s, duration_s: 1, messages: 10, bytes: 100, errors: 0, p50_ms: 1, p99_ms: 2, max_ms: 3, ...changes };
}

function seconds(count: number): SeriesPoint[] {
  return Array.from({ length: count }, (_, t_s) => second(t_s));
}

describe('condense', () => {
  it('leaves a series that fits as it is', () => {
    const series = seconds(600);
    expect(condense(series)).toEqual({ points: series, secondsAPoint: 1 });
    expect(condense([])).toEqual({ points: [], secondsAPoint: 1 });
  });

  it('puts neighbours of a longer one together, with the highest of their latencies', () => {
    const series = seconds(1_201);
    series[4] = second(4, { p99_ms: 70, max_ms: 90, errors: 5 });
    const { points, secondsAPoint } = condense(series);
    expect(secondsAPoint).toBe(3);
    expect(points).toHaveLength(401);
    expect(points[1]).toEqual(
      second(3, { duration_s: 3, messages: 30, bytes: 300, errors: 5, p99_ms: 70, max_ms: 90 }),
    );
    expect(points.reduce((sum, { messages }) => sum + messages, 0)).toBe(12_010);
  });

  it('has no latency where none of the seconds has one', () => {
    const { points } = condense(seconds(601).map(({ t_s }) => second(t_s, { p50_ms: undefined })));
    expect(points[0]?.p50_ms).toBeUndefined();
  });
});

it('draws no line to the last part of a second, unless it is all there is', () => {
  const part = second(2, { duration_s: 0.1 });
  expect(drawnPoints([second(0), second(1), part])).toEqual([second(0), second(1)]);
  expect(drawnPoints([part])).toEqual([part]);
  expect(drawnPoints([])).toEqual([]);
});

it('has a rate for a point of no duration', () => {
  expect(rateOf(second(0, { duration_s: 0.5 }))).toBe(20);
  expect(rateOf(second(0, { duration_s: 0 }))).toBe(0);
});
