import type { ErrorKind } from '../../errors.js';
import { LatencyCounts } from '../histogram/latency-counts.js';
import type { Figures, Latencies, SeriesPoint } from '../report/report.js';
import { longestGapMs, recoveryOf } from './gaps.js';
import type { ThreadSecond } from './second.js';

const MS_OF_SECOND = 1_000;
const MS_NS = 1e6;

/** One second of all threads. */
export interface MergedSecond {
  readonly second: number;
  readonly sent: number;
  readonly messages: number;
  readonly bytes: number;
  readonly errors: number;
  readonly planned: number;
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
  readonly maxMs: number | undefined;
}

/** What is known of a second while threads have yet to tell of it. */
interface OpenSecond {
  readonly latencies: LatencyCounts;
  threads: number;
  sent: number;
  messages: number;
  bytes: number;
  errors: number;
  planned: number;
}

/** Adds up what the threads of a run saw. What lies before its measured part is handed on and not counted. */
export class RunMerge {
  readonly #threads: number;
  readonly #tell: (second: MergedSecond) => void;
  readonly #latencies = new LatencyCounts();
  readonly #open = new Map<number, OpenSecond>();
  /** Of seconds that are closed; as each has a third of a megabyte, a new one for each second would add up. */
  readonly #spare: LatencyCounts[] = [];
  readonly #seconds: MergedSecond[] = [];
  readonly #failures = new Set<number>();
  readonly #errors: Partial<Record<ErrorKind, number>> = {};
  /** A byte for each millisecond of the measured part: whether something arrived in it. */
  #arrivals = new Uint8Array(60 * MS_OF_SECOND);
  #sent = 0;
  #lastSentMs = 0;
  #messages = 0;
  #bytes = 0;
  #lost = 0;
  #late = 0;
  #duplicated = 0;
  #outOfOrder = 0;
  #planned = 0;
  #mostBehindMs = 0;
  #lastArrivalMs = 0;
  #lastFailedMs = 0;

  /**
   * @param threads how many tell
   * @param tell is told of each second that all have told of
   */
  constructor(threads: number, tell: (second: MergedSecond) => void) {
    this.#threads = threads;
    this.#tell = tell;
  }

