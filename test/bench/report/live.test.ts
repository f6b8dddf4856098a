import { describe, expect, it } from 'vitest';
import { liveState } from '../../../src/bench/report/live.js';
import type { LiveSnapshot } from '../../../src/bench/report/live-snapshot.js';
import { progressLine } from '../../../src/output/progress.js';

const SNAPSHOT: LiveSnapshot = {
  phase: 'measuring',
  run: 1,
  runs: 1,
  elapsedMs: 4_000,
  fraction: 0.4,
  rate: 5_011.7,
  p99Ms: 1.234,
  messages: 20_000,
  errors: 0,
};

describe('the live line', () => {
  it.each<[string, Partial<LiveSnapshot>]>([
    ['5,012/s, p99 1.23 ms', {}],
    ['5,012/s, p99 1.23 ms, 1 error', { errors: 1 }],
    ['1,200,000/s', { rate: 1_200_000, p99Ms: undefined }],
    ['warm-up, 5,012/s, p99 1.23 ms', { phase: 'warm-up' }],
    ['run 2/5, 5,012/s, p99 1.23 ms, 1,000 errors', { run: 2, runs: 5, errors: 1_000 }],
  ])('says %s', (text, changes) => {
    expect(liveState({ ...SNAPSHOT, ...changes })).toEqual({ fraction: 0.4, text });
  });

  it('says that it connects before anything has started', () => {
    expect(liveState(undefined)).toEqual({ fraction: undefined, text: 'connecting' });
  });

  it('fits 80 columns, with the spinner, where numbers are long', () => {
    const long = { ...SNAPSHOT, run: 2, runs: 5, rate: 350_000, errors: 1_000, fraction: 1 };
    expect(progressLine(liveState(long)).length + 2).toBeLessThanOrEqual(80);
  });
});
