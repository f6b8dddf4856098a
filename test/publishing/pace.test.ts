import { describe, expect, it } from 'vitest';
import { Pace } from '../../src/publishing/pace.js';

/** A pace, and a clock that the test turns. */
function paced(intervalMs: number) {
  let now = 5_000;
  const pace = new Pace(intervalMs, () => now);
  return { pace, now: () => now, advance: (ms: number) => (now += ms) };
}

/** Publishes as a loop does: waits as long as it is told, rounded up by a timer, then publishes all that are due. */
function publishFor(totalMs: number, intervalMs: number, timer: (waitMs: number) => number): number {
  const { pace, now, advance } = paced(intervalMs);
  const end = now() + totalMs;
  let count = 0;
  for (;;) {
    const waitMs = pace.waitMs();
    if (waitMs === 0) {
      if (now() >= end) return count;
      pace.step();
      count += 1;
    } else {
      advance(timer(waitMs));
      if (now() >= end) return count;
    }
  }
}

describe('a pace', () => {
  it('has the first message due at once, each other an interval later', () => {
    const { pace, advance } = paced(10);
    expect(pace.waitMs()).toBe(0);
    pace.step();
    expect(pace.waitMs()).toBe(10);
    advance(4);
    expect(pace.waitMs()).toBe(6);
    advance(6);
    expect(pace.waitMs()).toBe(0);
  });

  it.each([1, 10, 1_000, 30_000, 1_000_000])('holds %i a second with timers that ring late', (rate) => {
    const seconds = 20;
    const count = publishFor(seconds * 1_000, 1_000 / rate, (waitMs) => Math.ceil(waitMs) + 1.3);
    expect(Math.abs(count / seconds / rate - 1)).toBeLessThanOrEqual(rate === 1 ? 0.05 : 0.01);
  });

  it('catches up with a delay of its own, and not with one of more than a second', () => {
    const { pace, advance } = paced(10);
    pace.step();
    advance(500);
    let due = 0;
    while (pace.waitMs() === 0) {
      pace.step();
      due += 1;
    }
    expect(due).toBe(50);
    advance(5_000);
    expect(pace.waitMs()).toBe(0);
    pace.step();
    expect(pace.waitMs()).toBe(10);
  });

  it('does not catch up with an input that kept it waiting', () => {
    const { pace, now, advance } = paced(10);
    pace.step();
    const since = now();
    advance(700);
    pace.inputCame(since);
    expect(pace.waitMs()).toBe(0);
    pace.step();
    expect(pace.waitMs()).toBe(10);
  });

  it('lets no message come early behind an input that came slowly', () => {
    const { pace, now, advance } = paced(1_000);
    pace.step();
    const since = now();
    advance(300);
    pace.inputCame(since);
    expect(pace.waitMs()).toBe(700);
  });
});
