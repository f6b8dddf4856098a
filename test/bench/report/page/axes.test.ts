import { describe, expect, it } from 'vitest';
import {
  amountAxis,
  latencyAxis,
  ninesOf,
  percentileAxis,
  spreadAxis,
  timeAxis,
} from '../../../../src/bench/report/page/charts/axes.js';

function labels({ ticks }: { readonly ticks: ReadonlyArray<{ readonly label: string }> }): readonly string[] {
  return ticks.map(({ label }) => label);
}

describe('amountAxis', () => {
  it.each([
    [
      [0, 5_211],
      ['0', '1,000', '2,000', '3,000', '4,000', '5,000', '6,000'],
    ],
    [[480_000], ['0', '100k', '200k', '300k', '400k', '500k']],
    [[1_900_000], ['0', '0.5M', '1M', '1.5M', '2M']],
    [[0.6], ['0', '0.1', '0.2', '0.3', '0.4', '0.5', '0.6']],
  ])('goes from zero over %j, with ticks in one unit', (values, expected) => {
    expect(labels(amountAxis(values, 'rate'))).toEqual(expected);
  });

  it('has a place for zero where all is zero', () => {
    expect(amountAxis([0, 0], 'rate').place(0)).toBe(0);
    expect(amountAxis([], 'rate').place(0)).toBe(0);
  });
});

describe('latencyAxis', () => {
  it('is linear where all can be read so', () => {
    const axis = latencyAxis([1, 2, 9], 'p99');
    expect(axis.title).toBe('p99, ms');
    expect(axis.place(5)).toBeCloseTo(0.5);
  });

  it('is logarithmic where not, with round ends, and says so', () => {
    const axis = latencyAxis([0.3, 1, 9], 'p99');
    expect(axis.title).toBe('p99, ms (log scale)');
    expect(labels(axis)).toEqual(['0.2', '0.5', '1', '2', '5', '10']);
    expect(axis.place(0.2)).toBeCloseTo(0);
    expect(axis.place(10)).toBeCloseTo(1);
  });

  it('names only powers of ten over many of them', () => {
    expect(labels(latencyAxis([0.05, 1_000], 'p99'))).toEqual(['0.1', '1', '10', '100', '1,000']);
  });

  it('puts zero at the bottom, as it has no place on a logarithmic axis', () => {
    expect(latencyAxis([0, 0.3, 9], 'p99').place(0)).toBe(0);
  });

  it('has a place for one value, and for none', () => {
    expect(latencyAxis([2], 'p99').place(2)).toBe(1);
    expect(latencyAxis([], 'p99').place(0)).toBe(0);
  });
});

it('counts a long time in minutes', () => {
  expect(timeAxis(600).title).toBe('time, s');
  const axis = timeAxis(1_800);
  expect(axis.title).toBe('time, min');
  expect(labels(axis)).toEqual(['0', '5', '10', '15', '20', '25', '30']);
  expect(axis.place(900)).toBeCloseTo(0.5);
});

it('gives each nine of a percentile the same room', () => {
  const axis = percentileAxis(4.3);
  expect(labels(axis)).toEqual(['0', '50', '90', '99', '99.9', '99.99']);
  expect(axis.place(ninesOf(0.99)) * 2).toBeCloseTo(axis.place(ninesOf(0.9999)));
  expect(labels(percentileAxis(7)).at(-1)).toBe('99.99999');
});

it('lays an axis around values that are close to each other, and around a single one', () => {
  const axis = spreadAxis([4_900, 5_100], 'rate');
  expect(axis.place(4_900)).toBeGreaterThan(0);
  expect(axis.place(5_100)).toBeLessThan(1);
  expect(spreadAxis([7, 7], 'rate').place(7)).toBeGreaterThan(0.2);
});