  add(part: ThreadSecond): void {
    let open = this.#open.get(part.second);
    if (open === undefined) {
      open = {
        latencies: this.#spare.pop() ?? new LatencyCounts(),
        threads: 0,
        sent: 0,
        messages: 0,
        bytes: 0,
        errors: 0,
        planned: 0,
      };
      this.#open.set(part.second, open);
    }
    open.threads += 1;
    open.sent += part.sent;
    open.messages += part.messages;
    open.bytes += part.bytes;
    open.planned += part.planned;
    for (const count of Object.values(part.errors)) open.errors += count;
    open.latencies.add(part.latencies);
    if (part.second >= 0) this.#count(part);
    if (open.threads === this.#threads) this.#close(part.second, open);
  }

  /** Closes the seconds that not all have told of: a thread that has ended tells of no more. */
  end(): void {
    for (const [second, open] of [...this.#open].sort(([a], [b]) => a - b)) this.#close(second, open);
  }

  /**
   * Corrects the measured part by what no thread can see for itself.
   *
   * @param lost messages that came to none
   * @param repeated messages that came to more than one of those who share them: they were counted once too often
   * @param timedOut those of the lost that a server had which fell silent, and when they were given up: nothing has
   *   arrived since the last arrival
   */
  settle({
    lost,
    repeated,
    timedOut,
  }: {
    readonly lost: number;
    readonly repeated: number;
    readonly timedOut?: { readonly count: number; readonly atMs: number } | undefined;
  }): void {
    this.#lost += lost;
    if (timedOut !== undefined) {
      this.#errors.timeout = (this.#errors.timeout ?? 0) + timedOut.count;
      this.#failures.add(Math.max(0, this.#lastArrivalMs - 1));
      this.#lastFailedMs = Math.max(this.#lastFailedMs, timedOut.atMs);
    }
    this.#duplicated += repeated;
    this.#messages -= repeated;
  }

  /** Messages so far in the measured part. */
  get messages(): number {
    return this.#messages;
  }

  /** Failures so far in the measured part. */
  get failures(): number {
    return sum(Object.values(this.#errors));
  }

  /** The latencies of the measured part, to be added to others'. */
  get latencies(): LatencyCounts {
    return this.#latencies;
  }

  /** How many were planned, how late the latest of those sent was, and when the last one was sent. */
  get plan(): Readonly<Record<'planned' | 'sent' | 'mostBehindMs' | 'lastSentMs', number>> {
    const lastSentMs = this.#lastSentMs;
    return { planned: this.#planned, sent: this.#sent, mostBehindMs: this.#mostBehindMs, lastSentMs };
  }

  /** @param plannedMs how long the measured part was to be; undefined where it lasts until the last arrival or failure */
  durationMs(plannedMs: number | undefined): number {
    return Math.max(plannedMs ?? Math.max(1, Math.ceil(this.#lastFailedMs)), this.#lastArrivalMs);
  }

  /** @param durationMs of the measured part */
  figures(durationMs: number): Figures {
    const recovery = recoveryOf(this.#arrivals, [...this.#failures], durationMs);
    return {
      rate: (this.#messages * MS_OF_SECOND) / durationMs,
      messages: this.#messages,
      bytes: this.#bytes,
      duration_s: durationMs / MS_OF_SECOND,
      sent: this.#sent,
      errors: this.#errors,
      lost: this.#lost,
      late: this.#late,
      duplicated: this.#duplicated,
      out_of_order: this.#outOfOrder,
      longest_gap_ms: longestGapMs(this.#arrivals, durationMs),
      recovery_ms: recovery?.ms,
      ...(recovery?.isRecovered === false ? { not_recovered: true as const } : {}),
      latency_ms: latenciesOf(this.#latencies),
    };
  }

  /** @param durationMs of the measured part: what came behind it belongs to its last second */
  series(durationMs: number): readonly SeriesPoint[] {
    const measured = this.#seconds.filter(({ second }) => second >= 0);
    const count = measured.findLastIndex(({ second }) => second * MS_OF_SECOND < durationMs) + 1;
    const behind = measured.slice(count);
    return measured
      .slice(0, count)
      .map((second, index) => (index === count - 1 ? withRest(second, behind) : second))
      .map(({ second, messages, bytes, errors, p50Ms, p99Ms, maxMs }) => ({
        t_s: second,
        duration_s: Math.min(MS_OF_SECOND, durationMs - second * MS_OF_SECOND) / MS_OF_SECOND,
        messages,
        bytes,
        errors,
        p50_ms: p50Ms,
        p99_ms: p99Ms,
        max_ms: maxMs,
      }));
  }

  #count(part: ThreadSecond): void {
    const startMs = part.second * MS_OF_SECOND;
    this.#reserve(startMs + MS_OF_SECOND);
    for (let ms = 0; ms < MS_OF_SECOND; ms++) {
      if (part.arrivals[ms] === 0) continue;
      this.#arrivals[startMs + ms] = 1;
      if (startMs + ms + 1 > this.#lastArrivalMs) this.#lastArrivalMs = startMs + ms + 1;
    }
    for (const ms of part.failures) this.#failures.add(Math.max(0, ms));
    for (const [kind, count] of Object.entries(part.errors) as [ErrorKind, number][]) {
      this.#errors[kind] = (this.#errors[kind] ?? 0) + count;
    }
    this.#latencies.add(part.latencies);
    this.#sent += part.sent;
    this.#lastSentMs = Math.max(this.#lastSentMs, part.lastSentMs);
    this.#messages += part.messages;
    this.#bytes += part.bytes;
    this.#lost += part.lost;
    this.#late += part.late;
    this.#duplicated += part.duplicated;
    this.#outOfOrder += part.outOfOrder;
    this.#lastFailedMs = Math.max(this.#lastFailedMs, part.lastFailedMs);
    this.#planned += part.planned;
    this.#mostBehindMs = Math.max(this.#mostBehindMs, part.mostBehindMs);
  }

  #close(second: number, { latencies, sent, messages, bytes, errors, planned }: OpenSecond): void {
    this.#open.delete(second);
    const hasLatencies = latencies.total > 0;
    const merged: MergedSecond = {
      second,
      sent,
      messages,
      bytes,
      errors,
      planned,
      p50Ms: hasLatencies ? latencies.quantileNs(0.5) / MS_NS : undefined,
      p99Ms: hasLatencies ? latencies.quantileNs(0.99) / MS_NS : undefined,
      maxMs: hasLatencies ? latencies.maxNs / MS_NS : undefined,
    };
    latencies.take();
    this.#spare.push(latencies);
    this.#seconds.push(merged);
    this.#tell(merged);
  }

  #reserve(ms: number): void {
    if (ms <= this.#arrivals.length) return;
    const larger = new Uint8Array(Math.max(ms, this.#arrivals.length * 2));
    larger.set(this.#arrivals);
    this.#arrivals = larger;
  }
}

/** Nothing arrives behind the end, so that its latencies are those of the second itself. */
function withRest(last: MergedSecond, behind: readonly MergedSecond[]): MergedSecond {
  const all = [last, ...behind];
  return { ...last, bytes: sum(all.map(({ bytes }) => bytes)), errors: sum(all.map(({ errors }) => errors)) };
}

/** @returns undefined where nothing was counted */
function latenciesOf(counts: LatencyCounts): Latencies | undefined {
  if (counts.total === 0) return undefined;
  const quantileMs = (share: number): number => counts.quantileNs(share) / MS_NS;
  return {
    min: counts.minNs / MS_NS,
    mean: counts.meanNs / MS_NS,
    stddev: counts.stddevNs / MS_NS,
    p50: quantileMs(0.5),
    p90: quantileMs(0.9),
    p99: quantileMs(0.99),
    p999: quantileMs(0.999),
    p9999: quantileMs(0.9999),
    max: counts.maxNs / MS_NS,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
