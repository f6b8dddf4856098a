import { describe, expect, it } from 'vitest';
import type { BenchReport } from '../../src/bench/report/report.js';
import { connectTo } from '../services/connect-to.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { tools } from '../support/tools.js';

const reportOf = (stdout: string): BenchReport => JSON.parse(stdout) as BenchReport;
const FINE = { errors: {}, lost: 0, late: 0, duplicated: 0, out_of_order: 0 };

async function counted(server: NatsServer): Promise<{ in_msgs: number; out_msgs: number; slow_consumers: number }> {
  const response = await fetch(`${server.monitorUrl}/varz`);
  return (await response.json()) as { in_msgs: number; out_msgs: number; slow_consumers: number };
}

describe.skipIf(tools.natsServer.path === undefined).each(['client', 'wire'])(
  'natsctl bench, through %s,',
  (engine) => {
    it('publishes what the server confirms and counts', async () => {
      await using server = await startNatsServer({ monitor: true });
      const args = ['-s', server.url, '--engine', engine, '--messages', '200000', '--clients', '4', '--json'];
      const { code, stdout, stderr } = await natsctl(['bench', 'pub', 'a.b', ...args]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const report = reportOf(stdout);
      expect(report).toMatchObject({ workload: 'pub', ...FINE, sent: 200_000, messages: 200_000 });
      expect(report.bytes).toBe(200_000 * 128);
      expect(report.latency_ms).toBeUndefined();
      expect((await counted(server)).in_msgs).toBe(200_000);
    });

    it('gets all to a queue group whose members are in threads of their own', async () => {
      await using server = await startNatsServer({ monitor: true });
      const shape = ['--clients', '2', '--subscribers', '3', '--queue', 'q', '--threads', '4', '--duration', '1s'];
      const args = ['-s', server.url, '--engine', engine, ...shape, '--json'];
      const { code, stdout } = await natsctl(['bench', 'pubsub', 'a.b', ...args]);
      const report = reportOf(stdout);
      expect(report).toMatchObject({ ...FINE, messages: report.sent });
      expect(code).toBe(0);
      expect(report.shape).toMatchObject({ subscribers: 3, queue: 'q', threads: 4 });
      expect(report.latency_ms?.p50).toBeGreaterThan(0);
      expect(await counted(server)).toMatchObject({
        in_msgs: report.sent,
        out_msgs: report.messages,
        slow_consumers: 0,
      });
    });

    it('keeps a rate, each message to all', async () => {
      await using server = await startNatsServer();
      const args = ['-s', server.url, '--engine', engine, '--rate', '2000', '--subscribers', '2', '--duration', '1s'];
      const { code, stdout } = await natsctl(['bench', 'pubsub', 'a.b', ...args, '--json']);
      expect(reportOf(stdout)).toMatchObject({ ...FINE, sent: 2_000, messages: 4_000, plan: { planned: 2_000 } });
      expect(code).toBe(0);
    });

    it('receives what another one sends, from the first message to the last', async () => {
      await using server = await startNatsServer();
      const args = ['-s', server.url, '--engine', engine, '--messages', '50000'];
      await using sub = startNatsctl(['bench', 'sub', 'a.>', ...args, '--json']);
      await sub.waitForLine('stderr', /waiting for the first message on a\.>; Ctrl-C ends it/);
      expect(await natsctl(['bench', 'pub', 'a.b', ...args, '--subjects', '10'])).toMatchObject({ code: 0 });
      const { code, stdout } = await sub.finished;
      const report = reportOf(stdout);
      expect(code).toBe(0);
      expect(report).toMatchObject({ workload: 'sub', ...FINE, messages: 50_000, warnings: expect.any(Array) });
      expect(report.latency_ms?.max).toBeLessThan(60_000);
    });
  },
);

describe.skipIf(tools.natsServer.path === undefined)('natsctl bench pubsub', () => {
  it('reports what was measured until Ctrl-C', async () => {
    await using server = await startNatsServer();
    await using bench = startNatsctl(['bench', 'pubsub', 'a.b', '-s', server.url, '--rate', '500', '--json']);
    await using watcher = startNatsctl(['sub', 'a.b', '-s', server.url, '--count', '50', '--raw']);
    await watcher.exited;
    const { code, stdout } = await bench.stop('SIGINT');
    expect(code).toBe(130);
    const report = reportOf(stdout);
    expect(report).toMatchObject({ ...FINE, interrupted: true, messages: report.sent });
    expect(report.messages).toBeGreaterThan(50);
  });

  it('ends with 3 where no server is, 4 where the subject is denied, 2 where a message is too large', async () => {
    const config = `
max_payload: 1000
authorization { users: [ { user: u, password: p, permissions: { publish: { deny: "a.b" }, subscribe: { deny: "c.d" } } } ] }
`;
    await using server = await startNatsServer({ config });
    const run = (...args: string[]) => natsctl(['bench', ...args, '-s', server.url, '--user', 'u', '--password', 'p']);
    const denied = await run('pub', 'a.b');
    expect(denied).toMatchObject({ code: 4, stdout: '' });
    expect(denied.stderr).toMatch(/^error: the server denies publishing to a\.b\n/);
    expect(await run('pubsub', 'a.b')).toMatchObject({ code: 4, stdout: '' });
    const deaf = await run('sub', 'c.d');
    expect(deaf).toMatchObject({ code: 4, stdout: '' });
    expect(deaf.stderr).toMatch(/^error: the server denies subscribing to c\.d\n/);
    const large = await run('pubsub', 'x.y', '--size', '2KB');
    expect(large).toMatchObject({ code: 2, stdout: '' });
    expect(large.stderr).toMatch(/takes at most 1000/);
    await server.stop();
    expect(await run('pub', 'x.y')).toMatchObject({ code: 3, stdout: '' });
  });

  it('misses a limit of nothing lost where a server is restarted, and goes on to its end', async () => {
    await using server = await startNatsServer();
    const load = ['--rate', '1000', '--duration', '3s', '--timeout', '2s', '--slo', 'lost=0'];
    await using watcher = await connectTo(server.url);
    const begun = watcher.nats.subscribe('a.b', { max: 500, callback: () => undefined });
    await watcher.confirm();
    await using bench = startNatsctl(['bench', 'pubsub', 'a.b', '-s', server.url, ...load, '--json']);
    await begun.closed;
    await server.kill();
    // Where the machine is busy, it could be back before anybody has seen that it was away.
    await bench.waitForLine('stderr', /was lost; reconnecting/);
    await server.restart();
    const { code, stdout, stderr } = await bench.finished;
    const report = reportOf(stdout);
    expect(report.sent).toBe(3_000);
    expect(report.messages + report.lost).toBe(3_000);
    expect(report.longest_gap_ms).toBeGreaterThan(0);
    expect(report.recovery_ms).toBeGreaterThan(0);
    expect(stderr).toMatch(/reconnected to /);
    expect(code).toBe(report.lost > 0 ? 8 : 0);
  });

  it('ends in time against a server that stands still, and says so: with 0 where some came, with 6 where none', async () => {
    const run = ['--messages', '1000000000', '--timeout', '1s'];
    const suspended = async (...args: readonly string[]) => {
      await using server = await startNatsServer();
      const watcher = await connectTo(server.url);
      let firstMs: number | undefined;
      // Much later than the server is asked for its word for the first time.
      const goesOn = new Promise<void>((resolve) => {
        const callback = (): void => {
          firstMs ??= performance.now();
          if (performance.now() - firstMs > 500) resolve();
        };
        watcher.nats.subscribe('a.b', { callback });
      });
      await watcher.confirm();
      await using bench = startNatsctl(['bench', 'pub', 'a.b', '-s', server.url, ...run, ...args]);
      await goesOn;
      await watcher.close();
      server.suspend();
      return await bench.finished;
    };
    const some = await suspended('--size', '64KB');
    expect(some.code).toBe(0);
    const told = some.stdout.replaceAll(/\n +/g, ' ');
    expect(told).toMatch(/\nerrors: [\d,]+ time-outs?\nmessages: [\d,]+ lost\n/);
    expect(told).toMatch(
      /\nwarning: the server said nothing for 1(\.\d)? s and never confirmed [\d,]+ messages?, which/,
    );
    expect(told).toMatch(/\nwarning: no server took anything for .*: it ended with [\d,]+ of 1,000,000,000 sent\n/);
    const none = await suspended('--warmup', '1h', '--json');
    expect(none.code).toBe(6);
    expect(reportOf(none.stdout)).toMatchObject({ messages: 0, lost: 0, errors: {} });
    expect(reportOf(none.stdout).warnings[0]).toMatch(/^no server took anything for /);
    expect(JSON.parse(none.stderr)).toMatchObject({ error: { kind: 'timeout' } });
  });

  it('says of bodies without a stamp what is not known of them', async () => {
    await using server = await startNatsServer();
    const load = ['--size', '8B', '--messages', '100', '--json'];
    const { warnings, latency_ms } = reportOf(
      (await natsctl(['bench', 'pubsub', 'a.b', '-s', server.url, ...load])).stdout,
    );
    expect(warnings).toContainEqual(expect.stringContaining('bodies of less than 16 bytes have no room for a stamp'));
    expect(latency_ms).toBeUndefined();
  });
});
