import { expect, it } from 'vitest';
import { ratesBetween } from '../../src/control/index.js';
import { statusFor } from './status-for.js';

const before = statusFor({ uptime_ms: 1_000, requests: 100, errors: 1 });

it.each([
  ['a second later', statusFor({ uptime_ms: 2_000, requests: 350, errors: 1 }), [250, 0]],
  ['half a second later', statusFor({ uptime_ms: 1_500, requests: 105, errors: 3 }), [10, 4]],
  ['where a count has gone down', statusFor({ uptime_ms: 2_000, requests: 90, errors: 0 }), [0, 0]],
])('the rates %s', (_, now, [requests, errors]) => {
  expect(ratesBetween(before, now)).toEqual({ requests_per_s: requests, errors_per_s: errors });
});

it.each([
  ['of the first look', undefined, before],
  ['of another pool', before, statusFor({ uptime_ms: 2_000, pid: 4 })],
  ['of another run', before, statusFor({ uptime_ms: 2_000, started: '2026-01-02T03:04:06.000Z' })],
  ['of one moment', before, before],
])('there are none %s', (_, first, second) => {
  expect(ratesBetween(first, second)).toBeUndefined();
});
