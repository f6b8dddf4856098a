import type { PoolStatus } from './messages.js';

/** What was done a second, between two looks at a pool. */
export interface Rates {
  readonly requests_per_s: number;
  readonly errors_per_s: number;
}

/** @returns undefined where they are not of the same run of a pool, or no time lies between them */
export function ratesBetween(before: PoolStatus | undefined, now: PoolStatus): Rates | undefined {
  const isSame = before !== undefined && before.pid === now.pid && before.started === now.started;
  const seconds = isSame ? (now.uptime_ms - before.uptime_ms) / 1_000 : 0;
  if (!isSame || seconds <= 0) return undefined;
  const perSecond = (amount: number): number => Number((Math.max(0, amount) / seconds).toFixed(1));
  return {
    requests_per_s: perSecond(now.requests - before.requests),
    errors_per_s: perSecond(now.errors - before.errors),
  };
}
