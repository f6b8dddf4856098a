import type { LatencyHistogram } from '../../services/index.js';
import type { EndpointTotal, PoolStatistics } from '../statistics/index.js';

type Labels = Readonly<Record<string, string | number>>;

/** A metric as prom-client takes those of other processes. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly aggregator: 'sum';
  readonly values: readonly Sample[];
}

interface Sample {
  readonly labels: Labels;
  readonly value: number;
  /** Where it is not that of the metric. */
  readonly metricName?: string;
}

/** In milliseconds; from a handler that does nothing to the default deadline. */
const DURATION_BOUNDS_MS = [
  ...[0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50],
  ...[100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000],
] as const;
const LAG_BOUNDS_MS = [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] as const;

/** A pool with what it tells of itself. */
export interface MeasuredPool {
  /** Its label; undefined: it has none, being the only one. */
  readonly name: string | undefined;
  readonly statistics: PoolStatistics;
}

/**
 * What `/metrics` tells of pools. Names and units are as Prometheus asks: base units, counters end in `_total`.
 */
export function metricsOf(pools: readonly MeasuredPool[], version: string): readonly Metric[] {
  const each = <T>(read: (statistics: PoolStatistics, labels: Labels) => readonly T[]): readonly T[] =>
    pools.flatMap(({ name, statistics }) => read(statistics, name === undefined ? {} : { pool: name }));
  const of = (value: (total: EndpointTotal) => number): readonly Sample[] =>
    each(({ endpoints }, labels) =>
      endpoints.map((total) => ({ labels: { ...labels, ...labelsOf(total) }, value: value(total) })),
    );
  return [
    metric(
      'counter',
      'natsctl_requests_total',
      'Requests answered, those with an error included.',
      of(({ requests }) => requests),
    ),
    metric(
      'counter',
      'natsctl_errors_total',
      'Requests answered with an error.',
      of(({ errors }) => errors),
    ),
    metric(
      'gauge',
      'natsctl_requests_in_flight',
      'Requests received and not yet answered.',
      of(({ inFlight }) => inFlight),
    ),
    histogram(
      'natsctl_request_duration_seconds',
      'Time from the arrival of a request to its answer.',
      DURATION_BOUNDS_MS,
      each(({ endpoints }, labels) =>
        endpoints.map((total) => ({
          labels: { ...labels, ...labelsOf(total) },
          histogram: total.latency,
          sumSeconds: total.processingNs / 1e9,
        })),
      ),
    ),
    metric(
      'counter',
      'natsctl_worker_restarts_total',
      'Workers that ended unasked and had to be replaced.',
      each(({ restarts }, labels) => [{ labels, value: restarts.reduce((sum, count) => sum + count, 0) }]),
    ),
    metric(
      'gauge',
      'natsctl_workers',
      'Workers that run, by what they do.',
      each(({ workers }, labels) =>
        (['starting', 'serving', 'draining', 'waiting'] as const).map((state) => ({
          labels: { ...labels, state },
          value: workers.filter((worker) => worker.state === state).length,
        })),
      ),
    ),
    metric(
      'gauge',
      'natsctl_workers_connected',
      'Workers that serve and have their connection to the server.',
      each(({ workers }, labels) => [{ labels, value: workers.filter(({ isConnected }) => isConnected).length }]),
    ),
    metric(
      'gauge',
      'natsctl_worker_resident_memory_bytes',
      'Resident memory by worker number.',
      each(({ workers }, labels) => residentMemory(workers, labels)),
    ),
    histogram(
      'natsctl_event_loop_lag_seconds',
      'How late the event loops of the workers are.',
      LAG_BOUNDS_MS,
      each(({ lag }, labels) => [{ labels, histogram: lag.histogram, sumSeconds: lag.sumMs / 1_000 }]),
    ),
    metric('gauge', 'natsctl_build_info', 'Always 1; the label says which natsctl runs.', [
      { labels: { version }, value: 1 },
    ]),
  ];
}

function labelsOf({ service, endpoint }: EndpointTotal): Labels {
  return { service, endpoint };
}

/** Where one takes the place of another, both together. */
function residentMemory(workers: PoolStatistics['workers'], labels: Labels): readonly Sample[] {
  const bytes = new Map<number, number>();
  for (const { worker, snapshot } of workers) {
    if (snapshot !== undefined) bytes.set(worker, (bytes.get(worker) ?? 0) + snapshot.rssBytes);
  }
  return [...bytes].map(([worker, value]) => ({ labels: { ...labels, worker }, value }));
}

function metric(type: Metric['type'], name: string, help: string, values: readonly Sample[]): Metric {
  return { name, help, type, aggregator: 'sum', values };
}

function histogram(
  name: string,
  help: string,
  boundsMs: readonly number[],
  series: readonly {
    readonly labels: Labels;
    readonly histogram: LatencyHistogram;
    readonly sumSeconds: number;
  }[],
): Metric {
  const values = series.flatMap(({ labels, histogram: counted, sumSeconds }): readonly Sample[] => [
    ...boundsMs.map((boundMs) => ({
      labels: { ...labels, le: boundMs / 1_000 },
      value: counted.countUpTo(boundMs),
      metricName: `${name}_bucket`,
    })),
    { labels: { ...labels, le: '+Inf' }, value: counted.count, metricName: `${name}_bucket` },
    { labels, value: sumSeconds, metricName: `${name}_sum` },
    { labels, value: counted.count, metricName: `${name}_count` },
  ]);
  return metric('histogram', name, help, values);
}
