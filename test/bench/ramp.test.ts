import { describe, expect, it } from 'vitest';
import { rateSteps } from '../../src/bench/load/arrivals.js';
import { ThreadTally } from '../../src/bench/load/thread-tally.js';
import { RampJudge } from '../../src/bench/ramp.js';
import { parseLimits } from '../../src/bench/statistics/limits.js';

/** Five steps of a second: 10, 20, 30, 40 and 50 a second. */
const ramp = { kind: 'ramp', from: 10, to: 50, arrivals: 'constant', durationMs: 5_000 } as const;
const START_NS = 1e12;

/** Has a generator send all that was planned; each message takes so many ms in the step with its rate. */
function judged(latencyMs: (rate: number) => number, limits = 'p99=5ms', sentShare = 1): RampJudge {
  const judge = new RampJudge(ramp, parseLimits(limits), 1);
  const tally = new ThreadTally(START_NS, START_NS, (second) => judge.add(second));
  for (const { startNs, rate } of rateSteps(ramp)) {
    for (let i = 0; i < rate * sentShare; i++) {
      tally.sent(START_NS + startNs + 1, 1);
      tally.arrived(latencyMs(rate) * 1e6, 1, START_NS + startNs + 2);
    }
  }
  tally.end(START_NS + 5e9);
  return judge;
}

describe('the steps of a ramp', () => {
  it('grow evenly, and last whole seconds', () => {
    expect(rateSteps(ramp).map(({ startNs, rate }) => [startNs / 1e9, rate])).toEqual([
      [0, 10],
      [1, 20],
      [2, 30],
      [3, 40],
      [4, 50],
    ]);
    const long = rateSteps({ ...ramp, durationMs: 50_000 });
    expect(long.map(({ startNs }) => startNs / 1e9)).toEqual(Array.from({ length: 16 }, (_, i) => i * 3));
    expect(long.at(-1)?.rate).toBe(50);
  });

  it('are one where there is but time for one', () => {
    expect(rateSteps({ ...ramp, durationMs: 900 })).toEqual([{ startNs: 0, rate: 50 }]);
  });
});

describe('the knee of a ramp', () => {
  it('is the highest rate before the first that missed a limit', () => {
    const { knee_rate, steps } = judged((rate) => (rate === 40 ? 9 : 1)).report(5);
    expect(knee_rate).toBe(30);
    expect(steps.map(({ rate, kept, missed }) => [rate, kept, missed])).toEqual([
      [10, true, undefined],
      [20, true, undefined],
      [30, true, undefined],
      [40, false, 'p99'],
      [50, true, undefined],
    ]);
  });

  it('is the last rate where all kept the limits, and none where the first did not', () => {
    expect(judged(() => 1).report(5).knee_rate).toBe(50);
    expect(judged(() => 9).report(5).knee_rate).toBeUndefined();
  });

  it('is not at a rate that the generator could not send', () => {
    const { knee_rate, steps } = judged(() => 1, 'p99=5ms', 0.5).report(5);
    expect(knee_rate).toBeUndefined();
    expect(steps[0]?.missed).toBe('rate');
  });

  it('leaves out the steps that were not reached', () => {
    expect(judged(() => 1).report(2).steps).toHaveLength(2);
  });

  it('is behind us when three steps in a row have missed a limit', () => {
    const judge = judged((rate) => (rate >= 20 ? 9 : 1));
    expect([3, 4].map((seconds) => judge.hasSeenEnough(seconds))).toEqual([false, true]);
    expect(judged(() => 1).hasSeenEnough(5)).toBe(false);
  });
});
