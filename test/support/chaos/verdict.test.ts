import { expect, it } from 'vitest';
import type { RetryingLoadReport } from '../../../scripts/support/retrying-load.mjs';
import { judge } from './verdict.js';

const TRY_MS = 3_000;

/** What is found of a try that was sent then, and had no reply. */
function lostAt(sentMs: number, stalls: RetryingLoadReport['stalls'] = []) {
  const one = { id: 'a-1', fromMs: sentMs, toMs: sentMs + TRY_MS, reason: 'no reply within 3000 ms' };
  const counts = { sent: 1, answered: 1, retried: 1, late: 0, ratePerS: 1, p50Ms: 1, p99Ms: 1, longestMs: 1 };
  const report = { ...counts, failures: [one], unserved: [one], lost: [one], wrong: [], twice: [], stalls };
  const announced = {
    outages: [{ fromMs: 40_000, toMs: 42_000 }],
    strikes: [{ fromMs: 10_000, toMs: 11_200 }],
    starvations: [{ fromMs: 60_000, toMs: 62_000 }],
  };
  const { failures, unserved, lost } = judge(report, announced);
  return { failures: failures.length, unserved: unserved.length, lost: lost.length };
}

it.each([
  ['long before a strike', 8_000, { failures: 1, unserved: 1, lost: 1 }],
  ['just before a strike: in hand when it came', 9_800, { failures: 1, unserved: 1, lost: 0 }],
  ['during a strike', 11_000, { failures: 1, unserved: 1, lost: 0 }],
  ['when who was struck is gone', 12_000, { failures: 1, unserved: 1, lost: 1 }],
  ['before an outage, which began while it waited', 38_000, { failures: 0, unserved: 0, lost: 0 }],
  ['when the outage is over', 43_000, { failures: 1, unserved: 1, lost: 1 }],
  ['while a worker gets no processor', 61_000, { failures: 0, unserved: 0, lost: 0 }],
])('what is lost %s is excused so far', (_, sentMs, found) => {
  expect(lostAt(sentMs)).toEqual(found);
});

it('what is lost while the machine has no processor to spare is excused; a short stall is none', () => {
  expect(lostAt(20_000, [{ fromMs: 21_000, toMs: 21_600 }])).toEqual({ failures: 0, unserved: 0, lost: 0 });
  expect(lostAt(20_000, [{ fromMs: 21_000, toMs: 21_300 }])).toEqual({ failures: 1, unserved: 1, lost: 1 });
});
