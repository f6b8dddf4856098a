import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadlines, type Timed } from '../../src/services/deadlines.js';

class Item implements Timed {
  earlier: this | undefined = undefined;
  later: this | undefined = undefined;
  readonly deadlineMs: number;
  constructor(deadlineMs: number) {
    this.deadlineMs = deadlineMs;
  }
}

describe('Deadlines', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Deadlines that note what is over, and when. */
  function open() {
    const over: Array<readonly [deadlineMs: number, atMs: number]> = [];
    const start = performance.now();
    const deadlines = new Deadlines<Item>((item) => {
      over.push([item.deadlineMs - start, performance.now() - start]);
      deadlines.remove(item);
    });
    const add = (inMs: number) => {
      const item = new Item(start + inMs);
      deadlines.add(item);
      return item;
    };
    return { deadlines, add, over, listed: () => [...deadlines].map(({ deadlineMs }) => deadlineMs - start) };
  }

  it('tells each that is over, in their order, with one timer', () => {
    const { add, over } = open();
    for (const inMs of [300, 100, 200]) add(inMs);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(250);
    expect(over).toEqual([
      [100, 101],
      [200, 201],
    ]);
    vi.advanceTimersByTime(250);
    expect(over).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells nothing of what was removed', () => {
    const { deadlines, add, over } = open();
    const [first, , last] = [add(100), add(200), add(300)];
    deadlines.remove(first);
    deadlines.remove(last as Item);
    vi.advanceTimersByTime(1_000);
    expect(over.map(([deadlineMs]) => deadlineMs)).toEqual([200]);
  });

  it('has no timer any more when it is stopped', () => {
    const { deadlines, add } = open();
    add(100);
    deadlines.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps all that is in it in the order of the deadlines, whatever comes and goes', () => {
    const steps = fc.array(fc.record({ inMs: fc.nat(50), remove: fc.boolean(), which: fc.nat() }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (all) => {
        const { deadlines, add, listed } = open();
        const items: Item[] = [];
        const expected: number[] = [];
        for (const { inMs, remove, which } of all) {
          if (remove && items.length > 0) {
            const index = which % items.length;
            deadlines.remove(items.splice(index, 1)[0] as Item);
            expected.splice(index, 1);
          } else {
            items.push(add(inMs + 1_000));
            expected.push(inMs + 1_000);
          }
        }
        expect(listed().map(Math.round)).toEqual([...expected].sort((a, b) => a - b));
        deadlines.stop();
      }),
    );
  });
});
