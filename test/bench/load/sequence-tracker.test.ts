import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CAME_TWICE,
  IN_ORDER,
  LONG_PAST,
  OUT_OF_ORDER,
  type Place,
  SequenceTracker,
  unwrap,
} from '../../../src/bench/load/sequence-tracker.js';

const placesOf = (sequences: readonly number[]): Place[] => {
  const tracker = new SequenceTracker();
  return sequences.map((sequence) => tracker.see(sequence));
};

describe('what one receiver has of one publisher', () => {
  it.each<[string, number[], Place[]]>([
    ['in order', [0, 1, 2], [IN_ORDER, IN_ORDER, IN_ORDER]],
    ['with a gap', [0, 2], [IN_ORDER, IN_ORDER]],
    ['a gap that is filled later', [0, 3, 2, 1], [IN_ORDER, IN_ORDER, OUT_OF_ORDER, OUT_OF_ORDER]],
    ['the middle of a gap first', [0, 4, 2, 1, 3], [IN_ORDER, IN_ORDER, OUT_OF_ORDER, OUT_OF_ORDER, OUT_OF_ORDER]],
    ['one that comes twice', [0, 0, 1, 0], [IN_ORDER, CAME_TWICE, IN_ORDER, CAME_TWICE]],
    ['one that fills a gap twice', [0, 2, 1, 1], [IN_ORDER, IN_ORDER, OUT_OF_ORDER, CAME_TWICE]],
    ['from the middle on', [1_000, 1_001, 999, 999], [IN_ORDER, IN_ORDER, OUT_OF_ORDER, CAME_TWICE]],
  ])('is told %s', (_, sequences, places) => {
    expect(placesOf(sequences)).toEqual(places);
  });

  it('is what a set of all would say, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 500 }), (sequences) => {
        const seen = new Set<number>();
        let highest = -1;
        const expected = sequences.map((sequence): Place => {
          const place = seen.has(sequence) ? CAME_TWICE : sequence < highest ? OUT_OF_ORDER : IN_ORDER;
          seen.add(sequence);
          highest = Math.max(highest, sequence);
          return place;
        });
        expect(placesOf(sequences)).toEqual(expected);
      }),
    );
  });

  it('forgets the oldest gaps where there are very many', () => {
    const tracker = new SequenceTracker();
    for (let sequence = 1; sequence < 4_000; sequence += 2) expect(tracker.see(sequence)).toBe(IN_ORDER);
    expect(tracker.see(0)).toBe(LONG_PAST);
    expect(tracker.see(3_998)).toBe(OUT_OF_ORDER);
    expect(tracker.see(3_998)).toBe(CAME_TWICE);
  });
});

describe('the lower 32 bits of a sequence', () => {
  it.each([
    ['as they are where nothing is known', 4_000_000_000, -1, 4_000_000_000],
    ['a little ahead', 11, 9, 11],
    ['a little behind', 5, 9, 5],
    ['beyond 2^32', 3, 2 ** 32 - 2, 2 ** 32 + 3],
    ['behind 2^32, which others are beyond', 2 ** 32 - 5, 2 ** 32 + 7, 2 ** 32 - 5],
    ['far beyond', 100, 5 * 2 ** 32 + 90, 5 * 2 ** 32 + 100],
  ])('mean the nearest: %s', (_, sequence, near, whole) => {
    expect(unwrap(sequence, near)).toBe(whole);
  });
});
