import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { GoalClock } from '../../src/subscribing/goal-clock.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Starts a clock; gives what ended it so far. */
function start(goal: { forMs?: number; idleMs?: number }, isHeldBack: () => boolean = () => false) {
  const clock = new GoalClock({ forMs: undefined, idleMs: undefined, ...goal }, isHeldBack);
  let by: string | undefined;
  void clock.start().then((ending) => {
    by = ending.by;
  });
  const after = async (milliseconds: number): Promise<string | undefined> => {
    await vi.advanceTimersByTimeAsync(milliseconds);
    return by;
  };
  return { clock, after };
}

it('ends when the time is over', async () => {
  const { after } = start({ forMs: 1_000 });
  expect(await after(999)).toBeUndefined();
  expect(await after(1)).toBe('for');
});

it('ends after silence from the start', async () => {
  const { after } = start({ idleMs: 500 });
  expect(await after(499)).toBeUndefined();
  expect(await after(1)).toBe('idle');
});

it('counts silence anew from each message', async () => {
  const { clock, after } = start({ idleMs: 500 });
  for (let message = 0; message < 5; message++) {
    expect(await after(400)).toBeUndefined();
    clock.heard();
  }
  expect(await after(499)).toBeUndefined();
  expect(await after(1)).toBe('idle');
});

it('takes it for no silence where the server is held back', async () => {
  let isHeldBack = true;
  const { after } = start({ idleMs: 500 }, () => isHeldBack);
  expect(await after(5_000)).toBeUndefined();
  isHeldBack = false;
  expect(await after(1_000)).toBe('idle');
});

it('ends by what is over first, and never without a time', async () => {
  expect(await start({ forMs: 300, idleMs: 500 }).after(1_000)).toBe('for');
  expect(await start({}).after(1_000_000)).toBeUndefined();
});

it('leaves no timer when it is stopped', async () => {
  const { clock, after } = start({ forMs: 1_000, idleMs: 300 });
  clock.heard();
  await after(200);
  clock.stop();
  expect(vi.getTimerCount()).toBe(0);
});
