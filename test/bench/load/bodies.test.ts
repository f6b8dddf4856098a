import { describe, expect, it } from 'vitest';
import { makeBodies } from '../../../src/bench/load/bodies.js';

const sizes = (leastBytes: number, mostBytes: number, seed = 1): number[] =>
  makeBodies({ kind: 'generated', leastBytes, mostBytes }, seed).map(({ length }) => length);

describe('bodies', () => {
  it('of one size are one', () => {
    expect(sizes(128, 128)).toEqual([128]);
    expect(sizes(0, 0)).toEqual([0]);
  });

  it('of sizes that are spread have each of few, or many of all, evenly and in no order', () => {
    expect(sizes(10, 13).sort((a, b) => a - b)).toEqual([10, 11, 12, 13]);
    const spread = sizes(64, 4_096);
    expect(spread).toHaveLength(256);
    expect([Math.min(...spread), Math.max(...spread)]).toEqual([64, 4_096]);
    expect(spread.reduce((sum, size) => sum + size) / spread.length).toBeCloseTo((64 + 4_096) / 2, -1);
    expect(spread).not.toEqual([...spread].sort((a, b) => a - b));
  });

  it('are text, the same for the same seed', () => {
    const [one, again, other] = [1, 1, 2].map((seed) =>
      Buffer.from(makeBodies({ kind: 'generated', leastBytes: 64, mostBytes: 64 }, seed)[0] as Uint8Array).toString(),
    );
    expect(one).toMatch(/^[\w-]{64}$/);
    expect(again).toBe(one);
    expect(other).not.toBe(one);
    expect(sizes(1, 500, 1)).toEqual(sizes(1, 500, 1));
  });

  it('that are given are taken as they are', () => {
    const bodies = [Buffer.from('a'), Buffer.from('')];
    expect(makeBodies({ kind: 'given', bodies }, 1)).toBe(bodies);
  });
});
