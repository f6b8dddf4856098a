import { describe, expect, it } from 'vitest';
import type { Figures } from '../../../src/bench/report/report.js';
import { compare } from '../../../src/bench/statistics/compare.js';
import { noises } from './random-noise.js';
import { type NoiseOfMachine, noisyReport, sampleFigures, sampleLatency, sampleReport } from './sample-report.js';

const TOLERANCE = { tolerance: 0.05 };
const COMPARISONS = 400;

/** In how many of many comparisons something is so. */
function shareOf(times: number, isSo: () => boolean): number {
  return Array.from({ length: times }, isSo).filter(Boolean).length / times;
}

const { quiet, disturbed, skewed, normal, random } = noises(20_261_125);
const machines: ReadonlyArray<readonly [string, NoiseOfMachine]> = [
  ['a quiet machine', { run: quiet(0.03), second: quiet(0.05), memory: 0.6 }],
  ['a machine with neighbours', { run: disturbed(0.02), second: disturbed(0.05), memory: 0.6 }],
  ['a machine with long tails', { run: skewed(0.04), second: skewed(0.1), memory: 0.6 }],
];

describe.each(machines)('compare, with the noise of %s', (_, noise) => {
  it.each([3, 5, 10])('calls a change in at most one in twenty comparisons of %i runs with the same', (runs) => {
    const called = shareOf(COMPARISONS, () => {
      const errorShare = () => Math.max(0, 0.001 + 0.0005 * normal());
      const base = noisyReport(noise, { runs, errorShare });
      return compare(base, noisyReport(noise, { runs, errorShare }), TOLERANCE).verdict !== 'no_difference';
    });
    // Three deviations of the counting above 5 %.
    expect(called).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / COMPARISONS));
  });

  it.each([
    [1, 1],
    [5, 1],
    [1, 5],
  ])('calls a change in at most one in twenty of %i runs with %i', (baseRuns, newRuns) => {
    const times = baseRuns + newRuns === 2 ? 100 : COMPARISONS;
    const called = shareOf(times, () => {
      const base = noisyReport(noise, { runs: baseRuns });
      return compare(base, noisyReport(noise, { runs: newRuns }), TOLERANCE).verdict !== 'no_difference';
    });
    expect(called).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / times));
  });

  it('finds a tenth more latency in most comparisons of 7 runs, and calls it no gain', () => {
    const verdicts = Array.from({ length: COMPARISONS }, () => {
      const base = noisyReport(noise, { runs: 7 });
      return compare(base, noisyReport(noise, { runs: 7, slowdown: 0.1 }), TOLERANCE);
    });
    expect(verdicts.filter(({ is_regression }) => is_regression).length).toBeGreaterThan(0.8 * COMPARISONS);
    expect(verdicts.filter(({ verdict }) => verdict === 'faster').length).toBeLessThanOrEqual(2);
  });
});

