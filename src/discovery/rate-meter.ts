import type { MeasuredEndpoint, Measurement } from './answers.js';
import type { RatedMeasurement, Rates } from './statistics.js';

interface Reading {
  readonly atMs: number;
  readonly endpoint: MeasuredEndpoint;
}

/** An instance that was silent for longer is gone. */
const FORGET_MS = 60_000;
const NOTHING: Rates = { requestsPerS: 0, errorsPerS: 0, processingMsPerS: 0 };

/**
 * Makes rates out of counters that are read again and again. Each instance is held against itself: one that comes,
 * goes, or misses a turn makes no leap in the sum.
 */
export class RateMeter {
  readonly #last = new Map<string, Reading>();
  #isFirst = true;

  /**
   * @param atMs when the counters were read
   * @returns them with what happened since they were last read; without where this is the first time
   */
  rate(measurements: readonly Measurement[], atMs: number): readonly RatedMeasurement[] {
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    for (const [key, last] of this.#last) if (atMs - last.atMs > FORGET_MS) this.#last.delete(key);
    return measurements.map((measurement) => ({
      ...measurement,
      endpoints: measurement.endpoints.map((endpoint) => {
        const key = JSON.stringify([measurement.name, measurement.id, endpoint.name, endpoint.subject]);
        const last = this.#last.get(key);
        this.#last.set(key, { atMs, endpoint });
        if (isFirst) return endpoint;
        return { ...endpoint, rates: last === undefined ? NOTHING : ratesBetween(last, { atMs, endpoint }) };
      }),
    }));
  }
}

function ratesBetween(last: Reading, now: Reading): Rates {
  const seconds = (now.atMs - last.atMs) / 1_000;
  if (seconds <= 0) return NOTHING;
  const rate = (count: 'requests' | 'errors' | 'processingMs'): number => {
    const [before, after] = [last.endpoint[count], now.endpoint[count]];
    // A counter that went back was set to nothing meanwhile.
    return (after >= before ? after - before : after) / seconds;
  };
  return { requestsPerS: rate('requests'), errorsPerS: rate('errors'), processingMsPerS: rate('processingMs') };
}
