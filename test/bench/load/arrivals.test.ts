import { describe, expect, it } from 'vitest';
import { Arrivals, rateSteps } from '../../../src/bench/load/arrivals.js';
import type { Schedule } from '../../../src/bench/load/load-plan.js';

type Planned = Exclude<Schedule, { kind: 'closed' }>;
const SECOND_NS = 1e9;
const open = (rate: number, arrivals: 'constant' | 'poisson' = 'constant'): Planned => ({
  kind: 'open',
  rate,
  arrivals,
});
const ALONE = { share: 1, phase: 0, seed: 1 };

/** The times at which messages are planned before an end, in ns from the start. */
function timesOf(schedule: Planned, endNs: number, part = ALONE, startNs = 0, measuredNs = 0): number[] {
  const arrivals = new Arrivals(schedule, startNs, measuredNs, part);
  const times: number[] = [];
  for (; arrivals.nextNs < endNs; arrivals.advance()) times.push(arrivals.nextNs);
  return times;
}

describe('messages at a constant rate', () => {
  it.each([1, 100, 3_333, 50_000])('are planned evenly: %i a second', (rate) => {
    const times = timesOf(open(rate), SECOND_NS - 1);
    expect(times).toHaveLength(rate);
    times.forEach((time, i) => {
      expect(time).toBeCloseTo((i * SECOND_NS) / rate, 0);
    });
  });

  it.each([
    [300, 6],
    [7, 60],
    [999, 10],
    [1_200_000, 1],
  ])('are as many as the rate says to a nanosecond: %i a second for %i s', (rate, seconds) => {
    const startNs = 5_123_456_789_123;
    const times = timesOf(open(rate), startNs + seconds * SECOND_NS, ALONE, startNs, startNs);
    expect(times).toHaveLength(rate * seconds);
  });

  it('alternate between threads', () => {
    const [one, other] = [0, 1].map((thread) =>
      timesOf(open(100), SECOND_NS - 1, { share: 0.5, phase: thread / 2, seed: thread }),
    ) as [number[], number[]];
    const all = [...one, ...other].sort((a, b) => a - b);
    expect(all).toHaveLength(100);
    all.forEach((time, i) => {
      expect(time).toBeCloseTo((i * SECOND_NS) / 100, 0);
    });
  });
});

describe('messages at random times', () => {
  it('are as many as the rate says, with the spread of a Poisson process', () => {
    const times = timesOf(open(1_000, 'poisson'), 100 * SECOND_NS);
    expect(Math.abs(times.length - 100_000)).toBeLessThan(4 * Math.sqrt(100_000));
    const gaps = times.slice(1).map((time, i) => time - (times[i] as number));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    // The standard deviation of an exponential distribution is its mean.
    expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1);
  });

  it('are the same for the same seed', () => {
    const of = (seed: number): number[] => timesOf(open(100, 'poisson'), SECOND_NS, { ...ALONE, seed });
    expect(of(3)).toEqual(of(3));
    expect(of(3)).not.toEqual(of(4));
  });
});

describe('a ramp', () => {
  const ramp = (durationMs: number): Planned => ({
    kind: 'ramp',
    from: 100,
    to: 1_000,
    arrivals: 'constant',
    durationMs,
  });

  it('grows by the same amount at each step, of a second or more', () => {
    expect(rateSteps(ramp(10_000)).map(({ rate }) => rate)).toEqual([
      100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000,
    ]);
    expect(rateSteps(ramp(60_000))).toHaveLength(20);
    expect(rateSteps(ramp(60_000)).at(1)).toMatchObject({ startNs: 3 * SECOND_NS });
    expect(rateSteps(ramp(500))).toEqual([{ startNs: 0, rate: 1_000 }]);
  });

  it('plans as many as its steps say, and its warm-up at the rate of the first', () => {
    const times = timesOf(ramp(10_000), 11 * SECOND_NS, ALONE, 0, SECOND_NS);
    const inSecond = (second: number): number =>
      times.filter((time) => Math.floor(time / SECOND_NS + 1e-6) === second).length;
    expect(inSecond(0)).toBe(100);
    for (let step = 0; step < 10; step++) {
      expect(Math.abs(inSecond(step + 1) - (step + 1) * 100)).toBeLessThanOrEqual(1);
    }
  });
});
