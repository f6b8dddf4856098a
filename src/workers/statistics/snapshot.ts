import { type BucketCounts, LatencyHistogram } from '../../services/index.js';

/** What one worker has done for an endpoint since it started. */
export interface EndpointSnapshot {
  readonly service: string;
  readonly endpoint: string;
  /** Answered, those with errors too. */
  readonly requests: number;
  readonly errors: number;
  /** Received and not yet answered. */
  readonly inFlight: number;
  /** Sum of the times of the answered ones, in nanoseconds. */
  readonly processingNs: number;
  readonly latency: BucketCounts;
}

/** How late the event loop was at a regular appointment: what a handler costs the others that blocks it. */
export interface LagSnapshot {
  readonly counts: BucketCounts;
  readonly sumMs: number;
  /** The worst of the last seconds. */
  readonly recentMs: number;
}

/** What a worker tells of itself. */
export interface WorkerSnapshot {
  readonly endpoints: readonly EndpointSnapshot[];
  readonly lag: LagSnapshot;
  /** Resident memory. */
  readonly rssBytes: number;
}

/** An endpoint over several workers, or all endpoints of one. */
export interface Tally {
  requests: number;
  errors: number;
  inFlight: number;
  processingNs: number;
  readonly latency: LatencyHistogram;
}

export function emptyTally(): Tally {
  return { requests: 0, errors: 0, inFlight: 0, processingNs: 0, latency: new LatencyHistogram() };
}

export function addSnapshot(tally: Tally, snapshot: EndpointSnapshot): void {
  addCounts(tally, snapshot);
  tally.latency.add(snapshot.latency);
}

export function addTally(tally: Tally, other: Tally): void {
  addCounts(tally, other);
  tally.latency.add(other.latency.counts());
}

/** All that a worker has done, whatever the endpoint; p50 and p99 are `latency.percentile(50)` and `(99)`. */
export function tallyOf({ endpoints }: WorkerSnapshot): Tally {
  const tally = emptyTally();
  for (const endpoint of endpoints) addSnapshot(tally, endpoint);
  return tally;
}

function addCounts(tally: Tally, other: Omit<EndpointSnapshot, 'service' | 'endpoint' | 'latency'>): void {
  tally.requests += other.requests;
  tally.errors += other.errors;
  tally.inFlight += other.inFlight;
  tally.processingNs += other.processingNs;
}
