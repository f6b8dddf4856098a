import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nowNs } from '../../../src/bench/load/clock.js';
import { readHeaderStamp, writeHeaderStamp } from '../../../src/bench/load/header-stamp.js';
import { ANY_RUN } from '../../../src/bench/load/load-plan.js';
import { MOST_PUBLISHERS, STAMP_BYTES, Stamp, stampedNs } from '../../../src/bench/load/stamp.js';

const sequences = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const publishers = fc.integer({ min: 0, max: MOST_PUBLISHERS - 1 });
const runTags = fc.integer({ min: 1, max: 65_535 });
const YEAR_NS = 365 * 86_400 * 1e9;
const times = fc.double({ min: 1e9, max: YEAR_NS, noNaN: true });

describe('a stamp', () => {
  it('says what was written, wherever it stands', () => {
    fc.assert(
      fc.property(runTags, publishers, sequences, times, fc.nat(9), (runTag, publisher, sequence, plannedNs, at) => {
        const stamp = new Stamp(runTag);
        const body = new Uint8Array(at + STAMP_BYTES);
        stamp.write(body, at, publisher, sequence, plannedNs);
        expect(stamp.isAt(body, at)).toBe(true);
        expect(stamp.publisher(body, at)).toBe(publisher);
        expect(stamp.sequence(body, at)).toBe(sequence);
        expect(stamp.plannedNs(body, at)).toBe(stampedNs(plannedNs));
        expect(Math.abs(stamp.plannedNs(body, at) - plannedNs)).toBeLessThanOrEqual(4);
        expect(new Stamp((runTag % 65_535) + 1).isAt(body, at)).toBe(false);
      }),
    );
  });

  it('of any run says which', () => {
    const body = new Uint8Array(STAMP_BYTES);
    new Stamp(7).write(body, 0, 3, 9, nowNs());
    const any = new Stamp(ANY_RUN);
    expect(any.isAt(body, 0)).toBe(true);
    expect(any.publisher(body, 0)).toBe(7 * MOST_PUBLISHERS + 3);
    new Stamp(8).write(body, 0, 3, 9, nowNs());
    expect(any.publisher(body, 0)).toBe(8 * MOST_PUBLISHERS + 3);
  });

  it('is not found in text', () => {
    const any = new Stamp(ANY_RUN);
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', minLength: STAMP_BYTES }), (text) => {
        expect(any.isAt(Buffer.from(text), 0)).toBe(false);
      }),
    );
    expect(any.isAt(new Uint8Array(STAMP_BYTES), 0)).toBe(false);
  });

  it('has the same length in a header, whatever it says', () => {
    const stamp = new Stamp(65_535);
    const value = writeHeaderStamp(stamp, 1, 2 ** 32 - 1, nowNs());
    expect(value).toHaveLength(writeHeaderStamp(stamp, 0, 0, 0).length);
    const read = readHeaderStamp(value) as Uint8Array;
    expect([stamp.publisher(read, 0), stamp.sequence(read, 0)]).toEqual([1, 2 ** 32 - 1]);
    expect(readHeaderStamp('')).toBeUndefined();
    expect(readHeaderStamp('AAAA')).toBeUndefined();
    expect(readHeaderStamp(undefined)).toBeUndefined();
  });
});
