import type { ErrorKind } from '../../errors.js';
import { LatencyCounts } from '../histogram/latency-counts.js';
import type { ThreadSecond } from './second.js';
import { stampedNs } from './stamp.js';

const SECOND_NS = 1e9;
const MS_NS = 1e6;
const MS_OF_SECOND = 1_000;

/** Counts what one thread sees, and hands it on second by second. */
export class ThreadTally {
  readonly #measuredNs: number;
  readonly #give: (second: ThreadSecond) => void;
  readonly #latencies = new LatencyCounts();
  #second: number;
  #secondNs: number;
  #arrivals = new Uint8Array(MS_OF_SECOND);
  #failures: number[] = [];
  #errors: Partial<Record<ErrorKind, number>> = {};
  #sent = 0;
  #lastSentNs = 0;
  #lastFailedNs = 0;
  #messages = 0;
  #bytes = 0;
  #lost = 0;
  #late = 0;
  #duplicated = 0;
  #outOfOrder = 0;
  #planned = 0;
  #mostBehindNs = 0;

  /**
   * @param startNs when the load starts
   * @param measuredNs when the measured part of it starts
   * @param give is given each second at its end, those without anything too
   */
  constructor(startNs: number, measuredNs: number, give: (second: ThreadSecond) => void) {
    this.#measuredNs = measuredNs;
    this.#give = give;
    this.#second = Math.floor((startNs - measuredNs) / SECOND_NS);
    this.#secondNs = measuredNs + this.#second * SECOND_NS;
  }

  /** Whether what was planned for a time is of the measured part. */
  isMeasured(plannedNs: number): boolean {
    return stampedNs(plannedNs) >= this.#measuredNs;
  }

  /** Whether what was planned for a time counts at another: of the warm-up, no longer when the measured part has begun. */
  counts(plannedNs: number, nowNs: number): boolean {
    return nowNs < this.#measuredNs || this.isMeasured(plannedNs);
  }

  /** Hands on the seconds that are over. Called by all that counts; to be called now and then where nothing does. */
  turn(nowNs: number): void {
    while (nowNs >= this.#secondNs + SECOND_NS) this.#close();
  }

  /** Hands on the last second, as much of it as there was. */
  end(nowNs: number): void {
    this.turn(nowNs);
    this.#close();
  }

  /** A message was sent, or many at once. */
  sent(nowNs: number, bytes: number, count = 1): void {
    this.turn(nowNs);
    this.#sent += count;
    this.#lastSentNs = nowNs;
    this.#bytes += bytes;
  }

  /** One was due, and is sent now: so long after its time. */
  planned(behindNs: number): void {
    this.#planned += 1;
    if (behindNs > this.#mostBehindNs) this.#mostBehindNs = behindNs;
  }

  /** What the workload is about has come, with its latency. */
  arrived(latencyNs: number, bytes: number, nowNs: number): void {
    this.arrivedMany(1, bytes, nowNs);
    this.#latencies.record(latencyNs);
  }

  /** The same of what has no latency. */
  arrivedMany(count: number, bytes: number, nowNs: number): void {
    if (nowNs >= this.#secondNs + SECOND_NS) this.turn(nowNs);
    this.#messages += count;
    this.#bytes += bytes;
    // What came in an earlier second, and is told of late, belongs to the start of this one.
    this.#arrivals[Math.max(0, Math.floor((nowNs - this.#secondNs) / MS_NS))] = 1;
  }

  /** @param atNs when it was sent, of what was; else when it failed, which is `nowNs` */
  failed(kind: ErrorKind, atNs: number, nowNs: number, count = 1): void {
    this.#errors[kind] = (this.#errors[kind] ?? 0) + count;
    this.#lastFailedNs = nowNs;
    // Who answers with an error is there: it is no outage.
    if (kind !== 'service_error') this.outage(atNs);
  }

  /** A connection was lost: what became of its messages is counted elsewhere. */
  outage(atNs: number): void {
    const ms = Math.floor((atNs - this.#measuredNs) / MS_NS);
    // Once for each millisecond is enough.
    if (this.#failures.at(-1) !== ms) this.#failures.push(ms);
  }

  lost(count: number): void {
    this.#lost += count;
  }

  late(): void {
    this.#late += 1;
  }

  duplicated(): void {
    this.#duplicated += 1;
  }

  outOfOrder(): void {
    this.#outOfOrder += 1;
  }

  #close(): void {
    this.#give({
      second: this.#second,
      sent: this.#sent,
      lastSentMs: this.#sent === 0 ? 0 : (this.#lastSentNs - this.#measuredNs) / MS_NS,
      messages: this.#messages,
      bytes: this.#bytes,
      errors: this.#errors,
      lastFailedMs: this.#lastFailedNs === 0 ? 0 : (this.#lastFailedNs - this.#measuredNs) / MS_NS,
      lost: this.#lost,
      late: this.#late,
      duplicated: this.#duplicated,
      outOfOrder: this.#outOfOrder,
      latencies: this.#latencies.take(),
      arrivals: this.#arrivals,
      failures: this.#failures,
      planned: this.#planned,
      mostBehindMs: this.#mostBehindNs / MS_NS,
    });
    this.#second += 1;
    this.#secondNs += SECOND_NS;
    this.#arrivals = new Uint8Array(MS_OF_SECOND);
    this.#failures = [];
    this.#errors = {};
    this.#sent = 0;
    this.#messages = 0;
    this.#bytes = 0;
    this.#lost = 0;
    this.#late = 0;
    this.#duplicated = 0;
    this.#outOfOrder = 0;
    this.#planned = 0;
    this.#mostBehindNs = 0;
  }
}
