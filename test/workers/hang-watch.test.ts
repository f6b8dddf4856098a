import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aliveIntervalMs, HangWatch } from '../../src/workers/hang-watch.js';

describe('HangWatch', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('tells of a worker that was not heard for so long, once', () => {
    const hung = vi.fn();
    const watch = new HangWatch(5_000, hung);
    watch.hear(1, 5_000);
    watch.hear(2, 5_000);
    for (let second = 0; second < 20; second++) {
      vi.advanceTimersByTime(1_000);
      watch.hear(2, 5_000);
    }
    expect(hung.mock.calls).toEqual([[1, 5_000]]);
    watch.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    [500, 50],
    [1_000, 100],
    [10_000, 200],
    [60_000, 200],
  ])('tells of it after %i ms, and at most %i ms later', (limitMs, lateMs) => {
    const hung = vi.fn();
    const watch = new HangWatch(limitMs, hung);
    watch.hear(1, limitMs);
    vi.advanceTimersByTime(limitMs);
    expect(hung).not.toHaveBeenCalled();
    vi.advanceTimersByTime(lateMs);
    expect(hung).toHaveBeenCalledOnce();
    watch.stop();
  });

  it('gives one that starts the limit that it is heard with', () => {
    const hung = vi.fn();
    const watch = new HangWatch(1_000, hung);
    watch.hear(1, 30_000);
    vi.advanceTimersByTime(20_000);
    expect(hung).not.toHaveBeenCalled();
    watch.hear(1, 1_000);
    vi.advanceTimersByTime(1_100);
    expect(hung.mock.calls).toEqual([[1, 1_000]]);
    watch.stop();
  });

  it('gives one that is stopped while it starts the shortest limit, from when it was stopped', () => {
    const hung = vi.fn();
    let stopped = false;
    const watch = new HangWatch(1_000, hung, () => stopped);
    watch.hear(1, 30_000);
    vi.advanceTimersByTime(5_000);
    stopped = true;
    vi.advanceTimersByTime(1_000);
    expect(hung).not.toHaveBeenCalled();
    vi.advanceTimersByTime(200);
    expect(hung.mock.calls).toEqual([[1, 1_000]]);
    watch.stop();
  });

  it('leaves one alone that goes on in time', () => {
    const hung = vi.fn();
    let stopped = false;
    const watch = new HangWatch(1_000, hung, () => stopped);
    watch.hear(1, 30_000);
    for (let times = 0; times < 5; times++) {
      stopped = true;
      vi.advanceTimersByTime(900);
      stopped = false;
      vi.advanceTimersByTime(200);
    }
    expect(hung).not.toHaveBeenCalled();
    watch.stop();
  });

  it('tells nothing of one that has ended', () => {
    const hung = vi.fn();
    const watch = new HangWatch(5_000, hung);
    watch.hear(1, 5_000);
    watch.forget(1);
    vi.advanceTimersByTime(20_000);
    expect(hung).not.toHaveBeenCalled();
  });

  it('counts no time in which it was stopped itself', () => {
    const hung = vi.fn();
    const watch = new HangWatch(5_000, hung);
    watch.hear(1, 5_000);
    vi.advanceTimersByTime(2_000);
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 60_000);
    vi.advanceTimersByTime(2_000);
    expect(hung).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2_000);
    expect(hung).toHaveBeenCalledOnce();
    watch.stop();
  });
});

it.each([
  [500, 100],
  [1_000, 200],
  [5_000, 1_000],
  [600_000, 1_000],
])('a watchdog of %i ms hears of its workers every %i ms', (watchdogMs, intervalMs) => {
  expect(aliveIntervalMs(watchdogMs)).toBe(intervalMs);
});
