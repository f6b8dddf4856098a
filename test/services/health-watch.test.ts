import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchHealth } from '../../src/services/health-watch.js';

describe('watchHealth', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each<[what: string, ask: () => unknown, reason: string]>([
    ['throws', () => Promise.reject(new Error('no database')), 'no database'],
    ['says false', () => false, 'it says that it is ill'],
    ['says nothing', () => new Promise(() => undefined), 'no answer within 100 ms'],
  ])('tells of a service that %s three times in a row, once', async (_, ask, reason) => {
    const tellIll = vi.fn();
    watchHealth(ask, tellIll, 100);
    await vi.advanceTimersByTimeAsync(290);
    expect(tellIll).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(tellIll.mock.calls).toEqual([[reason]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('forgives what passes', async () => {
    const answers = [false, false, true, false, false, undefined];
    const tellIll = vi.fn();
    const end = watchHealth(() => answers.shift(), tellIll, 100);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(tellIll).not.toHaveBeenCalled();
    end();
    expect(vi.getTimerCount()).toBe(0);
  });
});