describe('compare', () => {
  const ofRuns = (rates: readonly number[], change: Partial<Figures> = {}) => {
    const runs = rates.map((rate) => ({ ...sampleFigures, ...change, rate }));
    return sampleReport({ ...(runs[0] as Figures), runs });
  };
  const figure = (comparison: ReturnType<typeof compare>, name: string) =>
    comparison.figures.find((compared) => compared.name === name);

  it('finds a tenth with 5 runs of 3 % noise', () => {
    const noise = { run: quiet(0.03), second: quiet(0.05), memory: 0.6 };
    const found = shareOf(COMPARISONS, () => {
      const base = noisyReport(noise, { runs: 5 });
      return compare(base, noisyReport(noise, { runs: 5, slowdown: 0.1 }), TOLERANCE).is_regression;
    });
    expect(found).toBeGreaterThan(0.95);
  });

  it('tells base, new, change and noise of each figure', () => {
    const base = ofRuns([20_000, 20_200, 19_800, 20_100, 19_900]);
    const comparison = compare(base, ofRuns([15_000, 15_100, 14_900, 15_050, 14_950]), TOLERANCE);
    expect(comparison).toMatchObject({ verdict: 'slower', is_regression: true, tolerance_percent: 5, notes: [] });
    expect(figure(comparison, 'rate')).toMatchObject({
      base: 20_000,
      new: 15_000,
      change_percent: -25,
      verdict: 'slower',
      is_regression: true,
    });
    const { low = 0, high = 0 } = figure(comparison, 'rate')?.noise ?? {};
    expect(high).toBeGreaterThan(1);
    expect(high).toBeLessThan(3);
    expect((1 + low / 100) * (1 + high / 100)).toBeCloseTo(1);
    expect(figure(comparison, 'p99')).toMatchObject({ base: 1.5, new: 1.5, verdict: 'no_difference' });
  });

  it('calls no regression what is sure, and within the tolerance', () => {
    const comparison = compare(ofRuns([20_000, 20_010, 19_990]), ofRuns([19_000, 19_010, 18_990]), { tolerance: 0.1 });
    expect(comparison).toMatchObject({ verdict: 'slower', is_regression: false });
  });

  it('calls no regression what is outside of the tolerance, and within the noise', () => {
    const comparison = compare(ofRuns([20_000, 26_000, 14_000]), ofRuns([17_000, 23_000, 12_000]), TOLERANCE);
    expect(comparison).toMatchObject({ verdict: 'no_difference', is_regression: false });
  });

  it('calls nothing below 1 %, however steady: a bucket of the histogram, a planned rate', () => {
    const comparison = compare(ofRuns([5_000, 5_000, 5_000]), ofRuns([4_960, 4_960, 4_960]), { tolerance: 0 });
    expect(comparison.verdict).toBe('no_difference');
  });

  it('calls it mixed where the rate is higher and so is the latency', () => {
    const slow = { latency_ms: { ...sampleLatency, p99: 3 } };
    expect(compare(ofRuns([20_000, 20_010, 19_990]), ofRuns([25_000, 25_010, 24_990], slow), TOLERANCE)).toMatchObject({
      verdict: 'mixed',
      is_regression: true,
    });
  });

  it('calls a rate without any message slower, with nothing to measure noise by', () => {
    const nothing = sampleReport({ rate: 0, messages: 0, latency_ms: undefined, lost: 200_000 });
    expect(compare(sampleReport(), nothing, TOLERANCE)).toMatchObject({ verdict: 'slower', is_regression: true });
    expect(compare(nothing, sampleReport(), TOLERANCE)).toMatchObject({ verdict: 'faster', is_regression: false });
    expect(compare(nothing, nothing, TOLERANCE).verdict).toBe('no_difference');
  });

  it('keeps its head where one of the runs had no message', () => {
    expect(compare(ofRuns([20_000, 0, 20_100]), ofRuns([20_000, 19_900, 20_100]), TOLERANCE).verdict).toBe(
      'no_difference',
    );
  });

  it.each([
    ['none and steady ones', 0, 0.01, 'slower'],
    ['steady ones and none', 0.01, 0, 'faster'],
    ['as many', 0.01, 0.01, 'no_difference'],
    ['none and none', 0, 0, 'no_difference'],
  ] as const)('judges errors: %s', (_, before, after, verdict) => {
    const still = { run: () => 0, second: () => 0, memory: 0 };
    const base = noisyReport(still, { runs: 5, errorShare: () => before });
    const next = noisyReport(still, { runs: 5, errorShare: () => after });
    const { figures } = compare(base, next, TOLERANCE);
    const errors = figures.find(({ name }) => name === 'errors');
    expect(errors).toMatchObject({ verdict, is_regression: verdict === 'slower' });
  });

  it('takes errors of one of five runs for chance', () => {
    const still = { run: () => 0, second: () => 0, memory: 0 };
    const shares = [0, 0, 0.05, 0, 0];
    const next = noisyReport(still, { runs: 5, errorShare: () => shares.pop() as number });
    expect(compare(noisyReport(still, { runs: 5 }), next, TOLERANCE).verdict).toBe('no_difference');
  });

  describe('of single runs', () => {
    const slowerBy = (factor: number) =>
      sampleReport({
        rate: 20_000 / factor,
        latency_ms: { ...sampleLatency, p50: 0.5 * factor, p99: 1.5 * factor },
        series: sampleReport().series.map((second) => ({
          ...second,
          messages: Math.round((20_000 * (1 + 0.01 * (random() - 0.5))) / factor),
          p50_ms: 0.5 * factor,
          p99_ms: 1.5 * factor,
        })),
      });

    it('calls half of the speed slower, and says what it assumes', () => {
      const comparison = compare(slowerBy(1), slowerBy(2), TOLERANCE);
      expect(comparison).toMatchObject({ verdict: 'slower', is_regression: true });
      expect(comparison.notes).toEqual([expect.stringContaining('one run on each side')]);
    });

    it('does not call a tenth anything: runs differ by that', () => {
      expect(compare(slowerBy(1), slowerBy(1.1), TOLERANCE).verdict).toBe('no_difference');
    });

    it('does not judge a 99.9th percentile', () => {
      expect(figure(compare(slowerBy(1), slowerBy(2), TOLERANCE), 'p999')).toMatchObject({
        verdict: 'not_judged',
        reason: 'one run on each side does not tell',
      });
    });

    it('judges nothing by fewer than five seconds', () => {
      const short = sampleReport({ series: sampleReport().series.slice(0, 4), errors: { timeout: 1 } });
      expect(compare(short, short, TOLERANCE).verdict).toBe('not_judged');
    });

    it('does not call it no difference where only errors could be judged', () => {
      const short = sampleReport({ series: sampleReport().series.slice(0, 4) });
      const comparison = compare(short, short, TOLERANCE);
      expect(figure(comparison, 'errors')).toMatchObject({ verdict: 'no_difference' });
      expect(comparison.verdict).toBe('not_judged');
    });

    it('notes which of the two was interrupted', () => {
      const { notes } = compare(slowerBy(1), { ...slowerBy(1), interrupted: true }, TOLERANCE);
      expect(notes[0]).toBe('the new one was interrupted: it measured less than was asked for');
    });

    it('takes errors of one second for chance, and those of each second for more', () => {
      const withErrors = (errors: (second: number) => number) => {
        const series = sampleReport().series.map((point) => ({ ...point, errors: errors(point.t_s) }));
        return sampleReport({ series, errors: { timeout: series.reduce((sum, point) => sum + point.errors, 0) } });
      };
      expect(
        compare(
          sampleReport(),
          withErrors((t) => (t === 4 ? 500 : 0)),
          TOLERANCE,
        ).verdict,
      ).toBe('no_difference');
      expect(
        compare(
          sampleReport(),
          withErrors((t) => 500 + 10 * t),
          TOLERANCE,
        ).is_regression,
      ).toBe(true);
    });
  });
});
