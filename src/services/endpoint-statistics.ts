import { LatencyHistogram } from './latency-histogram.js';

/** What ADR-32 counts of an endpoint, and how its times are spread. Times are of answered requests, awaited time included. */
export class EndpointStatistics {
  requests = 0;
  errors = 0;
  lastError = '';
  /** Received and not yet answered. */
  inFlight = 0;
  readonly latency = new LatencyHistogram();
  #processingMs = 0;

  /** Notes a request that has come. */
  begin(): void {
    this.inFlight += 1;
  }

  /** Notes the answer to one that has come. */
  record(durationMs: number, error: string | undefined): void {
    this.inFlight -= 1;
    this.requests += 1;
    this.latency.record(durationMs);
    this.#processingMs += durationMs;
    if (error === undefined) return;
    this.errors += 1;
    this.lastError = error;
  }

  /** Sum of all processing times, in nanoseconds. */
  get processingNs(): number {
    return Math.round(this.#processingMs * 1e6);
  }

  /** Mean processing time in nanoseconds, 0 before the first request. */
  get averageNs(): number {
    return this.requests === 0 ? 0 : Math.round((this.#processingMs * 1e6) / this.requests);
  }
}
