import type { BenchReport, Figures, Latencies } from '../../../src/bench/report/report.js';

export const sampleLatency: Latencies = {
  min: 0.1,
  mean: 0.6,
  stddev: 0.2,
  p50: 0.5,
  p90: 0.8,
  p99: 1.5,
  p999: 4,
  p9999: 9,
  max: 12,
};

export const sampleFigures: Figures = {
  rate: 20_000,
  messages: 200_000,
  bytes: 51_200_000,
  duration_s: 10,
  sent: 200_000,
  errors: {},
  lost: 0,
  late: 0,
  duplicated: 0,
  out_of_order: 0,
  longest_gap_ms: 3,
  latency_ms: sampleLatency,
};

/** A report in which nothing is odd, but for what is given. */
export function sampleReport(given: Partial<BenchReport> = {}): BenchReport {
  return {
    report_version: 1,
    workload: 'request',
    subject: 'greeter.greet',
    engine: 'client',
    started_at: '2026-11-25T10:00:00.000Z',
    shape: {
      load: 'closed',
      clients: 1,
      threads: 1,
      inflight: 16,
      subjects: 1,
      size: 128,
      headers: 0,
      duration_s: 10,
      warmup_s: 0,
      seed: 1,
      timeout_ms: 5_000,
    },
    ...sampleFigures,
    series: Array.from({ length: 10 }, (_, second) => ({
      t_s: second,
      duration_s: 1,
      messages: 20_000,
      bytes: 5_120_000,
      errors: 0,
      p50_ms: 0.5,
      p99_ms: 1.5,
      max_ms: 8,
    })),
    generator: {
      cpu_percent: 80,
      most_memory_bytes: 90_000_000,
      event_loop_delay_ms: 1,
      busiest_thread: 0.8,
      is_bottleneck: false,
    },
    warnings: [],
    environment: {
      natsctl: '0.1.0',
      node: '24.1.0',
      platform: 'linux x64',
      kernel: '6.8.0',
      cpu: 'A processor',
      cores: 2,
      memory_bytes: 8e9,
      machine: '0123456789ab',
      server: { url: 'nats://127.0.0.1:4222', version: '2.15.0', tls: false },
      command: ['natsctl', 'bench', 'request', 'greeter.greet'],
    },
    ...given,
  };
}

/** What the noise of a real machine does to a report. */
export interface NoiseOfMachine {
  /** From run to run, of rate and latencies each: a number around 0, to which the figure's logarithm is moved. */
  readonly run: () => number;
  /** From second to second within a run; the next second keeps {@link NoiseOfMachine.memory} of it. */
  readonly second: () => number;
  readonly memory: number;
}

/**
 * A report of runs that a machine disturbed, slower by `slowdown` (0.1: a tenth) than the sample is.
 *
 * @param errorShare of each run; 0 to 1
 */
export function noisyReport(
  noise: NoiseOfMachine,
  { runs, slowdown = 0, errorShare = () => 0 }: { runs: number; slowdown?: number; errorShare?: () => number },
): BenchReport {
  const slower = 1 + slowdown;
  const moved = (value: number): number => value * Math.exp(noise.run());
  const all = Array.from({ length: runs }, (): Figures => {
    const rate = moved(sampleFigures.rate / slower);
    const share = errorShare();
    const { p50, p99, p999 } = sampleLatency;
    return {
      ...sampleFigures,
      rate,
      messages: Math.round(rate * 10 * (1 - share)),
      sent: Math.round(rate * 10),
      errors: share > 0 ? { timeout: Math.round(rate * 10 * share) } : {},
      latency_ms: {
        ...sampleLatency,
        p50: moved(p50 * slower),
        p99: moved(p99 * slower),
        p999: moved(p999 * slower),
      },
    };
  });
  const first = all[0] as Figures;
  const latency = first.latency_ms as Latencies;
  let drift = 0;
  const series = sampleReport().series.map((second) => {
    drift = noise.memory * drift + noise.second();
    const factor = Math.exp(drift);
    return {
      ...second,
      messages: Math.round(first.rate / factor),
      p50_ms: latency.p50 * factor,
      p99_ms: latency.p99 * factor,
    };
  });
  return sampleReport({ ...first, series, ...(runs > 1 && { runs: all }) });
}
