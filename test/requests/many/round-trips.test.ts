import { describe, expect, it } from 'vitest';
import { summarizeRoundTrips } from '../../../src/requests/many/round-trips.js';

describe('summarizeRoundTrips', () => {
  it.each([
    [[5], { minMs: 5, medianMs: 5, p99Ms: 5 }],
    [[10, 9], { minMs: 9, medianMs: 9, p99Ms: 10 }],
    [[3, 1, 2], { minMs: 1, medianMs: 2, p99Ms: 3 }],
    [Array.from({ length: 100 }, (_, index) => 100 - index), { minMs: 1, medianMs: 50, p99Ms: 99 }],
    [Array.from({ length: 1_000 }, (_, index) => index + 1), { minMs: 1, medianMs: 500, p99Ms: 990 }],
  ])('of %j', (roundTrips, figures) => {
    expect(summarizeRoundTrips(roundTrips)).toEqual(figures);
  });

  it('is undefined of none', () => {
    expect(summarizeRoundTrips([])).toBeUndefined();
  });
});
