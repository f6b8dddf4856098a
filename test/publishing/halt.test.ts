import { expect, it } from 'vitest';
import { Halt } from '../../src/publishing/halt.js';

const never = (): Promise<string> => new Promise(() => undefined);

it('waits for what is to come', async () => {
  const halt = new Halt();
  expect(await halt.until(Promise.resolve(1))).toBe(1);
  await expect(halt.until(Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect(halt.isHalted).toBe(false);
});

it('ends the wait when it is halted', async () => {
  const halt = new Halt();
  const waiting = halt.until(never());
  halt.halt();
  halt.halt();
  expect(await waiting).toBeUndefined();
  expect(halt.isHalted).toBe(true);
});

it('waits for nothing once it is halted', async () => {
  const halt = new Halt();
  halt.halt();
  expect(await halt.until(never())).toBeUndefined();
});
