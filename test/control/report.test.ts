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
      'NAME      PID  STATE    WORKERS  RESTARTS  UPTIME  SERVER',
      'greeter  4711  scaling   2 of 3         0    1m5s  nats://127.0.0.1:4222',
      '?           9  silent                           -',
    ]);
    expect(pools.map(poolFields)).toEqual([
      expect.not.objectContaining({ by_worker: expect.anything() }),
      { pid: 9, state: 'silent' },
    ]);
  });

  it('shows a pool with its workers, also those that are not there', () => {
    const status = statusFor({
      ...{ workers: 2, ready: 1, restarts: 1, context: 'prod' },
      by_worker: [
        { worker: 1, pid: 4712, state: 'serving', uptime_ms: 3_700_000, restarts: 0 },
        { worker: 2, state: 'down', restarts: 1 },
      ],
    });
    expect(statusText(status)).toEqual([
      'greeter (pid 4711) is serving with 1 of 2 workers at nats://127.0.0.1:4222, context prod',
      'up for 1m5s, 1 restart',
      '',
      'WORKER   PID  STATE    UPTIME  RESTARTS',
      '     1  4712  serving    1h1m         0',
      '     2     -  down          -         1',
    ]);
  });

  it('shows nothing to a terminal that it would obey', () => {
    const status = statusFor({ name: `evil${ESCAPE}[2J`, context: `c${ESCAPE}` });
    const lines = [...statusText(status), ...poolTable([{ path: '', pid: 1, status }])];
    expect(lines.join('')).not.toContain(ESCAPE);
  });
});
