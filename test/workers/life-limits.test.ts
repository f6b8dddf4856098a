import { expect, it } from 'vitest';
import { describeSpent, requireRoom } from '../../src/workers/life-limits.js';

const MB = 1_000_000;

it.each([
  [{}, { memoryBytes: 900 * MB, requests: 1e9 }, undefined],
  [{ memoryBytes: 100 * MB }, { memoryBytes: 79.9 * MB, requests: 0 }, undefined],
  [{ memoryBytes: 100 * MB }, { memoryBytes: 80 * MB, requests: 0 }, 'it uses 80 MB, 80% of --memory-limit'],
  [{ memoryBytes: 100 * MB }, { memoryBytes: 123 * MB, requests: 0 }, 'it uses 123 MB, 123% of --memory-limit'],
  [{ requests: 1_000 }, { memoryBytes: 0, requests: 999 }, undefined],
  [{ requests: 1_000 }, { memoryBytes: 0, requests: 1_012 }, 'it has taken 1,012 requests (--max-requests)'],
])('with %o, one that has come to %o is replaced since %s', (limits, usage, reason) => {
  expect(describeSpent(limits, usage)).toBe(reason);
});

it('refuses a limit that a worker has all but reached before it serves', () => {
  expect(() => requireRoom({ memoryBytes: 100 * MB }, 79 * MB)).not.toThrow();
  expect(() => requireRoom({ requests: 1 }, 79 * MB)).not.toThrow();
  expect(() => requireRoom({ memoryBytes: 100 * MB }, 80 * MB)).toThrow(
    '--memory-limit: a worker uses 80 MB before it serves, and is replaced at 80 MB',
  );
});
