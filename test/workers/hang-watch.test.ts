import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HangWatch } from '../../src/workers/hang-watch.js';

describe('HangWatch', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('tells of a worker that was not heard for so long, once', () => {
    const hung = vi.fn();
    const watch = new HangWatch(5_000, hung);
    watch.hear(1);
    watch.hear(2);
    for (let second = 0; second < 20; second++) {
      vi.advanceTimersByTime(1_000);
      watch.hear(2);
    }
    expect(hung.mock.calls).toEqual([[1]]);
    watch.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells nothing of one that has ended', () => {
    const hung = vi.fn();
    const watch = new HangWatch(5_000, hung);
    watch.hear(1);
    watch.forget(1);
    vi.advanceTimersByTime(20_000);
    expect(hung).not.toHaveBeenCalled();
  });

  it('gives all of them time where it was stopped itself', () => {
    const hung = vi.fn();
    const watch = new HangWatch(5_000, hung);
    watch.hear(1);
    const stoppedMs = performance.now() + 60_000;
    const clock = vi.spyOn(performance, 'now').mockReturnValue(stoppedMs);
    vi.advanceTimersByTime(1_000);
    expect(hung).not.toHaveBeenCalled();
    clock.mockRestore();
    watch.stop();
  });
});
