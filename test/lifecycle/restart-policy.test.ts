import { describe, expect, it } from 'vitest';
import { countDeath, NO_DEATHS, restartPause } from '../../src/lifecycle/restart-policy.js';

const none = () => 0;
const most = () => 1;

/** Lets a place in the pool lose its workers after they served so long; undefined: they never did. */
function recordOf(...served: ReadonlyArray<number | undefined>) {
  return served.reduce(countDeath, NO_DEATHS);
}

describe('restartPause', () => {
  it.each([
    [1, 0],
    [2, 100],
    [3, 200],
    [4, 400],
    [5, 800],
    [6, 1_600],
    [7, 3_200],
    [8, 6_400],
    [9, 10_000],
    [10, 10_000],
    [1_000, 10_000],
  ])('after death %d in a row is %d ms, or up to a fifth less', (deaths, pauseMs) => {
    const record = { deaths, unserved: 0 };
    expect(restartPause(record, none)).toBe(pauseMs);
    expect(restartPause(record, most)).toBe(pauseMs * 0.8);
  });

  it('differs from worker to worker', () => {
    const pauses = new Set(Array.from({ length: 50 }, () => restartPause({ deaths: 9, unserved: 0 })));
    expect(pauses.size).toBeGreaterThan(10);
  });
});

describe('countDeath', () => {
  it('counts up while a worker keeps dying young', () => {
    expect(recordOf(undefined, 5, 29_999)).toMatchObject({ deaths: 3 });
  });

  it('begins anew after 30 s of health', () => {
    expect(recordOf(undefined, 5, 30_000)).toMatchObject({ deaths: 1 });
    expect(recordOf(undefined, 5, 30_000, 1)).toMatchObject({ deaths: 2 });
  });

  it('counts apart those that never served, in a row', () => {
    expect(recordOf(undefined, undefined, undefined)).toMatchObject({ unserved: 3 });
    expect(recordOf(undefined, undefined, 0)).toMatchObject({ unserved: 0 });
    expect(recordOf(undefined, undefined, 1, undefined)).toMatchObject({ unserved: 1 });
  });
});
