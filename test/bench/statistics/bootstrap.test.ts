import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  confidenceOfRuns,
  coverageOf,
  coverageWarning,
  medianInterval,
} from '../../../src/bench/statistics/bootstrap.js';
import { noises } from './random-noise.js';
import { sampleFigures, sampleLatency } from './sample-report.js';

const { quiet, skewed } = noises(42);

describe('medianInterval', () => {
  it('is the same for the same runs, and holds their median', () => {
    expect(medianInterval([3, 1, 2, 5, 4])).toEqual(medianInterval([3, 1, 2, 5, 4]));
    expect(medianInterval([1, 2, 3, 4, 5])).toEqual({ low: 1, high: 5 });
  });

  it('lies within the runs, around their median, and moves and grows with them', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 2, maxLength: 12 }), (values) => {
        const sorted = [...values].sort((a, b) => a - b);
        const middle = sorted[Math.floor(sorted.length / 2)] as number;
        const { low, high } = medianInterval(values);
        expect(low).toBeGreaterThanOrEqual(sorted[0] as number);
        expect(high).toBeLessThanOrEqual(sorted.at(-1) as number);
        expect(low).toBeLessThanOrEqual(middle);
        const doubled = medianInterval(values.map((value) => 2 * value));
        expect(doubled).toEqual({ low: 2 * low, high: 2 * high });
      }),
      { numRuns: 10 },
    );
  });

  const draws = 250;

  it.each([
    [3, 'normal', quiet(1), 0],
    [5, 'normal', quiet(1), 0],
    [7, 'normal', quiet(1), 0],
    [10, 'normal', quiet(1), 0],
    [7, 'skewed', skewed(1), 0],
    [10, 'skewed', skewed(1), 0],
  ] as const)('of %i runs holds the true median as often as it is said to: %s', (count, _, draw, truth) => {
    const held = Array.from({ length: draws }, () => {
      const { low, high } = medianInterval(Array.from({ length: count }, draw));
      return low <= truth && truth <= high;
    }).filter(Boolean).length;
    const coverage = coverageOf(count);
    // Three deviations of the counting below it.
    expect(held / draws).toBeGreaterThan(coverage - 3 * Math.sqrt((coverage * (1 - coverage)) / draws));
  });
});

describe('coverageOf', () => {
  it.each([
    [1, 0],
    [2, 0.5],
    [3, 0.75],
    [5, 0.9375],
    [6, 0.95],
    [100, 0.95],
  ])('of %i runs is %d', (runs, coverage) => {
    expect(coverageOf(runs)).toBe(coverage);
  });

  it('is told where 95 % are out of reach', () => {
    expect(coverageWarning(1)).toEqual([]);
    expect(coverageWarning(5)).toEqual(['5 runs bound a median with 93 % confidence at best: 6 are needed for 95 %']);
    expect(coverageWarning(6)).toEqual([]);
  });
});

describe('confidenceOfRuns', () => {
  it('bounds rate, p50, p99 and p999', () => {
    const runs = [1, 2, 3].map((p50) => ({ ...sampleFigures, latency_ms: { ...sampleLatency, p50 } }));
    expect(confidenceOfRuns(runs)).toEqual({
      rate: { low: 20_000, high: 20_000 },
      p50: { low: 1, high: 3 },
      p99: { low: 1.5, high: 1.5 },
      p999: { low: 4, high: 4 },
    });
  });

  it('says nothing of latency where a run has none', () => {
    expect(confidenceOfRuns([sampleFigures, { ...sampleFigures, latency_ms: undefined }])).toEqual({
      rate: { low: 20_000, high: 20_000 },
    });
  });

  it('has nothing to say of one run', () => {
    expect(confidenceOfRuns([sampleFigures])).toBeUndefined();
  });
});
