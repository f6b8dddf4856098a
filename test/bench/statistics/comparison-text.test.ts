import { Chalk } from 'chalk';
import { describe, expect, it } from 'vitest';
import type { Figures } from '../../../src/bench/report/report.js';
import { compare } from '../../../src/bench/statistics/compare.js';
import {
  comparisonLines,
  parseTolerance,
  regressionOf,
  summaryOf,
} from '../../../src/bench/statistics/comparison-text.js';
import { sampleFigures, sampleLatency, sampleReport } from './sample-report.js';

/** A report of three runs, of which each figure differs a little from the next. */
function threeRuns(rate: number, given: { p50?: number; errors?: number } = {}) {
  const runs = [0.998, 1, 1.002].map(
    (factor): Figures => ({
      ...sampleFigures,
      rate: rate * factor,
      errors: given.errors === undefined ? {} : { timeout: given.errors },
      latency_ms: { ...sampleLatency, p50: (given.p50 ?? sampleLatency.p50) * factor },
    }),
  );
  return sampleReport({ ...(runs[1] as Figures), runs });
}

const comparisonOf = (rate: number, given: { p50?: number; errors?: number } = {}, tolerance = 0.05) =>
  compare(threeRuns(20_000), threeRuns(rate, given), { tolerance });

describe('comparisonLines', () => {
  it('has a line for each figure, and says what comes of it', () => {
    expect(comparisonLines('request a.b', comparisonOf(15_000, { p50: 0.4, errors: 1_000 }), undefined)).toEqual([
      'request a.b  3 runs against 3 runs',
      'FIGURE      BASE       NEW       CHANGE        NOISE  VERDICT',
      'rate    20,000/s  15,000/s      −25.0 %       ±0.8 %  slower, a regression',
      'p50       500 µs    400 µs      −20.0 %       ±0.8 %  faster',
      'p99      1.50 ms   1.50 ms       +0.0 %       ±0.0 %  no difference seen',
      'p99.9    4.00 ms   4.00 ms       +0.0 %       ±0.0 %  no difference seen',
      'errors       0 %    0.50 %  +0.5 points  ±0.0 points  more errors, a regression',
      'faster and slower: rate −25.0 %, p50 −20.0 %, errors +0.5 points',
    ]);
  });

  it('says why a figure is not judged, and what a single run is good for', () => {
    const lines = comparisonLines('request a.b', compare(sampleReport(), sampleReport(), { tolerance: 0 }), undefined);
    expect(lines[0]).toBe('request a.b  1 run against 1 run');
    expect(lines).toContainEqual(expect.stringMatching(/^p99\.9 .* not judged: one run on each side does not tell$/));
    expect(lines).toContainEqual('no difference seen');
    expect(lines.at(-1)).toContain('--runs 5');
  });

  it('writes no number for noise of which two runs leave nothing known, and says so', () => {
    const runs = [10_000, 30_000].map((rate): Figures => ({ ...sampleFigures, rate }));
    const report = sampleReport({ rate: 20_000, runs });
    const lines = comparisonLines('request a.b', compare(report, report, { tolerance: 0 }), undefined);
    expect(lines).toContainEqual(expect.stringMatching(/^rate .* more than tenfold {2}no difference seen$/));
    expect(lines.at(-1)).toBe(
      '2 runs against 2 tell little of the noise: only large changes are called; --runs 5 sees more',
    );
  });

  it('paints what is worse, and what is better', () => {
    const colors = new Chalk({ level: 1 });
    const [, , rate, p50, p99] = comparisonLines('a', comparisonOf(15_000, { p50: 0.4 }), colors);
    expect(rate).toBe(colors.red(rate?.slice(5, -5)));
    expect(p50).toBe(colors.green(p50?.slice(5, -5)));
    expect(p99).not.toContain('\u001b');
  });

  it('lets no control character of a report reach the terminal', () => {
    expect(comparisonLines('request a\u001b[2J', comparisonOf(20_000), undefined)[0]).toContain('a\\e[2J');
  });
});

describe('summaryOf', () => {
  it.each([
    [20_000, {}, 'no difference seen'],
    [15_000, {}, 'slower: rate −25.0 %'],
    [25_000, {}, 'faster: rate +25.0 %'],
    [19_400, {}, 'slower: rate −3.0 % (within the tolerance of 5 %)'],
    [20_000, { errors: 200 }, 'more errors: errors +0.1 points'],
    [25_000, { p50: 1 }, 'faster and slower: rate +25.0 %, p50 +100 %'],
  ])('of a rate of %i and %o is: %s', (rate, given, summary) => {
    expect(summaryOf(comparisonOf(rate, given))).toBe(summary);
  });
});

describe('regressionOf', () => {
  it('names each figure that is worse, with its entry, and is exit 8', () => {
    const comparisons = [
      { name: 'small', comparison: comparisonOf(15_000, { p50: 1 }) },
      { name: 'large', comparison: comparisonOf(20_000) },
      { name: 'spread', comparison: comparisonOf(10_000) },
    ];
    expect(regressionOf(comparisons, 'base.json')).toMatchObject({
      kind: 'expectation',
      exitCode: 8,
      message:
        'a regression against base.json: small rate −25.0 %, small p50 +100 %, spread rate −50.0 %; by more than noise and the tolerance of 5 %',
    });
  });

  it('is none where nothing is worse by more than the tolerance', () => {
    expect(regressionOf([{ name: undefined, comparison: comparisonOf(15_000, {}, 0.3) }], 'base.json')).toBeUndefined();
  });
});

describe('parseTolerance', () => {
  it.each([
    ['5%', 0.05],
    ['0%', 0],
    ['2.5%', 0.025],
    ['150%', 1.5],
  ])('reads %s', (text, share) => {
    expect(parseTolerance(text)).toBe(share);
  });

  it.each(['', '5', '-5%', '5 %', '5ms', '%'])('refuses %j', (text) => {
    expect(() => parseTolerance(text)).toThrow(
      expect.objectContaining({ kind: 'usage', message: `--tolerance: "${text}" is not a share` }),
    );
  });
});
