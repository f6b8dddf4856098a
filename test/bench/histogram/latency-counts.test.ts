import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatencyCounts } from '../../../src/bench/histogram/latency-counts.js';

const countsOf = (latencies: readonly number[]): LatencyCounts => {
  const counts = new LatencyCounts();
  for (const ns of latencies) counts.record(ns);
  return counts;
};
/** The quantile as it is defined: the least value that so many do not exceed. */
const quantile = (latencies: readonly number[], share: number): number => {
  const sorted = [...latencies].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] as number;
};
/** From 1 ns to an hour. */
const latency = fc.double({ min: 0, max: 41, noNaN: true }).map((exponent) => 2 ** exponent);

describe('latencies', () => {
  it('have quantiles that are true to 0.1 %', () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
        const truth = quantile(all, share);
        expect(Math.abs(countsOf(all).quantileNs(share) - truth)).toBeLessThanOrEqual(truth * 0.001);
      }),
    );
  });

  it('have the mean and the standard deviation of what was counted, exactly', () => {
    const counts = countsOf([2e6, 4e6, 4e6, 4e6, 5e6, 5e6, 7e6, 9e6]);
    expect(counts.meanNs).toBeCloseTo(5e6, 3);
    expect(counts.stddevNs).toBeCloseTo(2e6, 3);
    expect([counts.minNs, counts.maxNs]).toEqual([2e6, 9e6]);
  });

  it('are the same whether they were counted together or apart', () => {
    fc.assert(
      fc.property(fc.array(latency), fc.array(latency), (some, others) => {
        const together = countsOf([...some, ...others]);
        const added = countsOf(some);
        added.addAll(countsOf(others));
        const taken = countsOf(some);
        taken.add(countsOf(others).take());
        for (const counts of [added, taken]) {
          expect(counts.total).toBe(together.total);
          expect([...counts.buckets()]).toEqual([...together.buckets()]);
        }
      }),
    );
  });

  it('begin anew when they have been taken', () => {
    const counts = countsOf([1_000, 2_000]);
    expect(counts.take().total).toBe(2);
    expect(counts.take()).toMatchObject({ total: 0, sumNs: 0, maxNs: 0 });
    expect(counts.quantileNs(0.5)).toBeNaN();
    counts.record(5_000);
    expect(counts.quantileNs(0.5)).toBe(5_000);
  });

  it('that are out of range count in the nearest bucket', () => {
    const counts = countsOf([-5, 0, 0.5, 1e15]);
    expect(counts.total).toBe(4);
    expect(counts.minNs).toBe(1);
    expect(counts.quantileNs(1)).toBe(1e15);
  });
});
