import { expect, it } from 'vitest';
import { LatencyHistogram } from '../../../src/services/index.js';
import { workStatus } from '../../../src/workers/control/status.js';
import { Place } from '../../../src/workers/place.js';

/** A histogram of so many requests of a duration each. */
function latencyOf(durationMs: number, requests: number): LatencyHistogram {
  const latency = new LatencyHistogram();
  for (let request = 0; request < requests; request++) latency.record(durationMs);
  return latency;
}

function snapshotOf(endpoint: string, requests: number, durationMs: number, rssBytes: number) {
  const latency = latencyOf(durationMs, requests).counts();
  return {
    endpoints: [{ service: 'a', endpoint, requests, errors: 1, inFlight: 2, processingNs: 0, latency }],
    lag: { counts: [], sumMs: 0, recentMs: 12.34567 },
    rssBytes,
  };
}

it('adds up what was done, and shows each worker and each place that nobody has', () => {
  const dead = new Place(2);
  dead.restarts = 3;
  const tally = { errors: 1, inFlight: 2, processingNs: 0 };
  const status = workStatus(
    {
      endpoints: [
        { service: 'a', endpoint: 'x', requests: 90, latency: latencyOf(1, 90), ...tally },
        { service: 'a', endpoint: 'y', requests: 10, latency: latencyOf(100, 10), ...tally },
      ],
      lag: { histogram: new LatencyHistogram(), sumMs: 0 },
      workers: [
        {
          worker: 1,
          pid: 11,
          state: 'draining',
          isConnected: true,
          uptimeMs: 1234.5,
          snapshot: snapshotOf('x', 90, 1, 40),
        },
        { worker: 3, pid: 13, state: 'starting', isConnected: undefined, uptimeMs: 1, snapshot: undefined },
      ],
      restarts: [0, 3, 0, 4],
    },
    [new Place(1), dead],
    1_000,
  );
  expect(status).toMatchObject({
    ...{ workers: 2, ready: 0, restarts: 7, requests: 100, errors: 2, in_flight: 4, rss_bytes: 1_040 },
    by_endpoint: [
      { service: 'a', endpoint: 'x', requests: 90, errors: 1, in_flight: 2 },
      { service: 'a', endpoint: 'y', requests: 10 },
    ],
  });
  expect(status.p50_ms).toBeCloseTo(1, 1);
  expect(status.p99_ms).toBeGreaterThan(90);
  const [first, ...others] = status.by_worker;
  expect(first).toMatchObject({
    ...{ worker: 1, pid: 11, state: 'draining', uptime_ms: 1235, restarts: 0 },
    ...{ requests: 90, errors: 1, in_flight: 2, rss_bytes: 40, loop_lag_ms: 12.346 },
  });
  expect(others).toEqual([
    { worker: 1, state: 'down', restarts: 0 },
    { worker: 2, state: 'down', restarts: 3 },
    { worker: 3, pid: 13, state: 'starting', uptime_ms: 1, restarts: 0 },
  ]);
});

it('tells which workers are connected, and how many', () => {
  const serving = { worker: 1, pid: 11, state: 'serving', uptimeMs: 1, snapshot: undefined } as const;
  const status = workStatus(
    {
      endpoints: [],
      lag: { histogram: new LatencyHistogram(), sumMs: 0 },
      workers: [
        { ...serving, isConnected: true },
        { ...serving, worker: 2, isConnected: false },
        { ...serving, worker: 3, state: 'starting', isConnected: undefined },
      ],
      restarts: [],
    },
    [],
    0,
  );
  expect(status.connected).toBe(1);
  expect(status.by_worker.map(({ connected }) => connected)).toEqual([true, false, undefined]);
});

it('has no times where nothing was answered', () => {
  const nothing = { endpoints: [], lag: { histogram: new LatencyHistogram(), sumMs: 0 }, workers: [], restarts: [] };
  const status = workStatus(nothing, [], 1_000);
  expect(status).toMatchObject({ requests: 0, p50_ms: undefined, p99_ms: undefined, rss_bytes: 1_000 });
});
