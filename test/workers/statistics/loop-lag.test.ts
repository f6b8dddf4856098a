import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LoopLag } from '../../../src/workers/statistics/loop-lag.js';

describe('LoopLag', () => {
  /** How late the loop is beyond the clock of the timers. */
  let lateMs = 0;
  let lag: LoopLag;

  beforeEach(() => {
    vi.useFakeTimers();
    lateMs = 0;
    lag = new LoopLag(() => performance.now() + lateMs);
    lag.start();
  });

  afterEach(() => {
    lag.stop();
    vi.useRealTimers();
  });

  it('measures nothing where the loop keeps its appointments', () => {
    vi.advanceTimersByTime(1_000);
    const { counts, sumMs, recentMs } = lag.snapshot();
    expect(counts).toEqual([0, 10]);
    expect(sumMs).toBeCloseTo(0);
    expect(recentMs).toBeCloseTo(0);
  });

  it('counts how late it was, once for each delay, and forgets the worst after ten seconds', () => {
    vi.advanceTimersByTime(200);
    lateMs = 320;
    vi.advanceTimersByTime(100);
    expect(lag.snapshot().recentMs).toBeCloseTo(320);
    expect(lag.snapshot().sumMs).toBeCloseTo(320);
    vi.advanceTimersByTime(4_000);
    expect(lag.snapshot().recentMs).toBeCloseTo(320);
    vi.advanceTimersByTime(10_000);
    expect(lag.snapshot().recentMs).toBeCloseTo(0);
    expect(lag.snapshot().sumMs).toBeCloseTo(320);
  });
});
