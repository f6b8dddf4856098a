import type { PoolStatus } from '../../src/control/index.js';

/** The status of a pool that serves with one worker, but for what is given. */
export function statusFor(given: Partial<PoolStatus> = {}): PoolStatus {
  return {
    name: 'greeter',
    services: [{ name: 'greeter', version: '1.0.0' }],
    pid: 4711,
    version: '0.1.0',
    state: 'serving',
    started: '2026-01-02T03:04:05.000Z',
    uptime_ms: 65_000,
    workers: 1,
    ready: 1,
    restarts: 0,
    url: 'nats://127.0.0.1:4222',
    requests: 12_345,
    errors: 6,
    in_flight: 7,
    p50_ms: 0.125,
    p99_ms: 15,
    rss_bytes: 150_000_000,
    by_endpoint: [
      { service: 'greeter', endpoint: 'greet', requests: 12_345, errors: 6, in_flight: 7, p50_ms: 0.125, p99_ms: 15 },
    ],
    by_worker: [
      {
        ...{ worker: 1, pid: 4712, state: 'serving', uptime_ms: 64_000, restarts: 0 },
        ...{ requests: 12_345, errors: 6, in_flight: 7, p50_ms: 0.125, p99_ms: 15 },
        ...{ rss_bytes: 70_000_000, loop_lag_ms: 1.5 },
      },
    ],
    ...given,
  };
}
