import { expect, it } from 'vitest';
import { formatLatency, formatRate, formatShare } from '../../../src/bench/report/numbers.js';

it.each([
  [0, '0 ms'],
  [0.000_047, '47.0 ns'],
  [0.001_5, '1.50 µs'],
  [0.842, '842 µs'],
  [0.999_4, '999 µs'],
  [0.999_6, '1.00 ms'],
  [1.234, '1.23 ms'],
  [9.996, '10.0 ms'],
  [45.56, '45.6 ms'],
  [100, '100 ms'],
  [999.6, '1.00 s'],
  [12_345, '12.3 s'],
  [3_600_000, '3,600 s'],
])('writes a latency of %d ms as %s', (ms, text) => {
  expect(formatLatency(ms)).toBe(text);
});

it.each([
  [0, '0'],
  [0.52, '0.5'],
  [12.34, '12.3'],
  [99.96, '100'],
  [5_011.6, '5,012'],
  [7_300_000, '7,300,000'],
])('writes a rate of %d a second as %s', (rate, text) => {
  expect(formatRate(rate)).toBe(text);
});

it.each([
  [0, '0 %'],
  [1e-9, '<0.001 %'],
  [0.000_013, '0.001 %'],
  [0.000_13, '0.01 %'],
  [0.000_998, '0.10 %'],
  [0.003_4, '0.34 %'],
  [0.012_34, '1.23 %'],
  [0.612, '61.2 %'],
  [0.999_1, '99.91 %'],
  [0.999_999, '>99.99 %'],
  [1, '100 %'],
])('writes a share of %d as %s', (share, text) => {
  expect(formatShare(share)).toBe(text);
});
