import { expect, it } from 'vitest';
import { isStopped } from '../../src/workers/is-stopped.js';

it.each([
  ['12 (node) T 1 12 12 0', true],
  // A name may hold anything.
  ['12 (a) T (b) S 1 12 12 0', false],
  ['12 (node) R 1 12 12 0', false],
  // A debugger holds it.
  ['12 (node) t 1 12 12 0', false],
  ['', false],
])('takes %j for stopped: %s', (stat, expected) => {
  expect(isStopped(12, () => stat)).toBe(expected);
});

it('knows of none where there is no such process, or no /proc', () => {
  const readStat = (): string => {
    throw new Error('ENOENT');
  };
  expect(isStopped(12, readStat)).toBe(false);
});

it.skipIf(process.platform !== 'linux')('reads /proc', () => {
  expect(isStopped(process.pid)).toBe(false);
});
