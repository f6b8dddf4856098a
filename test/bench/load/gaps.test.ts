import { describe, expect, it } from 'vitest';
import { longestGapMs, recoveryOf } from '../../../src/bench/load/gaps.js';

/** Arrivals in each of these milliseconds. */
const arrivalsAt = (...milliseconds: number[]): Uint8Array => {
  const arrivals = new Uint8Array(10_000);
  for (const ms of milliseconds) arrivals[ms] = 1;
  return arrivals;
};
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe('the longest gap', () => {
  it.each([
    ['between two arrivals', arrivalsAt(0, 10, 500, 600), 610, 489],
    ['at the start', arrivalsAt(300, 301), 302, 300],
    ['at the end', arrivalsAt(0, 1), 1_000, 998],
    ['all of it where nothing arrives', arrivalsAt(), 700, 700],
    ['none where something arrives in each millisecond', arrivalsAt(...range(0, 100)), 100, 0],
  ])('is %s', (_, arrivals, durationMs, gap) => {
    expect(longestGapMs(arrivals, durationMs)).toBe(gap);
  });
});

describe('the time to recover', () => {
  it('is not there where nothing failed', () => {
    expect(recoveryOf(arrivalsAt(1, 2, 3), [], 10_000)).toBeUndefined();
  });

  it('is from the first failure to the first arrival behind the last one', () => {
    const arrivals = arrivalsAt(...range(0, 1_000), ...range(2_200, 3_000));
    expect(recoveryOf(arrivals, [1_900, 1_000, 1_500], 10_000)).toEqual({ ms: 1_200, isRecovered: true });
  });

  it('is that of the longest of several outages', () => {
    const arrivals = arrivalsAt(110, 5_600);
    expect(recoveryOf(arrivals, [100, 5_000, 5_500], 10_000)).toEqual({ ms: 600, isRecovered: true });
  });

  it('ends with the run where nothing arrives behind the last failure', () => {
    expect(recoveryOf(arrivalsAt(10), [100, 400], 3_000)).toEqual({ ms: 2_900, isRecovered: false });
  });

  it('says that the last outage has not ended, though an earlier one took longer', () => {
    expect(recoveryOf(arrivalsAt(2_500), [100, 2_900], 3_000)).toEqual({ ms: 2_400, isRecovered: false });
  });
});
