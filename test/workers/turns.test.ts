import { expect, it } from 'vitest';
import { deferred } from '../../src/deferred.js';
import { Turns } from '../../src/workers/turns.js';

it('begins at once where nothing goes on, else when what was before has ended, well or not', async () => {
  const turns = new Turns();
  const begun: number[] = [];
  const works = [1, 2, 3].map((number) => {
    const end = deferred<number>();
    const turn = turns.take(() => {
      begun.push(number);
      return end.promise;
    });
    return { end, turn };
  });
  expect(begun).toEqual([1]);
  works[0]?.end.resolve(1);
  expect(await works[0]?.turn).toBe(1);
  works[1]?.end.reject(new Error('in vain'));
  await expect(works[1]?.turn).rejects.toThrow('in vain');
  works[2]?.end.resolve(3);
  expect(await works[2]?.turn).toBe(3);
  expect(begun).toEqual([1, 2, 3]);
  await Promise.resolve().then(() => undefined);
  await new Promise(setImmediate);
  void turns.take(async () => begun.push(4));
  expect(begun).toEqual([1, 2, 3, 4]);
});
