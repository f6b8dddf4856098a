import type { ErrorKind } from '../../errors.js';
import type { ReportedComparison } from '../statistics/reported-comparison.js';

/** Grows where a field changes its meaning or goes; new fields leave it as it is. */
export const REPORT_VERSION = 1;

export type Workload = 'pub' | 'sub' | 'pubsub' | 'request' | 'service';

/** How the load's messages travel: through nats.js, or as frames that natsctl writes and reads itself. */
export type EngineName = 'client' | 'wire';

/** What a run of a benchmark gave: the object of `--json`, described by `report.schema.json`. */
export interface BenchReport extends Figures {
  readonly report_version: typeof REPORT_VERSION;
  /** Of an entry of a suite. */
  readonly name?: string | undefined;
  readonly workload: Workload;
  readonly subject: string;
  readonly engine: EngineName;
  /** RFC 3339, in UTC. */
  readonly started_at: string;
  readonly shape: ReportedShape;
  /** What was measured second by second; of several runs, of the one in the middle. */
  readonly series: readonly SeriesPoint[];
  /** The latencies as an HDR histogram of nanoseconds: V2, compressed, base64. Of several runs, of all together. */
  readonly latency_histogram?: string | undefined;
  /** Where there was a plan: whether it was kept. */
  readonly plan?: ReportedPlan | undefined;
  /** Where a ramp was asked for. */
  readonly ramp?: ReportedRamp | undefined;
  readonly generator: ReportedGenerator;
  /** Of what `--slo` asked. */
  readonly slo?: readonly ReportedLimit[] | undefined;
  /** How it compares to the report of `--against`. */
  readonly against?: ReportedComparison | undefined;
  /**
   * Where there were several: each in its order. The figures beside are then the medians of theirs; of what went wrong,
   * those of the run that had the most.
   */
  readonly runs?: readonly Figures[] | undefined;
  /** Where there were several: of each figure, in which bounds its median lies with 95 % confidence, or what so few runs allow. */
  readonly confidence?: Confidence | undefined;
  /** What somebody who reads the figures has to know. */
  readonly warnings: readonly string[];
  /** It was ended by a signal before its planned end. */
  readonly interrupted?: true | undefined;
  readonly environment: ReportedEnvironment;
}

/** The figures of one run. */
export interface Figures {
  /** Messages a second: what {@link Figures.messages} counts, over {@link Figures.duration_s}. */
  readonly rate: number;
  /**
   * What the workload is about: messages the server confirmed for `pub`; messages received for `sub` and `pubsub`, by
   * all subscribers together; good replies for `request` and `service`.
   */
  readonly messages: number;
  /** Of their payloads, headers included; of requests and replies together. */
  readonly bytes: number;
  /** Of the measured part, without the warm-up. */
  readonly duration_s: number;
  /** Messages published, or requests sent. */
  readonly sent: number;
  /** By kind, those that occurred. */
  readonly errors: Readonly<Partial<Record<ErrorKind, number>>>;
  /** Messages that never arrived; requests that got no reply of any kind. */
  readonly lost: number;
  /** Replies that came after their time-out; messages that came after the time that was given them. */
  readonly late: number;
  /** Messages or replies that came again. */
  readonly duplicated: number;
  /** Messages that one came before which its publisher had sent later. */
  readonly out_of_order: number;
  /** The longest time in which nothing arrived, or, for `pub`, nothing was confirmed. */
  readonly longest_gap_ms: number;
  /**
   * Of the longest outage: from its first failure until something arrived behind its last one. Errors of the service
   * are none. Absent where nothing failed.
   */
  readonly recovery_ms?: number | undefined;
  /** Nothing has arrived behind the last failure: {@link Figures.recovery_ms} ends with the run. */
  readonly not_recovered?: true | undefined;
  /** Absent where nothing has a latency: for `pub`, and for messages whose sender ran on another machine. */
  readonly latency_ms?: Latencies | undefined;
}

export interface Latencies {
  readonly min: number;
  readonly mean: number;
  readonly stddev: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly p9999: number;
  readonly max: number;
}

