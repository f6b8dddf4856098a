import type { Schedule } from './load/load-plan.js';
import type { RunMerge } from './load/run-merge.js';
import type { ReportedPlan } from './report/report.js';

/** A plan is kept where as much of its rate was sent. */
const KEPT = 0.99;

/**
 * Whether what was sent was sent at the rate that was planned.
 *
 * @param plannedMs how long there was something to send, by the plan; undefined where so many were to be sent
 * @returns undefined where there was no one rate
 */
export function planOf(
  schedule: Schedule,
  { planned, sent, lastSentMs, mostBehindMs }: RunMerge['plan'],
  plannedMs: number | undefined,
): ReportedPlan | undefined {
  if (schedule.kind !== 'open') return undefined;
  const { rate, arrivals } = schedule;
  // Not until the last reply, which may take its time; but what is sent behind the end was planned for before.
  const sendingMs = Math.max(plannedMs ?? 0, lastSentMs + 1_000 / rate);
  // So many random arrivals are never quite the rate.
  const expected =
    arrivals === 'poisson' ? (planned * sendingMs) / (plannedMs ?? sendingMs) : (rate * sendingMs) / 1_000;
  const kept = expected === 0 ? 0 : sent / expected;
  return { rate, planned, sent, kept, most_behind_ms: mostBehindMs, is_kept: kept >= KEPT };
}
