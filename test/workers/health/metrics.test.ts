import { AggregatorRegistry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { LatencyHistogram } from '../../../src/services/latency-histogram.js';
import { metricsOf } from '../../../src/workers/health/metrics.js';
import type { PoolStatistics } from '../../../src/workers/statistics/index.js';
import { lintMetrics, samplesOf } from '../../support/prometheus.js';
import { tools } from '../../support/tools.js';

function histogramOf(...durationsMs: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const durationMs of durationsMs) histogram.record(durationMs);
  return histogram;
}

const snapshotOf = (rssBytes: number) => ({ endpoints: [], lag: { counts: [], sumMs: 0, recentMs: 0 }, rssBytes });

const statistics: PoolStatistics = {
  endpoints: [
    {
      ...{ service: 'orders', endpoint: 'new', requests: 4, errors: 1, inFlight: 2, processingNs: 41_205_100_000 },
      latency: histogramOf(0.1, 5, 200, 41_000),
    },
    {
      ...{ service: 'orders', endpoint: 'cancel', requests: 0, errors: 0, inFlight: 0, processingNs: 0 },
      latency: histogramOf(),
    },
  ],
  lag: { histogram: histogramOf(0, 0, 320), sumMs: 320 },
  workers: [
    { worker: 1, pid: 11, state: 'draining', isConnected: true, uptimeMs: 9, snapshot: snapshotOf(50) },
    { worker: 1, pid: 13, state: 'serving', isConnected: true, uptimeMs: 1, snapshot: snapshotOf(30) },
    { worker: 2, pid: 12, state: 'serving', isConnected: false, uptimeMs: 9, snapshot: snapshotOf(40) },
    { worker: 3, pid: 14, state: 'starting', isConnected: undefined, uptimeMs: 0, snapshot: undefined },
  ],
  restarts: [2, 0, 1],
};

const cases = { 'a busy pool': statistics, 'a pool that starts': { ...statistics, endpoints: [], workers: [] } };

function pageOfPools(...pools: Parameters<typeof metricsOf>[0]): Promise<string> {
  return AggregatorRegistry.aggregate([[...metricsOf(pools, '1.2.3')]]).metrics();
}

const pageOf = (told: PoolStatistics): Promise<string> => pageOfPools({ name: undefined, statistics: told });

/** The same twice, and two pools that serve one service. */
const twoPools = (): Promise<string> => pageOfPools({ name: 'a', statistics }, { name: 'b', statistics });

/** The samples whose names begin so, without that. */
async function told(start: string): Promise<Readonly<Record<string, number>>> {
  const samples = Object.entries(samplesOf(await pageOf(statistics)));
  return Object.fromEntries(
    samples.filter(([name]) => name.startsWith(start)).map(([name, value]) => [name.slice(start.length), value]),
  );
}

describe('metricsOf', () => {
  it('tells each endpoint on its own', async () => {
    const [fresh, cancel] = ['{service="orders",endpoint="new"}', '{service="orders",endpoint="cancel"}'];
    expect(await told('natsctl_requests_total')).toEqual({ [fresh]: 4, [cancel]: 0 });
    expect(await told('natsctl_errors_total')).toEqual({ [fresh]: 1, [cancel]: 0 });
    expect(await told('natsctl_requests_in_flight')).toEqual({ [fresh]: 2, [cancel]: 0 });
    expect(await told('natsctl_request_duration_seconds_count')).toEqual({ [fresh]: 4, [cancel]: 0 });
    expect(await told('natsctl_request_duration_seconds_sum')).toEqual({ [fresh]: 41.2051, [cancel]: 0 });
  });

  it('tells times in seconds, in buckets that add up', async () => {
    const buckets = await told('natsctl_request_duration_seconds_bucket{service="orders",endpoint="new",');
    expect(
      Object.entries(buckets).map(([bound, count]) => `${bound.slice('le="'.length, -'"}'.length)} ${count}`),
    ).toEqual([
      ...['0.0001 1', '0.00025 1', '0.0005 1', '0.001 1', '0.0025 1', '0.005 2', '0.01 2', '0.025 2', '0.05 2'],
      ...['0.1 2', '0.25 3', '0.5 3', '1 3', '2.5 3', '5 3', '10 3', '30 3', '+Inf 4'],
    ]);
    expect(await told('natsctl_event_loop_lag_seconds')).toMatchObject({
      '_bucket{le="0.001"}': 2,
      '_bucket{le="0.25"}': 2,
      '_bucket{le="0.5"}': 3,
      '_bucket{le="+Inf"}': 3,
      _count: 3,
      _sum: 0.32,
    });
  });

  it('tells of the workers', async () => {
    expect(await told('natsctl_workers{')).toEqual({
      'state="starting"}': 1,
      'state="serving"}': 2,
      'state="draining"}': 1,
      'state="waiting"}': 0,
    });
    expect(await told('natsctl_worker_')).toEqual({
      restarts_total: 3,
      'resident_memory_bytes{worker="1"}': 80,
      'resident_memory_bytes{worker="2"}': 40,
    });
    expect(await told('natsctl_build_info')).toEqual({ '{version="1.2.3"}': 1 });
  });

  it('tells several pools apart, whatever they serve', async () => {
    const samples = samplesOf(await twoPools());
    for (const pool of ['a', 'b']) {
      expect(samples).toMatchObject({
        [`natsctl_requests_total{pool="${pool}",service="orders",endpoint="new"}`]: 4,
        [`natsctl_worker_restarts_total{pool="${pool}"}`]: 3,
        [`natsctl_workers{pool="${pool}",state="serving"}`]: 2,
        [`natsctl_worker_resident_memory_bytes{pool="${pool}",worker="1"}`]: 80,
        [`natsctl_event_loop_lag_seconds_count{pool="${pool}"}`]: 3,
      });
    }
  });

  describe.skipIf(tools.prometheus.path === undefined)('promtool', () => {
    it('finds nothing in what is told of two pools', async () => {
      expect(await lintMetrics(await twoPools())).toBe('');
    });

    it.each(Object.entries(cases))('finds nothing in what is told of %s', async (_, told) => {
      expect(await lintMetrics(await pageOf(told))).toBe('');
    });

    it('finds what is wrong elsewhere', async () => {
      expect(await lintMetrics('# TYPE natsctl_requests counter\nnatsctl_requests 1\n')).toContain('natsctl_requests');
    });
  });
});
