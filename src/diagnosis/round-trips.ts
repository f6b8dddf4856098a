import { answeredInTime } from '../answered-in-time.js';
import { type Connection, lostError } from '../connection/index.js';

/** How long round trips took, in milliseconds. */
export interface RoundTrips {
  readonly count: number;
  readonly minMs: number;
  readonly medianMs: number;
  readonly meanMs: number;
  readonly maxMs: number;
}

/**
 * Measures so many PINGs until their PONGs, one after the other, on a connection that is there already.
 *
 * @param timeoutMs for each
 * @throws CliError `timeout` where one is not answered in time; `connection` where the connection is lost
 */
export async function measureRoundTrips(connection: Connection, count: number, timeoutMs: number): Promise<RoundTrips> {
  const tookMs: number[] = [];
  while (tookMs.length < count) {
    const startedMs = performance.now();
    await answeredInTime(ping(connection), timeoutMs, connection.server());
    tookMs.push(performance.now() - startedMs);
  }
  return summarize(tookMs);
}

async function ping({ nats, plan }: Connection): Promise<void> {
  try {
    await nats.flush();
  } catch (error) {
    throw lostError(plan, error);
  }
}

/** @param tookMs one or more */
export function summarize(tookMs: readonly number[]): RoundTrips {
  const sorted = [...tookMs].sort((one, other) => one - other);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const middle = sorted.length / 2;
  return {
    count: sorted.length,
    minMs: at(0),
    // Of an even number the mean of the two in the middle.
    medianMs: (at(Math.ceil(middle) - 1) + at(Math.floor(middle))) / 2,
    meanMs: sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length,
    maxMs: at(sorted.length - 1),
  };
}
