import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WorkWindow } from '../../../src/requests/many/work-window.js';

interface Result {
  readonly index: number;
}

/** Work that ends when the test says so. */
function openWork(index: number) {
  let finish: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const promise = new Promise<Result>((resolve, reject) => {
    finish = () => resolve({ index });
    fail = reject;
  });
  return { promise, finish, fail };
}

function openWindow(size: number, ordered: boolean) {
  const emitted: number[] = [];
  const window = new WorkWindow<Result>({ size, ordered, emit: ({ index }) => void emitted.push(index) });
  return { window, emitted };
}

describe('WorkWindow', () => {
  it('has room for so many pieces of work and no more', () => {
    const { window } = openWindow(2, true);
    expect(window.room()).toBeUndefined();
    window.add(openWork(0).promise);
    expect(window.room()).toBeUndefined();
    window.add(openWork(1).promise);
    expect(window.room()).toBeInstanceOf(Promise);
  });

  it('hands results on in the order of the work, and a result that waits keeps its place', async () => {
    const { window, emitted } = openWindow(3, true);
    const works = [0, 1, 2].map(openWork);
    for (const { promise } of works) window.add(promise);
    works[2]?.finish();
    works[1]?.finish();
    await turn();
    expect(emitted).toEqual([]);
    expect(window.room()).toBeInstanceOf(Promise);
    works[0]?.finish();
    await window.drained();
    expect(emitted).toEqual([0, 1, 2]);
    expect(window.room()).toBeUndefined();
  });

  it('hands results on as they come where no order is asked for', async () => {
    const { window, emitted } = openWindow(3, false);
    const works = [0, 1, 2].map(openWork);
    for (const { promise } of works) window.add(promise);
    works[2]?.finish();
    await turn();
    expect(emitted).toEqual([2]);
    expect(window.room()).toBeUndefined();
    works[0]?.finish();
    works[1]?.finish();
    await window.drained();
    expect(emitted).toEqual([2, 0, 1]);
  });

  it('has no room while a result is not taken', async () => {
    let taken: () => void = () => undefined;
    const emit = (): Promise<void> =>
      new Promise((resolve) => {
        taken = resolve;
      });
    const window = new WorkWindow<Result>({ size: 8, ordered: true, emit });
    window.add(Promise.resolve({ index: 0 }));
    await turn();
    const room = window.room();
    expect(room).toBeInstanceOf(Promise);
    taken();
    await room;
    expect(window.room()).toBeUndefined();
    await window.drained();
  });

  it.each([true, false])('fails with what the taker throws (ordered: %s)', async (ordered) => {
    const emit = (): void => {
      throw new Error('enough');
    };
    const window = new WorkWindow<Result>({ size: 1, ordered, emit });
    window.add(Promise.resolve({ index: 0 }));
    await expect(window.drained()).rejects.toThrow('enough');
    expect(() => window.room()).toThrow('enough');
  });

  it('fails with what a piece of work throws', async () => {
    const { window } = openWindow(1, true);
    const work = openWork(0);
    window.add(work.promise);
    work.fail(new Error('a defect'));
    await expect(window.drained()).rejects.toThrow('a defect');
  });

  it('hands every result on once, never beginning more than its size, whatever ends first', async () => {
    const scenario = fc.record({
      size: fc.integer({ min: 1, max: 5 }),
      ordered: fc.boolean(),
      // In each step one of the open works ends: which one, of those that are open.
      picks: fc.array(fc.nat(), { minLength: 1, maxLength: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ size, ordered, picks }) => {
        const { window, emitted } = openWindow(size, ordered);
        const open: Array<ReturnType<typeof openWork>> = [];
        const ended: number[] = [];
        let begun = 0;
        for (const pick of picks) {
          while (window.room() === undefined) {
            const work = openWork(begun++);
            open.push(work);
            window.add(work.promise);
          }
          expect(begun - emitted.length).toBeLessThanOrEqual(size);
          const [work] = open.splice(pick % open.length, 1);
          work?.finish();
          ended.push((await work?.promise)?.index ?? -1);
          await turn();
        }
        for (const work of open) work.finish();
        await window.drained();
        const all = Array.from({ length: begun }, (_, index) => index);
        if (ordered) expect(emitted).toEqual(all);
        else {
          expect(emitted.slice(0, ended.length)).toEqual(ended);
          expect([...emitted].sort((a, b) => a - b)).toEqual(all);
        }
      }),
      { numRuns: 50 },
    );
  });
});
