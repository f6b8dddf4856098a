import { describe, expect, it } from 'vitest';
import {
  countOf,
  formatBytes,
  formatCount,
  formatDuration,
  parseDuration,
  parseSize,
  parseWholeNumber,
} from '../src/units.js';

const dayMs = 86_400_000;

describe('parseDuration', () => {
  it.each([
    ['250ms', 250],
    ['5s', 5_000],
    ['1m30s', 90_000],
    ['1h', 3_600_000],
    ['1d', dayMs],
    ['1.5s', 1_500],
    ['0.5ms', 0.5],
    ['1500us', 1.5],
    ['1500µs', 1.5],
    ['1000000ns', 1],
    ['1d2h3m4s5ms', dayMs + 2 * 3_600_000 + 3 * 60_000 + 4_000 + 5],
    ['24d', 24 * dayMs],
  ])('reads %s as %d ms', (text, milliseconds) => {
    expect(parseDuration(text, '--timeout')).toBeCloseTo(milliseconds, 9);
  });

  it.each(['', '5', '-5s', '+5s', '5 s', ' 5s', '5S', 's', '1.s', '1e3s', '5s!', 'forever', '--json'])(
    'refuses %j as no duration',
    (text) => {
      expect(() => parseDuration(text, '--timeout')).toThrow(
        expect.objectContaining({
          kind: 'usage',
          message: `--timeout: "${text}" is not a duration`,
          hint: expect.stringContaining('1m30s'),
        }),
      );
    },
  );

  it.each(['0s', '0ms', '0h0m', '25d', '1000h'])('refuses %s as out of range', (text) => {
    expect(() => parseDuration(text, 'NATS_TIMEOUT')).toThrow(
      expect.objectContaining({ kind: 'usage', message: `NATS_TIMEOUT: "${text}" is out of range` }),
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [0.126, '0.13 ms'],
    [1, '1 ms'],
    [250, '250 ms'],
    [999.994, '999.99 ms'],
    [999.996, '1 s'],
    [1_000, '1 s'],
    [1_250, '1.3 s'],
    [59_900, '59.9 s'],
    [59_990, '1 m'],
    [60_000, '1 m'],
    [90_000, '1 m 30 s'],
    [119_990, '2 m'],
    [3_600_000, '60 m'],
  ])('writes %d ms as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});

describe('parseWholeNumber', () => {
  const bounds = { min: 1, max: 256 };

  it.each([
    ['1', 1],
    ['256', 256],
    ['007', 7],
  ])('reads %s', (text, value) => {
    expect(parseWholeNumber(text, '--workers', bounds)).toBe(value);
  });

  it.each(['', '0', '257', '-1', '1.5', '1e2', '0x10', ' 3', 'three', 'NaN', 'Infinity', '99999999999999999999'])(
    'refuses %j with the bounds',
    (text) => {
      expect(() => parseWholeNumber(text, '--workers', bounds)).toThrow(
        expect.objectContaining({
          kind: 'usage',
          message: `--workers: "${text}" is not a whole number from 1 to 256`,
        }),
      );
    },
  );
});

describe('parseSize', () => {
  it.each([
    ['1B', 1],
    ['128B', 128],
    ['16KB', 16 * 1_024],
    ['64MB', 64 * 1_024 ** 2],
    ['2GB', 2 * 1_024 ** 3],
  ])('reads %s as %d bytes', (text, bytes) => {
    expect(parseSize(text, '--max-pending')).toBe(bytes);
  });

  it.each(['', '128', 'KB', '0B', '-1KB', '1.5KB', '1 KB', '1kb', '1TB', '99999999999999999GB'])(
    'refuses %j',
    (text) => {
      expect(() => parseSize(text, '--max-pending')).toThrow(
        expect.objectContaining({ kind: 'usage', message: `--max-pending: "${text}" is not a size` }),
      );
    },
  );
});

describe('a person reads', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1_000, '1,000'],
    [1_234_567, '1,234,567'],
  ])('the count %i as %s', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1 kB'],
    [1_540, '1.5 kB'],
    [9_960, '10 kB'],
    [128_000_000, '128 MB'],
    [999_600, '1 MB'],
    [5_000_000_000, '5 GB'],
    [3e15, '3000 TB'],
  ])('%i bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('so many of a thing', () => {
    expect(countOf(1, 'reply', 'replies')).toBe('1 reply');
    expect(countOf(2_000, 'reply', 'replies')).toBe('2,000 replies');
  });
});
