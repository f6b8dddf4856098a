import { describe, expect, it } from 'vitest';
import { type LimitFlags, readLimits } from '../../src/commands/serve-limits.js';

const none: LimitFlags = {
  maxQueued: undefined,
  overload: undefined,
  watchdog: undefined,
  memoryLimit: undefined,
  maxRequests: undefined,
};

describe('the limits of serve', () => {
  it.each([
    [{}, { queueLimit: undefined, watchdogMs: 10_000, lifeLimits: undefined }],
    [{ maxQueued: '0' }, { queueLimit: { maxQueued: 0, overload: 'reject' } }],
    [{ maxQueued: '100', overload: 'queue' }, { queueLimit: { maxQueued: 100, overload: 'queue' } }],
    [{ watchdog: '1s' }, { watchdogMs: 1_000 }],
    [{ memoryLimit: '256MB' }, { lifeLimits: { memoryBytes: 256 * 1024 ** 2, requests: undefined } }],
    [{ maxRequests: '1000' }, { lifeLimits: { memoryBytes: undefined, requests: 1_000 } }],
  ])('of %o are %o', (flags, limits) => {
    expect(readLimits({ ...none, ...flags })).toMatchObject(limits);
  });

  it.each([
    [{ maxQueued: 'many' }, '--max-queued: "many" is not a whole number from 0 to 10000000'],
    [{ overload: 'drop', maxQueued: '1' }, '--overload: "drop" is none of reject, queue'],
    [{ overload: 'queue' }, '--overload says nothing without --max-queued'],
    [{ watchdog: '10' }, '--watchdog: "10" is not a duration'],
    [{ watchdog: '100ms' }, '--watchdog: 100ms is too short, a busy machine would pass for a worker that hangs'],
    [{ memoryLimit: '1GiB' }, '--memory-limit: "1GiB" is not a size'],
    [
      { memoryLimit: '32MB' },
      '--memory-limit: 32MB is too little, a worker needs about 50 MB before it has loaded anything',
    ],
    [{ maxRequests: '0' }, '--max-requests: "0" is not a whole number from 1 to 1000000000'],
  ])('refuse %o', (flags, message) => {
    expect(() => readLimits({ ...none, ...flags })).toThrow(expect.objectContaining({ kind: 'usage', message }));
  });
});
