import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect } from 'nats';
import { describe, expect, it } from 'vitest';
import { createTempDir } from '../support/guardian.js';
import { startNatsServer } from '../support/nats-server.js';
import { startPool } from '../support/pool.js';
import { childrenOf } from '../support/processes.js';
import { lintMetrics, scrape, startPrometheus } from '../support/prometheus.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { tools } from '../support/tools.js';

const GREET = '{service="greeter",endpoint="greet"}';

/** The status and the text of a page. */
async function ask(url: string): Promise<readonly [number, string]> {
  const response = await fetch(url);
  return [response.status, (await response.text()).trim()];
}

describe.skipIf(tools.natsServer.path === undefined)('natsctl serve --health', () => {
  const healthOf = (ready: Readonly<Record<string, unknown>>): string => String(ready['health_url']);

  it('says where its pages are, that it is ready, and counts each request and error', async () => {
    await using server = await startNatsServer();
    await using pool = await startPool(server.url, '--workers', '2', '--log', 'off', '--health', '0');
    const health = healthOf(pool.ready);
    expect(pool.stderr.text()).toContain(`health and metrics at ${health}: /livez, /readyz, /metrics\n`);
    expect(await ask(`${health}/livez`)).toEqual([200, 'ok']);
    expect(await ask(`${health}/readyz`)).toEqual([200, 'ok']);
    expect((await scrape(health))[`natsctl_requests_total${GREET}`]).toBe(0);

    const client = await connect({ servers: server.url });
    await Promise.all(Array.from({ length: 300 }, (_, index) => client.request('greeter.greet', `${index || ''}`)));
    await client.close();
    const metrics = await scrape(health);
    expect(metrics).toMatchObject({
      [`natsctl_requests_total${GREET}`]: 300,
      [`natsctl_errors_total${GREET}`]: 1,
      [`natsctl_requests_in_flight${GREET}`]: 0,
      [`natsctl_request_duration_seconds_count${GREET}`]: 300,
      natsctl_worker_restarts_total: 0,
      'natsctl_workers{state="serving"}': 2,
    });
    // It is looked at ten times a second.
    await expect.poll(async () => (await scrape(health))['natsctl_event_loop_lag_seconds_count']).toBeGreaterThan(0);
    expect(metrics['natsctl_worker_resident_memory_bytes{worker="2"}']).toBeGreaterThan(20_000_000);

    expect((await pool.stop()).code).toBe(0);
    await expect(fetch(`${health}/livez`)).rejects.toThrow();
  });

  it('never counts down: a worker that is drained or killed leaves what it has done', async () => {
    await using server = await startNatsServer();
    await using pool = await startPool(server.url, '--log', 'off', '--health', '0');
    const health = healthOf(pool.ready);
    const client = await connect({ servers: server.url });
    const requests = `natsctl_requests_total${GREET}`;
    for (const [round, signal] of (['SIGTERM', 'SIGKILL', 'SIGTERM'] as const).entries()) {
      await Promise.all(Array.from({ length: 50 }, () => client.request('greeter.greet', 'World')));
      // Told to the supervisor, which is all that a worker leaves that is killed.
      expect((await scrape(health))[requests]).toBe(50 * (round + 1));
      process.kill(pool.workers()[0] ?? 0, signal);
      await pool.waitForLine('stderr', /serves greeter again/, { nth: round + 1 });
      expect(await scrape(health)).toMatchObject({
        [requests]: 50 * (round + 1),
        [`natsctl_request_duration_seconds_count${GREET}`]: 50 * (round + 1),
        natsctl_worker_restarts_total: round + 1,
      });
    }
    await client.close();
  });

  it('is not ready before it serves, nor while it drains, and lives all the while', async () => {
    await using server = await startNatsServer();
    const dir = createTempDir('health');
    const gate = join(dir, 'go');
    const module = join(dir, 'slow.mjs');
    writeFileSync(
      module,
      `import { existsSync } from 'node:fs';
      while (!existsSync(${JSON.stringify(gate)})) await new Promise((resolve) => setTimeout(resolve, 10));
      export const wait = ({ signal }) => new Promise((resolve) => {
        console.error('in hand');
        process.on('SIGUSR2', () => resolve('done'));
      });`,
    );
    await using pool = startNatsctl(['serve', module, '-s', server.url, '--health', '0']);
    const [, health] = await pool.waitForLine('stderr', /metrics at (http:\S+):/);
    expect(await ask(`${health}/readyz`)).toEqual([503, 'starting']);
    expect(await ask(`${health}/livez`)).toEqual([200, 'ok']);
    expect(await scrape(String(health))).toMatchObject({ 'natsctl_workers{state="starting"}': 1 });

    writeFileSync(gate, '');
    await pool.waitForLine('stderr', /serving slow/);
    expect(await ask(`${health}/readyz`)).toEqual([200, 'ok']);
    const client = await connect({ servers: server.url });
    const reply = client.request('slow.wait', '', { timeout: 10_000 });
    await pool.waitForLine('stderr', /in hand/);
    const [worker = 0] = childrenOf(pool.pid);
    pool.process.kill('SIGTERM');
    await pool.waitForLine('stderr', /finishing what is in hand/);
    expect(await ask(`${health}/readyz`)).toEqual([503, 'draining']);
    expect(await ask(`${health}/livez`)).toEqual([200, 'ok']);
    expect(await scrape(String(health))).toMatchObject({
      'natsctl_requests_in_flight{service="slow",endpoint="wait"}': 1,
      'natsctl_workers{state="draining"}': 1,
    });
    process.kill(worker, 'SIGUSR2');
    expect((await reply).string()).toBe('done');
    await client.close();
    expect(await pool.exited).toEqual({ code: 0, signal: null });
  });

  it('is not ready with no worker, or without the server, and comes back', async () => {
    await using server = await startNatsServer();
    await using pool = await startPool(server.url, '--health', '0');
    const health = healthOf(pool.ready);
    const until = (page: readonly [number, string]) =>
      expect.poll(() => ask(`${health}/readyz`), { timeout: 10_000, interval: 10 }).toEqual(page);
    // The first ones are replaced at once, or nearly.
    for (const nth of [1, 2, 3, 4, 5]) {
      await until([200, 'ok']);
      process.kill(pool.workers()[0] ?? 0, 'SIGKILL');
      if (nth === 5) await until([503, 'no worker serves']);
      await pool.waitForLine('stderr', /serves greeter again$/, { nth });
    }
    await until([200, 'ok']);
    await server.kill();
    await until([503, 'no connection to the server']);
    await server.restart();
    await until([200, 'ok']);
  });

  it('answers while a worker is too busy to, with what that has told last', async () => {
    await using server = await startNatsServer();
    const module = join(createTempDir('busy'), 'busy.mjs');
    writeFileSync(
      module,
      'export const block = () => { const end = Date.now() + 1_500; while (Date.now() < end); return ""; };',
    );
    const readyFile = join(createTempDir('busy'), 'ready.json');
    await using pool = startNatsctl(['serve', module, '-s', server.url, '--health', '0', '--ready-file', readyFile]);
    await pool.waitForLine('stderr', /serving busy/);
    const health = healthOf(JSON.parse(readFileSync(readyFile, 'utf8')));
    const client = await connect({ servers: server.url });
    const reply = client.request('busy.block', '', { timeout: 10_000 });
    await client.flush();
    expect(await scrape(health)).toMatchObject({ 'natsctl_requests_total{service="busy",endpoint="block"}': 0 });
    await reply;
    const blocked = await scrape(health);
    expect(blocked).toMatchObject({ 'natsctl_requests_total{service="busy",endpoint="block"}': 1 });
    const late = Number(blocked['natsctl_event_loop_lag_seconds_bucket{le="+Inf"}']);
    expect(late - Number(blocked['natsctl_event_loop_lag_seconds_bucket{le="1"}'])).toBe(1);
    await client.close();
  });

  it.each([
    ['8080x', /^error: --health: "8080x" is not a whole number from 0 to 65535$/m],
    ['localhost', /^error: --health: "localhost" is not a whole number from 0 to 65535$/m],
    [':8080', /^error: --health: the host is empty$/m],
    ['127.0.0.1:70000', /^error: --health: "70000" is not a whole number from 0 to 65535$/m],
  ])('refuses %j', async (where, error) => {
    const { code, stderr } = await natsctl(['serve', 'greeter', '--health', where]);
    expect(code).toBe(2);
    expect(stderr).toMatch(error);
  });

  it('does not start where the port is taken', async () => {
    await using server = await startNatsServer();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const result = await natsctl(['serve', 'greeter', '-s', server.url, '--health', `${port}`]);
    expect(result).toMatchObject({
      code: 3,
      stderr: `error: cannot listen on 127.0.0.1:${port}: the port is in use\nanother program listens there; --health 0 picks a free port\n`,
    });
    other.close();
  });

  describe.skipIf(tools.prometheus.path === undefined)('for Prometheus', () => {
    it('is a page that promtool has nothing to say of, and that Prometheus scrapes', async () => {
      await using server = await startNatsServer();
      await using pool = await startPool(server.url, '--workers', '2', '--log', 'off', '--health', '[::1]:0');
      const health = healthOf(pool.ready);
      expect(health).toMatch(/^http:\/\/\[::1\]:\d+$/);
      const client = await connect({ servers: server.url });
      for (let count = 0; count < 40; count++) await client.request('greeter.greet', 'World');
      await client.close();
      expect(await lintMetrics(await (await fetch(`${health}/metrics`)).text())).toBe('');

      await using prometheus = await startPrometheus(`${health}/metrics`);
      const until = (expression: string, value: number) =>
        expect
          .poll(async () => (await prometheus.query(expression)).map((series) => series.value), { timeout: 10_000 })
          .toEqual([value]);
      await until('natsctl_requests_total{service="greeter",endpoint="greet"}', 40);
      await until('natsctl_request_duration_seconds_bucket{le="+Inf"}', 40);
      await until('sum(natsctl_workers{state="serving"})', 2);
      expect(await prometheus.health()).toBe('up');
      const quantile = await prometheus.query('histogram_quantile(0.99, natsctl_request_duration_seconds_bucket)');
      expect(quantile[0]?.value).toBeGreaterThan(0);
    });
  });
});
