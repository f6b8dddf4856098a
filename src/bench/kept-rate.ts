import type { RunEnd, Schedule } from './load/load-plan.js';

/** What was sent of a plan. */
export interface SentOfPlan {
  /** Messages whose time came. */
  readonly planned: number;
  readonly sent: number;
  /** When the last one was sent, from the start of the measured part. */
  readonly lastSentMs: number;
  /** How long the measured part was, where it was ended early. */
  readonly interruptedMs: number | undefined;
}

/**
 * How much of an open loop's rate was kept, 0 to 1: what was sent, and in the time that was planned for it. What
 * comes of it later, such as the last replies, does not matter.
 */
export function keptShare(schedule: Extract<Schedule, { kind: 'open' }>, end: RunEnd, run: SentOfPlan): number {
  const { planned, sent, lastSentMs, interruptedMs } = run;
  const isRandom = schedule.arrivals === 'poisson';
  const endMs = end.kind === 'duration' ? end.durationMs : (end.messages * 1_000) / schedule.rate;
  // When the last of so many is planned at random is known to nobody.
  const plannedMs = interruptedMs ?? (isRandom && end.kind === 'messages' ? lastSentMs : endMs);
  const inTime = lastSentMs > plannedMs ? plannedMs / lastSentMs : 1;
  // Random times are by chance more or fewer than the rate says: the plan is what was drawn.
  const asked = isRandom ? planned : (schedule.rate * plannedMs) / 1_000;
  return asked === 0 ? 1 : Math.min(1, sent / asked) * inTime;
}
