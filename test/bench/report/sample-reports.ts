import type { BenchReport } from '../../../src/bench/report/report.js';

/** With nothing absent, at no depth. */
export type Complete<T> = T extends string | number | boolean
  ? T
  : T extends ReadonlyArray<infer Item>
    ? ReadonlyArray<Complete<Item>>
    : { readonly [Name in keyof T]-?: Complete<Exclude<T[Name], undefined>> };

/** A run of a closed loop in which all went well, with no field that may be absent. */
export const LEAST_REPORT: BenchReport = {
  report_version: 1,
  workload: 'pub',
  subject: 'orders.new',
  engine: 'client',
  started_at: '2026-03-01T12:00:00.000Z',
  shape: {
    load: 'closed',
    clients: 1,
    threads: 1,
    subjects: 1,
    size: 128,
    headers: 0,
    warmup_s: 0,
    seed: 1,
    timeout_ms: 5_000,
  },
  rate: 1_100_000,
  messages: 11_000_000,
  bytes: 1_408_000_000,
  duration_s: 10,
  sent: 11_000_000,
  errors: {},
  lost: 0,
  late: 0,
  duplicated: 0,
  out_of_order: 0,
  longest_gap_ms: 1.2,
  series: [],
  generator: {
    cpu_percent: 98,
    most_memory_bytes: 92_000_000,
    event_loop_delay_ms: 1.2,
    busiest_thread: 0.97,
    is_bottleneck: false,
  },
  warnings: [],
  environment: {
    natsctl: '0.1.0',
    node: 'v24.1.0',
    platform: 'linux x64',
    kernel: '6.12.0',
    cpu: 'A processor',
    cores: 2,
    memory_bytes: 8_000_000_000,
    machine: '0123456789abcdef',
    server: { url: 'nats://127.0.0.1:4222', tls: false },
    command: ['natsctl', 'bench', 'pub', 'orders.new'],
  },
};

const LATENCIES = {
  min: 0.312,
  mean: 0.913,
  stddev: 0.71,
  p50: 0.842,
  p90: 1.234,
  p99: 4.56,
  p999: 12.3,
  p9999: 98.7,
  max: 104,
};

const RUN = {
  rate: 4_312.4,
  messages: 43_124,
  bytes: 11_039_744,
  duration_s: 10,
  sent: 43_200,
  errors: {
    internal: 1,
    usage: 1,
    connection: 2,
    authorization: 3,
    no_responders: 4,
    timeout: 60,
    service_error: 5,
    expectation: 1,
    pool: 1,
  },
  lost: 10,
  late: 4,
  duplicated: 3,
  out_of_order: 2,
  longest_gap_ms: 1_234.5,
  recovery_ms: 1_500,
  not_recovered: true as const,
  latency_ms: LATENCIES,
};

/** With all that a report may hold, though no run gives all of it at once. */
export const FULL_REPORT: Complete<BenchReport> = {
  ...LEAST_REPORT,
  ...RUN,
  name: 'greeter',
  workload: 'request',
  subject: 'greeter.greet',
  engine: 'wire',
  shape: {
    load: 'open',
    rate: 5_000,
    arrivals: 'poisson',
    ramp: { from: 100, to: 10_000, duration_s: 30 },
    clients: 4,
    threads: 2,
    inflight: 16,
    subscribers: 3,
    queue: 'workers',
    subjects: 10,
    size: '64..4096',
    headers: 1,
    duration_s: 10,
    messages: 50_000,
    warmup_s: 2,
    seed: 1,
    timeout_ms: 5_000,
    workers: 2,
  },
  series: [
    {
      t_s: 0,
      duration_s: 1,
      messages: 5_000,
      bytes: 640_000,
      errors: 0,
      p50_ms: 0.8,
      p99_ms: 1.2,
      max_ms: 4,
      planned_rate: 5_000,
    },
  ],
  // One of 842 µs.
  latency_histogram: 'HISTFAAAACd4nJNpmSzMwMDAwsDAwMjAwMDMAAGMDAzM/0EAxr++kpEJAIe9B9I=',
  plan: { rate: 5_000, planned: 50_000, sent: 43_200, kept: 0.864, most_behind_ms: 1_234, is_kept: false },
  ramp: {
    knee_rate: 5_050,
    steps: [
      { rate: 100, achieved: 100, p99_ms: 1.1, errors: 0, kept: true, missed: 'p99' },
      { rate: 5_050, achieved: 5_049.6, p99_ms: 3.2, errors: 0, kept: true, missed: 'p99' },
      { rate: 10_000, achieved: 6_100, p99_ms: 812, errors: 12, kept: false, missed: 'p99=5ms' },
    ],
  },
  slo: [
    { name: 'p99', limit: '5ms', value: 4.56, unit: 'ms', kept: true },
    { name: 'errors', limit: '0.1%', value: 0.18, unit: '%', kept: false },
    { name: 'lost', limit: '0', value: 10, unit: 'messages', kept: false },
  ],
  runs: [RUN, { ...RUN, rate: 4_290.2 }, { ...RUN, rate: 4_401.9 }],
  confidence: {
    rate: { low: 4_290.2, high: 4_401.9 },
    p50: { low: 0.83, high: 0.86 },
    p99: { low: 4.4, high: 4.7 },
    p999: { low: 11.9, high: 13.1 },
  },
  warnings: ['the generator was busy: its figures may be lower than those of the service'],
  interrupted: true,
  environment: {
    ...LEAST_REPORT.environment,
    server: {
      url: 'nats://127.0.0.1:4222',
      version: '2.15.2',
      name: 'n1',
      cluster: 'c1',
      max_payload: 1_048_576,
      jetstream: false,
      tls: false,
    },
  },
};

/** The parts that a report may hold, each with no field that may be absent from it. */
export const LEAST_PARTS = {
  series: [{ t_s: 0, duration_s: 1, messages: 5_000, bytes: 640_000, errors: 0 }],
  latency_ms: LATENCIES,
  plan: FULL_REPORT.plan,
  ramp: { steps: [{ rate: 100, achieved: 100, errors: 0, kept: true }] },
  slo: [{ name: 'p99', limit: '5ms', unit: 'ms', kept: false }],
  runs: [
    {
      rate: 1,
      messages: 1,
      bytes: 1,
      duration_s: 1,
      sent: 1,
      errors: {},
      lost: 0,
      late: 0,
      duplicated: 0,
      out_of_order: 0,
      longest_gap_ms: 0,
    },
  ],
  confidence: { rate: FULL_REPORT.confidence.rate },
} as const satisfies Partial<BenchReport>;
