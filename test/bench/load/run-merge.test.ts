import { describe, expect, it } from 'vitest';
import { RunMerge } from '../../../src/bench/load/run-merge.js';
import type { ThreadSecond } from '../../../src/bench/load/second.js';
import { ThreadTally } from '../../../src/bench/load/thread-tally.js';

const START_NS = 5e12;
const ms = (milliseconds: number): number => START_NS + milliseconds * 1e6;

/** What a thread tells that counts on this tally, which measures from the start. */
function secondsOf(count: (tally: ThreadTally) => void, endMs: number, warmupMs = 0): ThreadSecond[] {
  const seconds: ThreadSecond[] = [];
  const tally = new ThreadTally(ms(-warmupMs), START_NS, (second) => seconds.push(second));
  count(tally);
  tally.end(ms(endMs));
  return seconds;
}

function merge(threads: readonly ThreadSecond[][]) {
  const told: number[] = [];
  const merged = new RunMerge(threads.length, ({ second }) => told.push(second));
  for (const seconds of threads) for (const second of seconds) merged.add(second);
  merged.end();
  return { merged, told };
}

describe('a thread', () => {
  it('tells of each second when it is over, those without anything too', () => {
    const seconds = secondsOf((tally) => {
      tally.arrived(1e6, 10, ms(100));
      tally.arrived(1e6, 10, ms(3_100));
    }, 3_500);
    expect(seconds.map(({ second, messages }) => [second, messages])).toEqual([
      [0, 1],
      [1, 0],
      [2, 0],
      [3, 1],
    ]);
  });

  it('tells of the seconds of its warm-up with negative numbers', () => {
    const seconds = secondsOf((tally) => tally.arrived(1, 1, ms(-1_200)), 500, 1_500);
    expect(seconds.map(({ second, messages }) => [second, messages])).toEqual([
      [-2, 1],
      [-1, 0],
      [0, 0],
    ]);
  });
});

describe('the seconds of several threads', () => {
  const one = secondsOf((tally) => {
    tally.sent(ms(0), 100);
    tally.arrived(2e6, 10, ms(100));
    tally.arrived(4e6, 10, ms(1_200));
    tally.failed('timeout', ms(1_300), ms(1_300));
    tally.lost(1);
  }, 2_000);
  const other = secondsOf((tally) => {
    tally.sent(ms(0), 100);
    tally.arrived(6e6, 10, ms(1_250));
    tally.failed('timeout', ms(700), ms(700));
    tally.late();
  }, 2_000);

  it('are told of when all threads have told of them', () => {
    const told: number[] = [];
    const merged = new RunMerge(2, ({ second }) => told.push(second));
    for (const second of one) merged.add(second);
    expect(told).toEqual([]);
    merged.add(other[0] as ThreadSecond);
    expect(told).toEqual([0]);
    merged.end();
    expect(told).toEqual([0, 1, 2]);
  });

  it('add up', () => {
    const { merged } = merge([one, other]);
    expect(merged.figures(2_000)).toMatchObject({
      ...{ rate: 1.5, messages: 3, bytes: 230, sent: 2, duration_s: 2 },
      ...{ errors: { timeout: 2 }, lost: 1, late: 1, duplicated: 0, out_of_order: 0 },
      longest_gap_ms: 1_200 - 101,
      // From the failure at 700 ms to the end: nothing came behind the one at 1,300 ms.
      ...{ recovery_ms: 1_300, not_recovered: true },
      latency_ms: { min: 2, mean: 4, max: 6 },
    });
  });

  it('make a series, of which the last point may be shorter', () => {
    const { merged } = merge([one, other]);
    expect(merged.series(1_600)).toEqual([
      expect.objectContaining({ t_s: 0, duration_s: 1, messages: 1, errors: 0, max_ms: 2 }),
      expect.objectContaining({ t_s: 1, messages: 2, errors: 2, max_ms: 6 }),
    ]);
    expect(merged.series(1_600)[1]?.duration_s).toBe(0.6);
    expect(merged.series(1_002)[1]?.duration_s).toBe(0.002);
  });

  it('have in their last point what is known only behind the end', () => {
    const late = secondsOf((tally) => {
      tally.sent(ms(900), 100);
      tally.arrived(1e6, 10, ms(950));
      tally.sent(ms(1_010), 100);
      tally.failed('timeout', ms(900), ms(2_100));
    }, 2_200);
    const { merged } = merge([late]);
    expect(merged.series(1_000)).toEqual([expect.objectContaining({ messages: 1, bytes: 210, errors: 1, max_ms: 1 })]);
    expect(merged.figures(1_000)).toMatchObject({ bytes: 210, errors: { timeout: 1 } });
  });

  it('last until the last failure was known, where so many messages were to be sent', () => {
    const { merged } = merge([
      secondsOf((tally) => {
        tally.arrived(1e6, 10, ms(100));
        tally.failed('timeout', ms(50), ms(1_050));
      }, 1_100),
    ]);
    expect(merged.durationMs(undefined)).toBe(1_050);
    expect(merged.figures(merged.durationMs(undefined)).longest_gap_ms).toBe(1_050 - 101);
    expect(merged.durationMs(1_000)).toBe(1_000);
  });

  it('take an error of the service for no outage', () => {
    const { merged } = merge([secondsOf((tally) => tally.failed('service_error', ms(400), ms(400)), 1_000)]);
    expect(merged.figures(1_000)).toMatchObject({ errors: { service_error: 1 }, recovery_ms: undefined });
  });

  it('have an outage since their last arrival where a server fell silent that had messages', () => {
    const { merged } = merge([secondsOf((tally) => tally.arrived(1e6, 10, ms(400)), 2_000)]);
    merged.settle({ lost: 7, repeated: 0, timedOut: { count: 5, atMs: 1_900 } });
    expect(merged.durationMs(undefined)).toBe(1_900);
    expect(merged.figures(1_900)).toMatchObject({
      ...{ lost: 7, errors: { timeout: 5 }, recovery_ms: 1_500, not_recovered: true },
    });
  });

  it('leave the warm-up out of what is counted', () => {
    const warm = secondsOf(
      (tally) => {
        tally.arrived(9e6, 10, ms(-500));
        tally.arrived(1e6, 10, ms(500));
      },
      1_000,
      1_000,
    );
    const { merged, told } = merge([warm]);
    expect(told).toEqual([-1, 0, 1]);
    expect(merged.figures(1_000)).toMatchObject({ messages: 1, latency_ms: { max: 1 } });
  });
});
