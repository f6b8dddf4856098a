import { type Bucket, encodeHistogram } from '../../../../src/bench/histogram/hdr.js';
import { LatencyCounts } from '../../../../src/bench/histogram/latency-counts.js';
import type { BenchReport, Figures, Latencies, SeriesPoint } from '../../../../src/bench/report/report.js';
import { noises } from '../../statistics/random-noise.js';
import { LEAST_REPORT } from '../sample-reports.js';

interface Wanted {
  readonly seconds?: number;
  /** Messages a second. */
  readonly rate?: number;
  readonly medianMs?: number;
  /** A second in which nothing is answered. */
  readonly stallAt?: number;
  readonly seed?: number;
}

/** The report of a run of requests as one would be measured: latencies are log-normal, with a long tail. */
export async function requestReport(
  { seconds = 60, rate = 5_000, medianMs = 0.8, stallAt, seed = 1 }: Wanted = {},
  changes: Partial<BenchReport> = {},
): Promise<BenchReport> {
  const { random, normal } = noises(seed);
  const all = new LatencyCounts();
  const counts = new LatencyCounts();
  const series: SeriesPoint[] = [];
  for (let t_s = 0; t_s < seconds; t_s++) {
    const messages = t_s === stallAt ? Math.round(rate / 40) : Math.round(rate * (1 + 0.02 * normal()));
    // A few for many, so that a test is quick.
    const sampled = Math.min(messages, 400);
    for (let i = 0; i < sampled; i++) {
      const stall = stallAt !== undefined && (t_s === stallAt || t_s === stallAt + 1) ? 1_000 * random() : 0;
      counts.record(1e6 * (medianMs * Math.exp(0.45 * normal()) + (random() < 0.004 ? 9 * random() : 0) + stall));
    }
    series.push({
      t_s,
      duration_s: 1,
      messages,
      bytes: messages * 256,
      errors: t_s === stallAt ? 37 : 0,
      p50_ms: counts.quantileNs(0.5) / 1e6,
      p99_ms: counts.quantileNs(0.99) / 1e6,
      max_ms: counts.maxNs / 1e6,
    });
    all.add(counts.take());
  }
  const messages = series.reduce((sum, point) => sum + point.messages, 0);
  return {
    ...LEAST_REPORT,
    workload: 'request',
    subject: 'greeter.greet',
    rate: messages / seconds,
    messages,
    sent: messages,
    bytes: messages * 256,
    duration_s: seconds,
    errors: stallAt === undefined ? {} : { timeout: 25, no_responders: 12 },
    lost: stallAt === undefined ? 0 : 25,
    late: stallAt === undefined ? 0 : 9,
    longest_gap_ms: stallAt === undefined ? 2.1 : 1_012,
    ...(stallAt === undefined ? {} : { recovery_ms: 1_340 }),
    latency_ms: latenciesOf(all),
    latency_histogram: await encodeHistogram([...all.buckets()].map(([ns, count]): Bucket => [ns, count])),
    series,
    shape: { ...LEAST_REPORT.shape, inflight: 16, clients: 4, threads: 2, duration_s: seconds, warmup_s: 2 },
    environment: {
      ...LEAST_REPORT.environment,
      cpu: 'AMD EPYC 7763 64-Core Processor',
      server: {
        url: 'nats://127.0.0.1:4222',
        version: '2.15.2',
        name: 'NDGR4XQ6',
        max_payload: 1_048_576,
        jetstream: false,
        tls: false,
      },
      command: [
        'natsctl',
        'bench',
        'request',
        'greeter.greet',
        '--duration',
        '60s',
        '--clients',
        '4',
        '--html',
        'report.html',
      ],
    },
    ...changes,
  };
}

/** Of several runs, with how far they are apart. */
export async function reportOfRuns(wanted: Wanted, changes: Partial<BenchReport> = {}): Promise<BenchReport> {
  const report = await requestReport(wanted, changes);
  const { normal } = noises(wanted.seed ?? 1);
  const runs = Array.from({ length: 5 }, (_, i): Figures => {
    const by = i === 2 ? 1 : 1 + 0.03 * normal();
    return { ...figuresOf(report), rate: report.rate * by, latency_ms: scaled(report.latency_ms as Latencies, 1 / by) };
  });
  const around = (value: number) => ({ low: value * 0.98, high: value * 1.025 });
  const { p50, p99, p999 } = report.latency_ms as Latencies;
  const confidence = { rate: around(report.rate), p50: around(p50), p99: around(p99), p999: around(p999) };
  return { ...report, runs, confidence, ...changes };
}

/** With all that a report may hold. */
export async function rampReport(): Promise<BenchReport> {
  const steps = [1, 2, 3, 4, 5, 6, 7, 8].map((step) => {
    const rate = step * 1_250;
    const achieved = Math.min(rate, 7_200 + step * 10);
    const p99_ms = 1.1 + 0.4 * step + (step > 5 ? (step - 5) ** 3 * 6 : 0);
    const kept = step <= 5;
    return { rate, achieved, p99_ms, errors: kept ? 0 : step * 3, kept, ...(kept ? {} : { missed: 'p99=5ms' }) };
  });
  const report = await requestReport({ seconds: 32, rate: 4_000 });
  return {
    ...report,
    shape: { ...report.shape, load: 'open', ramp: { from: 1_250, to: 10_000, duration_s: 32 } },
    series: report.series.map((point) => {
      const planned_rate = 1_250 * (1 + Math.floor(point.t_s / 4));
      return { ...point, messages: Math.round(Math.min(planned_rate, 7_250) * (point.messages / 4_000)), planned_rate };
    }),
    plan: { rate: 10_000, planned: 180_000, sent: 171_000, kept: 0.95, most_behind_ms: 212.4, is_kept: false },
    ramp: { knee_rate: 6_250, steps },
    slo: [
      { name: 'p99', limit: '5ms', value: 4.56, unit: 'ms', kept: true },
      { name: 'errors', limit: '0.1%', value: 0.31, unit: '%', kept: false },
    ],
    warnings: ['the load generator was busy 97 % of the time: its figures tell of it rather than of the service'],
  };
}

function figuresOf({
  rate,
  messages,
  bytes,
  duration_s,
  sent,
  errors,
  lost,
  late,
  duplicated,
  out_of_order,
  longest_gap_ms,
}: BenchReport): Figures {
  return { rate, messages, bytes, duration_s, sent, errors, lost, late, duplicated, out_of_order, longest_gap_ms };
}

function latenciesOf(counts: LatencyCounts): Latencies {
  const at = (share: number) => counts.quantileNs(share) / 1e6;
  return {
    min: counts.minNs / 1e6,
    mean: counts.meanNs / 1e6,
    stddev: counts.stddevNs / 1e6,
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    p999: at(0.999),
    p9999: at(0.9999),
    max: counts.maxNs / 1e6,
  };
}

function scaled(latencies: Latencies, by: number): Latencies {
  return Object.fromEntries(Object.entries(latencies).map(([name, ms]) => [name, ms * by])) as unknown as Latencies;
}