/** What was asked for; two reports compare where these agree. */
export interface ReportedShape {
  readonly load: 'closed' | 'open';
  /** Of an open loop: a second, over all clients. */
  readonly rate?: number | undefined;
  readonly arrivals?: 'constant' | 'poisson' | undefined;
  readonly ramp?: { readonly from: number; readonly to: number; readonly duration_s: number } | undefined;
  readonly clients: number;
  readonly threads: number;
  /** For each client. */
  readonly inflight?: number | undefined;
  readonly subscribers?: number | undefined;
  readonly queue?: string | undefined;
  readonly subjects: number;
  /** Bytes of a body; a text where they are spread or the bodies are given: `64..4096`, `body`, `body-lines`. */
  readonly size: number | string;
  readonly headers: number;
  readonly duration_s?: number | undefined;
  readonly messages?: number | undefined;
  readonly warmup_s: number;
  readonly seed: number;
  readonly timeout_ms: number;
  /** Of `bench service`. */
  readonly workers?: number | undefined;
}

export interface SeriesPoint {
  /** Of its start, from the start of the measured part. */
  readonly t_s: number;
  /** How much of it there was: the last one may be shorter than a second. */
  readonly duration_s: number;
  readonly messages: number;
  readonly bytes: number;
  readonly errors: number;
  readonly p50_ms?: number | undefined;
  readonly p99_ms?: number | undefined;
  readonly max_ms?: number | undefined;
  /** Of a ramp: the rate that was planned. */
  readonly planned_rate?: number | undefined;
}

export interface ReportedPlan {
  /** A second. */
  readonly rate: number;
  readonly planned: number;
  readonly sent: number;
  /** The rate at which was sent, to the one that was planned; 1 is all of it. */
  readonly kept: number;
  /** By how much what was sent last was behind its time, at most. */
  readonly most_behind_ms: number;
  /** Whether the rate was within 1 %. */
  readonly is_kept: boolean;
}

export interface ReportedRamp {
  /** The highest rate that kept the limits; absent where none did. */
  readonly knee_rate?: number | undefined;
  readonly steps: ReadonlyArray<{
    readonly rate: number;
    readonly achieved: number;
    readonly p99_ms?: number | undefined;
    readonly errors: number;
    readonly kept: boolean;
    /** What was missed first. */
    readonly missed?: string | undefined;
  }>;
}

export interface ReportedLimit {
  /** As `--slo` names it: `p99`, `errors`. */
  readonly name: string;
  /** As it was written: `5ms`. */
  readonly limit: string;
  /** Absent where nothing was measured: no message came, so none has a latency. */
  readonly value?: number | undefined;
  /** Of {@link ReportedLimit.value}: `ms`, `%`, `messages`. */
  readonly unit: string;
  readonly kept: boolean;
}

/** Of the process that made the load. */
export interface ReportedGenerator {
  /** Of one processor; 200 is two. */
  readonly cpu_percent: number;
  readonly most_memory_bytes: number;
  /** Of the thread that had the longest: the 99th percentile. */
  readonly event_loop_delay_ms: number;
  /** Of the busiest thread: how much of the time its loop was at work, 0 to 1. */
  readonly busiest_thread: number;
  /** The figures tell of the generator rather than of what it measured. */
  readonly is_bottleneck: boolean;
}

export interface ReportedEnvironment {
  readonly natsctl: string;
  readonly node: string;
  readonly platform: string;
  readonly kernel: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memory_bytes: number;
  /** The host's name, hashed: it tells whether two reports are of one machine, and not of which. */
  readonly machine: string;
  readonly server: {
    readonly url: string;
    readonly version?: string | undefined;
    readonly name?: string | undefined;
    readonly cluster?: string | undefined;
    readonly max_payload?: number | undefined;
    readonly jetstream?: boolean | undefined;
    readonly tls: boolean;
  };
  /** Secrets are masked. */
  readonly command: readonly string[];
}

/** Of latencies only where each run has some; in ms. */
export interface Confidence {
  readonly rate: Interval;
  readonly p50?: Interval | undefined;
  readonly p99?: Interval | undefined;
  readonly p999?: Interval | undefined;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}
