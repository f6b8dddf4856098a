import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findServiceManager } from '../../src/lifecycle/service-manager.js';

const SOCKET = '/run/systemd/notify';

/** A manager that is told of, with what it is told and what fails. */
function managerFor(env: NodeJS.ProcessEnv, send = async (): Promise<void> => undefined) {
  const told: string[] = [];
  const problems: string[] = [];
  const manager = findServiceManager({
    env,
    onProblem: (message) => void problems.push(message),
    send: (assignments, { NOTIFY_SOCKET }) => {
      told.push(assignments.join(' '));
      expect(NOTIFY_SOCKET).toBe(SOCKET);
      return send();
    },
  });
  return { manager, told, problems };
}

describe('a service manager', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('is told nothing where there is none', async () => {
    const { manager, told } = managerFor({ WATCHDOG_USEC: '1000' });
    manager.ready('serving');
    manager.stopping();
    await manager.close();
    expect(told).toEqual([]);
  });

  it('is told of start, reload and end, in this order, and nothing behind the end', async () => {
    const { manager, told } = managerFor({ NOTIFY_SOCKET: SOCKET });
    manager.ready('serving greeter');
    manager.reloading();
    manager.ready('serving greeter');
    manager.stopping();
    manager.ready('serving greeter');
    manager.stopping();
    await manager.close();
    expect(told).toEqual([
      'READY=1 STATUS=serving greeter',
      expect.stringMatching(/^RELOADING=1 MONOTONIC_USEC=\d+$/),
      'READY=1 STATUS=serving greeter',
      'STOPPING=1',
    ]);
  });

  it('takes no line of a name for one of its own', async () => {
    const { manager, told } = managerFor({ NOTIFY_SOCKET: SOCKET });
    manager.ready('serving a\nMAINPID=1');
    await manager.close();
    expect(told).toEqual([String.raw`READY=1 STATUS=serving a\nMAINPID=1`]);
  });

  it('has its variables for itself', () => {
    const env = { NOTIFY_SOCKET: SOCKET, WATCHDOG_USEC: '1', WATCHDOG_PID: '1', PATH: '/bin' };
    managerFor(env);
    expect(env).toEqual({ PATH: '/bin' });
  });

  it.each([
    ['asked for by any process', undefined, 2],
    ['asked for by this one', String(process.pid), 2],
    ['asked for by another', '1', 0],
  ])('hears a sign of life twice in its time, where that is %s', async (_, pid, times) => {
    const { manager, told } = managerFor({ NOTIFY_SOCKET: SOCKET, WATCHDOG_USEC: '30000000', WATCHDOG_PID: pid });
    await vi.advanceTimersByTimeAsync(60_000);
    manager.ready('serving');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(told.filter((message) => message === 'WATCHDOG=1')).toHaveLength(times);
    manager.stopping();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told.at(-1)).toBe('STOPPING=1');
  });

  it('hears no sign of life behind one that is still on its way', async () => {
    let finish: () => void = () => undefined;
    const { manager, told } = managerFor(
      { NOTIFY_SOCKET: SOCKET, WATCHDOG_USEC: '2000000' },
      () => new Promise((resolve) => (finish = resolve)),
    );
    manager.ready('serving');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told).toHaveLength(1);
    finish();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told.slice(1)).toEqual(['WATCHDOG=1']);
    finish();
  });

  it('that cannot be told is no reason to end, and is said once', async () => {
    const { manager, problems } = managerFor({ NOTIFY_SOCKET: SOCKET }, () =>
      Promise.reject(new Error('there is no systemd-notify')),
    );
    manager.ready('serving');
    manager.stopping();
    await manager.close();
    expect(problems).toEqual(['systemd is not told how the service is: there is no systemd-notify']);
  });
});
