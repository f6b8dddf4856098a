import { describe, expect, it } from 'vitest';
import { planOf } from '../../src/bench/kept-plan.js';

const open = (rate: number, arrivals: 'constant' | 'poisson' = 'constant') =>
  ({ kind: 'open', rate, arrivals }) as const;
const counts = (planned: number, sent: number, lastSentMs: number) => ({ planned, sent, lastSentMs, mostBehindMs: 7 });

describe('a plan', () => {
  it.each([
    ['where each was sent at its time', open(100), counts(200, 200, 1_990), 2_000, 1],
    ['where so many were to be sent, and were', open(100), counts(200, 200, 1_990), undefined, 1],
    ['where the last ones were sent a moment late', open(100), counts(200, 200, 1_995), 2_000, 0.9975],
    [
      'where there are more random arrivals than the rate says',
      open(100, 'poisson'),
      counts(221, 221, 1_970),
      2_000,
      1,
    ],
    ['where there are fewer', open(100, 'poisson'), counts(180, 180, 1_970), 2_000, 1],
    ['where so many were to be sent at random times', open(100, 'poisson'), counts(200, 200, 2_300), undefined, 1],
  ])('is kept %s', (_, schedule, sent, plannedMs, kept) => {
    const plan = planOf(schedule, sent, plannedMs);
    expect(plan).toMatchObject({ rate: 100, most_behind_ms: 7, is_kept: true });
    expect(plan?.kept).toBeCloseTo(kept);
  });

  it.each([
    ['where all was sent, and a tenth of the time too late', open(100), counts(200, 200, 2_190), 2_000, 0.91],
    ['where the same is so of random arrivals', open(100, 'poisson'), counts(200, 200, 2_190), 2_000, 0.91],
    ['where a part could not be sent', open(100), counts(200, 150, 1_990), 2_000, 0.75],
    ['where nothing was', open(100), counts(200, 0, 0), 2_000, 0],
    ['where it was ended before anything was planned', open(100, 'poisson'), counts(0, 0, 0), 1, 0],
  ])('is not kept %s', (_, schedule, sent, plannedMs, kept) => {
    const plan = planOf(schedule, sent, plannedMs);
    expect(plan?.is_kept).toBe(false);
    expect(plan?.kept).toBeCloseTo(kept, 2);
  });

  it('is none of a closed loop', () => {
    expect(planOf({ kind: 'closed', inflight: 1 }, counts(0, 9, 9), 9)).toBeUndefined();
  });
});
