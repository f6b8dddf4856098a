import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Figures, Latencies } from '../../../src/bench/report/report.js';
import { indexOfMiddleRun, medianOfRuns } from '../../../src/bench/statistics/median-of-runs.js';
import { sampleFigures, sampleLatency } from './sample-report.js';

const run = (given: Partial<Figures>): Figures => ({ ...sampleFigures, ...given });

describe('medianOfRuns', () => {
  it('gives the figures of a single run as they are', () => {
    expect(medianOfRuns([sampleFigures])).toEqual(sampleFigures);
  });

  it('takes of speed the middle, which one disturbed run does not move', () => {
    const runs = [
      run({ rate: 100, latency_ms: { ...sampleLatency, p99: 2 } }),
      run({ rate: 102, latency_ms: { ...sampleLatency, p99: 3 } }),
      run({ rate: 20, latency_ms: { ...sampleLatency, p99: 90 } }),
    ];
    expect(medianOfRuns(runs)).toMatchObject({ rate: 100, latency_ms: { p99: 3 } });
  });

  it('takes of two in the middle the mean, and of messages a whole number', () => {
    expect(medianOfRuns([run({ rate: 10, messages: 10 }), run({ rate: 13, messages: 13 })])).toMatchObject({
      rate: 11.5,
      messages: 12,
    });
  });

  it('takes of what went wrong the worst run', () => {
    const runs = [
      run({}),
      run({ lost: 3, longest_gap_ms: 900, recovery_ms: 400 }),
      run({ errors: { timeout: 7 } }),
      run({}),
    ];
    expect(medianOfRuns(runs)).toMatchObject({
      lost: 3,
      longest_gap_ms: 900,
      recovery_ms: 400,
      errors: { timeout: 7 },
    });
  });

  it('takes errors of one run, that with the largest share of what it sent', () => {
    const runs = [run({ errors: { timeout: 5 }, sent: 10 }), run({ errors: { connection: 6 }, sent: 100 })];
    expect(medianOfRuns(runs).errors).toEqual({ timeout: 5 });
  });

  it('leaves out of the latencies a run in which nothing succeeded', () => {
    expect(medianOfRuns([run({ latency_ms: undefined }), run({})]).latency_ms).toEqual(sampleLatency);
    expect(medianOfRuns([run({ latency_ms: undefined })])).not.toHaveProperty('latency_ms');
  });

  it('has no recovery where nothing failed', () => {
    expect(medianOfRuns([run({}), run({})])).not.toHaveProperty('recovery_ms');
  });

  it('refuses to make something of nothing', () => {
    expect(() => medianOfRuns([])).toThrow(RangeError);
  });

  const latencies = fc
    .array(fc.double({ min: 0.001, max: 1e5, noNaN: true }), { minLength: 7, maxLength: 7 })
    .map((values): Latencies => {
      const [min, p50, p90, p99, p999, p9999, max] = values.sort((a, b) => a - b) as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      return { min, p50, p90, p99, p999, p9999, max, mean: p50, stddev: 1 };
    });
  const figures = fc
    .record({ rate: fc.double({ min: 0, max: 1e7, noNaN: true }), lost: fc.nat(), latency_ms: latencies })
    .map(run);
  const several = fc.array(figures, { minLength: 1, maxLength: 9 });

  it('keeps the percentiles in their order', () => {
    fc.assert(
      fc.property(several, (runs) => {
        const { min, p50, p90, p99, p999, p9999, max } = medianOfRuns(runs).latency_ms as Latencies;
        const order = [min, p50, p90, p99, p999, p9999, max];
        expect(order).toEqual([...order].sort((a, b) => a - b));
      }),
    );
  });

  it('does not depend on the order of the runs, and stays within them', () => {
    fc.assert(
      fc.property(several, (runs) => {
        const figures = medianOfRuns(runs);
        expect(medianOfRuns([...runs].reverse())).toEqual(figures);
        const rates = runs.map(({ rate }) => rate);
        expect(figures.rate).toBeGreaterThanOrEqual(Math.min(...rates));
        expect(figures.rate).toBeLessThanOrEqual(Math.max(...rates));
      }),
    );
  });
});

describe('indexOfMiddleRun', () => {
  it.each([
    [[5], 0],
    [[9, 1, 5], 2],
    [[9, 1], 1],
    [[4, 3, 2, 1], 2],
  ])('of rates %o is %i', (rates, index) => {
    expect(indexOfMiddleRun(rates.map((rate) => ({ rate })))).toBe(index);
  });
});
