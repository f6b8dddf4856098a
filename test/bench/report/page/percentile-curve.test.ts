import { describe, expect, it } from 'vitest';
import { ninesOf } from '../../../../src/bench/report/page/charts/axes.js';
import { curveThrough } from '../../../../src/bench/report/page/charts/percentile-curve.js';

describe('curveThrough', () => {
  it('is flat over a bucket, and rises to the next where that begins', () => {
    const points = curveThrough(
      [
        [1e6, 900],
        [5e6, 99],
        [100e6, 1],
      ],
      1_000,
    );
    const shares = points.map(([nines, ms]) => [Math.round((1 - 10 ** -nines) * 1e4) / 1e4, ms]);
    expect(shares).toEqual([
      [0.0005, 1],
      [0.8995, 1],
      [0.9005, 5],
      [0.9985, 5],
      [0.9995, 100],
    ]);
  });

  it('is thinned to what a chart can show, with its ends and each step kept', () => {
    const buckets = Array.from({ length: 50_000 }, (_, i) => [1e6 + i * 1e3, 2] as const);
    const points = curveThrough(buckets, 100_000);
    expect(points.length).toBeLessThanOrEqual(802);
    expect(points[0]?.[1]).toBe(1);
    expect(points.at(-1)).toEqual([ninesOf(1 - 0.5 / 100_000), 50.999]);
    const sorted = points.toSorted(([a], [b]) => a - b);
    expect(points).toEqual(sorted);
  });

  it('has one point for one message', () => {
    expect(curveThrough([[2e6, 1]], 1)).toEqual([[ninesOf(0.5), 2]]);
  });
});
