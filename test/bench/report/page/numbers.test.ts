import { expect, it } from 'vitest';
import { formatChange, formatMeasured, formatMoment } from '../../../../src/bench/report/page/numbers.js';

it.each([
  [0, '0'],
  [0.01234, '0.0123'],
  [4.567, '4.57'],
  [99.94, '99.9'],
  [99.96, '100'],
  [12_345.6, '12,346'],
])('writes a measured %d as %s', (value, text) => {
  expect(formatMeasured(value)).toBe(text);
});

it.each([
  [103.2, 100, '+3.2 %'],
  [88, 100, '−12 %'],
  [0.4, 100, '−99.6 %'],
  [0.001, 100, '−99.9 %'],
  [0, 100, '−100 %'],
  [100.04, 100, '±0.0 %'],
  [99.96, 100, '±0.0 %'],
  [2_000, 100, '+1,900 %'],
  [5, 0, undefined],
  [0, 0, undefined],
])('writes the change to %d from %d as %s', (value, base, text) => {
  expect(formatChange(value, base)).toBe(text);
});

it('writes a moment to the second, and what is none as it is', () => {
  expect(formatMoment('2026-03-01T12:00:00.123Z')).toBe('2026-03-01 12:00:00 UTC');
  expect(formatMoment('yesterday')).toBe('yesterday');
});
