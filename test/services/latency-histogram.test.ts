import { describe, expect, it } from 'vitest';
import { LatencyHistogram } from '../../src/services/latency-histogram.js';

function histogramOf(...durationsMs: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const durationMs of durationsMs) histogram.record(durationMs);
  return histogram;
}

describe('LatencyHistogram', () => {
  it('has no percentile before something is recorded', () => {
    expect(new LatencyHistogram().percentile(50)).toBeUndefined();
    expect(new LatencyHistogram().counts()).toEqual([]);
  });

  it.each([
    [0, 0.0005],
    [0.0005, 0.0005],
    [0.001, 0.0005],
    [0.0011, 0.0015],
    [0.0999, 0.0995],
    [0.1, 0.0995],
    [0.105, 0.105],
    [1, 0.995],
    [1.05, 1.05],
    [4.98, 4.95],
    [999_999, 995_000],
    [1_000_000, 995_000],
  ])('tells %d ms as %d ms', (durationMs, toldMs) => {
    expect(histogramOf(durationMs).percentile(50)).toBeCloseTo(toldMs, 9);
  });

  it('is within a twentieth, for any duration from 20 us to 1,000 s', () => {
    for (let durationMs = 0.02; durationMs < 1_000_000; durationMs *= 1.013) {
      const told = histogramOf(durationMs).percentile(50) ?? Number.NaN;
      expect(Math.abs(told / durationMs - 1)).toBeLessThanOrEqual(0.05);
    }
  });

  it('keeps what is longer than 1,000 s in one bucket', () => {
    const histogram = histogramOf(1_000_001, 1e12, Number.POSITIVE_INFINITY);
    expect(histogram.countUpTo(1_000_000)).toBe(0);
    expect(histogram.count).toBe(3);
  });

  it.each([0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000])(
    'tells what took at most %d ms from what took a microsecond longer',
    (boundMs) => {
      expect(histogramOf(boundMs, boundMs + 0.001).countUpTo(boundMs)).toBe(1);
    },
  );

  it('gives the percentile of the rank: half of the durations are at most p50', () => {
    const histogram = histogramOf(...Array.from({ length: 100 }, (_, index) => index + 0.5));
    expect(histogram.percentile(50)).toBeCloseTo(49.5, 0);
    expect(histogram.percentile(99)).toBeCloseTo(98.5, 0);
    expect(histogram.percentile(100)).toBeCloseTo(99.5, 0);
    expect(histogram.percentile(0)).toBeCloseTo(0.5, 1);
  });

  it('adds up what others have counted', () => {
    const sum = histogramOf(1, 20);
    sum.add(JSON.parse(JSON.stringify(histogramOf(20, 20, 3_000).counts())));
    expect(sum.count).toBe(5);
    expect(sum.counts()).toEqual(histogramOf(1, 20, 20, 20, 3_000).counts());
  });
});
