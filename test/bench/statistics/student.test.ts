import { describe, expect, it } from 'vitest';
import { studentQuantile } from '../../../src/bench/statistics/student.js';

describe('studentQuantile', () => {
  // The tables of any book.
  it.each([
    [0.975, 1, 12.706],
    [0.975, 2, 4.303],
    [0.975, 4, 2.776],
    [0.975, 9, 2.262],
    [0.995, 1, 63.657],
    [0.995, 3, 5.841],
    [0.995, 8, 3.355],
    [0.995, 30, 2.75],
    [0.995, 1_001, 2.581],
    [0.5, 5, 0],
  ])('of %d with %i degrees of freedom is %d', (share, freedom, quantile) => {
    expect(studentQuantile(share, freedom)).toBeCloseTo(quantile, 3);
  });
});
