import { describe, expect, it } from 'vitest';
import { poolFields, poolTable, statusText } from '../../src/control/index.js';
import { statusFor } from './status-for.js';

const ESCAPE = '\u001b';

describe('the report of pools', () => {
  it('has a line for each, and marks one that does not answer', () => {
    const pools = [
      { path: '/run/4711.sock', pid: 4711, status: statusFor({ workers: 3, ready: 2, state: 'scaling' }) },
      { path: '/run/9.sock', pid: 9, status: undefined },
    ];
    expect(poolTable(pools)).toEqual([
      'NAME      PID  STATE    WORKERS  RESTARTS  UPTIME  REQUESTS  ERRORS  MEMORY  SERVER',
      'greeter  4711  scaling   2 of 3         0    1m5s    12,345       6  150 MB  nats://127.0.0.1:4222',
      '?           9  silent',
    ]);
    expect(pools.map(poolFields)).toEqual([
      expect.not.objectContaining({ by_worker: expect.anything() }),
      { pid: 9, state: 'silent' },
    ]);
  });

  it('shows a pool with its workers, also those that are not there', () => {
    const [first] = statusFor().by_worker;
    const status = statusFor({
      ...{ workers: 2, ready: 1, restarts: 1, context: 'prod' },
      by_worker: [
        { ...first, worker: 1, state: 'serving', restarts: 0 },
        { worker: 2, state: 'down', restarts: 1 },
      ],
    });
    expect(statusText(status)).toEqual([
      'greeter (pid 4711) is serving with 1 of 2 workers at nats://127.0.0.1:4222, context prod',
      'up for 1m5s, 1 restart, 150 MB of memory',
      '12,345 requests, 6 errors, p50 0.125 ms, p99 15 ms, 7 in flight',
      '',
      'WORKER   PID  STATE    UPTIME  RESTARTS  REQUESTS  ERRORS       P50    P99  IN FLIGHT  MEMORY     LAG',
      '     1  4712  serving    1m4s         0    12,345       6  0.125 ms  15 ms          7   70 MB  1.5 ms',
      '     2     -  down          -         1         -       -         -      -          -       -       -',
    ]);
  });

  it.each([
    ['serving', 0, 'not connected'],
    ['serving', 1, 'serving, 1 of 2 connected'],
    ['serving', 2, 'serving'],
    ['reloading', 0, 'reloading, not connected'],
    // Of a pool that is older than this field.
    ['serving', undefined, 'serving'],
  ] as const)('says of one that is %s with %s of 2 workers connected: %s', (state, connected, told) => {
    const status = statusFor({ state, workers: 2, ready: 2, connected });
    expect(statusText(status)[0]).toBe(`greeter (pid 4711) is ${told} with 2 workers at nats://127.0.0.1:4222`);
    expect(poolTable([{ path: '', pid: 4711, status }])[1]).toContain(`4711  ${told}  `);
  });

  it('marks the workers that serve and have no connection', () => {
    const [first] = statusFor().by_worker;
    const alone = { ...first, worker: 2, state: 'serving', restarts: 0, connected: false } as const;
    const lines = statusText(statusFor({ workers: 2, ready: 2, connected: 1, by_worker: [alone] }));
    expect(lines.at(-1)).toContain('4712  not connected  ');
  });

  it('has rates where they are known, and the endpoints where there are several', () => {
    const [first] = statusFor().by_endpoint;
    const none = { service: 'greeter', endpoint: 'wave', requests: 0, errors: 0, in_flight: 0 };
    const status = statusFor({ by_endpoint: [{ ...none, ...first }, none] });
    expect(statusText(status, { requests_per_s: 1234.4, errors_per_s: 0 }).slice(2, 7)).toEqual([
      '12,345 requests (1,234/s), 6 errors (0/s), p50 0.125 ms, p99 15 ms, 7 in flight',
      '',
      'SERVICE  ENDPOINT  REQUESTS  ERRORS       P50    P99  IN FLIGHT',
      'greeter  greet       12,345       6  0.125 ms  15 ms          7',
      'greeter  wave             0       0         -      -          0',
    ]);
  });

  it('shows nothing to a terminal that it would obey', () => {
    const status = statusFor({ name: `evil${ESCAPE}[2J`, context: `c${ESCAPE}` });
    const lines = [...statusText(status), ...poolTable([{ path: '', pid: 1, status }])];
    expect(lines.join('')).not.toContain(ESCAPE);
  });
});
