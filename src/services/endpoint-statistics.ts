/** What ADR-32 counts of an endpoint. Times are of answered requests, awaited time included. */
export class EndpointStatistics {
  requests = 0;
  errors = 0;
  lastError = '';
  #processingMs = 0;

  /** Notes an answered request. */
  record(durationMs: number, error: string | undefined): void {
    this.requests += 1;
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
