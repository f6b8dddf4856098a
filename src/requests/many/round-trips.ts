/** Smallest, median and 99th percentile of round trips, in milliseconds. */
export interface RoundTripFigures {
  readonly minMs: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

/**
 * Sums round trips up. A percentile is one of the measured values, by the nearest rank: the smallest that so many
 * percent of all do not exceed.
 *
 * @returns undefined where there are none
 */
export function summarizeRoundTrips(roundTripsMs: readonly number[]): RoundTripFigures | undefined {
  const sorted = Float64Array.from(roundTripsMs).sort();
  const percentile = (percent: number): number =>
    sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] as number;
  if (sorted.length === 0) return undefined;
  return { minMs: percentile(0), medianMs: percentile(50), p99Ms: percentile(99) };
}
