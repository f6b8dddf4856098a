import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'nats';
import { describe, expect, it } from 'vitest';
import { createTempDir } from '../support/guardian.js';
import { startLoad } from '../support/load.js';
import { startNatsServer } from '../support/nats-server.js';
import { isReadyFileGone, startPool } from '../support/pool.js';
import { isAlive, membersOfGroup } from '../support/processes.js';
import { runProgram } from '../support/program.js';
import { natsctl, peer, startNatsctl } from '../support/run.js';
import { pastSameSignal } from '../support/second-signal.js';
import { natsServers, tools } from '../support/tools.js';
import { waitUntil } from '../support/wait-until.js';
import { watchWaiting } from '../support/waiting.js';

/** Resolves when `condition` holds; looks often, for at most 10 s. */
async function until(condition: () => boolean): Promise<void> {
  await expect.poll(condition, { timeout: 10_000, interval: 20 }).toBe(true);
}

for (const { name, path: binary } of natsServers) {
  describe.skipIf(binary === undefined)(`natsctl serve greeter, with ${name}`, () => {
    const start = (config = '') => startNatsServer({ binary: binary ?? '', config });
    const greet = (url: string, body: string) => natsctl(['request', '-s', url, 'greeter.greet', body]);

    it('serves with three workers, says so, and takes its ready file away at the end', async () => {
      await using server = await start();
      await using pool = await startPool(server.url, '--workers', '3');
      expect(pool.ready).toEqual({
        pid: pool.pid,
        service: 'greeter',
        subjects: ['greeter.greet'],
        queue: 'greeters',
        workers: 3,
        url: server.url,
        embedded: false,
        services: [{ name: 'greeter', version: '1.0.0', subjects: ['greeter.greet'], queue: 'greeters' }],
        worker_pids: pool.workers(),
      });
      expect(pool.workers()).toHaveLength(3);
      expect(await greet(server.url, 'World')).toMatchObject({ code: 0, stdout: 'Hello, World!\n' });
      await pool.waitForLine('stderr', /worker-\d Received request for World, sending: Hello, World!$/);

      expect((await pool.stop('SIGINT')).code).toBe(0);
      expect(isReadyFileGone(pool)).toBe(true);
      expect(membersOfGroup(pool.pid)).toEqual([]);
    });

    it('greets any UTF-8 name, drops one final newline, and answers an empty name with error 400', async () => {
      await using server = await start();
      await using _pool = await startPool(server.url);
      const stdin = 'Żaneta de la Cruz 🎉\n';
      const result = await natsctl(['request', '-s', server.url, 'greeter.greet'], { stdin });
      expect(result.stdout).toBe('Hello, Żaneta de la Cruz 🎉!\n');
      const empty = await greet(server.url, '');
      expect(empty).toMatchObject({ code: 7, stdout: '', stderr: expect.stringContaining('400: name is empty') });
    });

    it('escapes control characters in its log and cuts long names', async () => {
      await using server = await start();
      await using pool = await startPool(server.url);
      await greet(server.url, `\u001b[31mred\r\n${'x'.repeat(500)}`);
      const [line] = await pool.waitForLine('stderr', /Received request for .*$/);
      expect(line).toContain(String.raw`\e[31mred\r\nxxx`);
      expect(line.length).toBeLessThan(600);
    });

    it('shares 3,000 requests so that each of three workers answers at least a fifth', async () => {
      await using server = await start();
      await using pool = await startPool(server.url, '--workers', '3', '--log', 'json');
      const client = await connect({ servers: server.url });
      for (let round = 0; round < 30; round++) {
        await Promise.all(
          Array.from({ length: 100 }, (_, index) => client.request('greeter.greet', `${round}-${index}`)),
        );
      }
      await client.close();
      const { stderr } = await pool.stop();
      const shares = new Map<number, number>();
      for (const line of stderr.split('\n').filter((text) => text.startsWith('{'))) {
        const { worker } = JSON.parse(line);
        shares.set(worker, (shares.get(worker) ?? 0) + 1);
      }
      expect([...shares.keys()].sort()).toEqual([1, 2, 3]);
      expect(Math.min(...shares.values())).toBeGreaterThanOrEqual(600);
      expect([...shares.values()].reduce((sum, share) => sum + share)).toBe(3_000);
    });

    it('keeps the lines of its log whole, and all of them, where the reader falls behind', async () => {
      await using server = await start();
      await using pool = await startPool(server.url, '--workers', '2');
      pool.process.stderr?.pause();
      const load = await startLoad({ url: server.url, inFlight: 200 });
      await load.reached(20_000);
      const { answered, failures } = await load.stop();
      expect(failures).toEqual({});
      pool.process.stderr?.resume();
      const { stderr } = await pool.stop();
      const lines = stderr.split('\n').slice(0, -1);
      const whole = /^\d{4}-\d\d-\d\dT[\d:.]{12}Z worker-\d Received request for (\d+-\d+), sending: Hello, \1!$/;
      expect(lines.filter((line) => !whole.test(line) && !/^(serving|SIGTERM)/.test(line))).toEqual([]);
      expect(lines.filter((line) => whole.test(line))).toHaveLength(answered);
    });

    it('replaces a worker killed under load; a client with one retry sees no failure', async () => {
      await using server = await start();
      await using pool = await startPool(server.url, '--workers', '3', '--log', 'off');
      const load = await startLoad({ url: server.url, inFlight: 100, retries: 1, timeoutMs: 5_000 });
      await load.reached(1_000);
      process.kill(pool.workers()[0] as number, 'SIGKILL');
      await pool.waitForLine('stderr', /worker-\d ended: it was ended by SIGKILL;.* replacing it at once/);
      await pool.waitForLine('stderr', /worker-\d serves greeter again/);
      await load.reached(1_000);
      expect((await load.stop()).failures).toEqual({});
      expect(pool.workers()).toHaveLength(3);
    });

    it('drains under 2,000 requests in flight while another pool serves: not one is lost', async () => {
      await using server = await start();
      await using leaving = await startPool(server.url, '--workers', '3', '--log', 'off');
      await using _staying = await startPool(server.url, '--workers', '1', '--log', 'off');
      const load = await startLoad({ url: server.url, inFlight: 2_000 });
      await load.reached(5_000);
      expect((await leaving.stop('SIGTERM')).code).toBe(0);
      await load.reached(2_000);
      expect((await load.stop()).failures).toEqual({});
    });

    it('drains and replaces a worker that gets SIGTERM; SIGINT and SIGHUP it leaves to the supervisor', async () => {
      await using server = await start();
      await using pool = await startPool(server.url, '--workers', '2', '--log', 'off');
      const [first, second] = pool.workers() as [number, number];
      process.kill(first, 'SIGINT');
      process.kill(first, 'SIGHUP');
      process.kill(second, 'SIGTERM');
      await pool.waitForLine('stderr', /worker-2 ended: it was drained/);
      await pool.waitForLine('stderr', /worker-2 serves greeter again/);
      expect(isAlive(first)).toBe(true);
      expect(isAlive(second)).toBe(false);
    });

    it('leaves no orphan where the supervisor is killed', async () => {
      await using server = await start();
      await using pool = await startPool(server.url, '--workers', '3');
      const workers = pool.workers();
      const endWatch = watchWaiting(() => [process.pid, ...workers]);
      const killedAt = performance.now();
      process.kill(pool.pid, 'SIGKILL');
      await until(() => !workers.some(isAlive));
      expect(performance.now() - killedAt).toBeLessThan(2_000 + endWatch());
    });

    it('reconnects when the server comes back, saying so once each way, and serves within 2 s', async () => {
      await using server = await start();
      await using pool = await startPool(server.url, '--workers', '3', '--log', 'off');
      await server.kill();
      await pool.waitForLine('stderr', /connection to the server was lost/);
      await server.restart();
      const endWatch = watchWaiting(() => [process.pid, server.pid, ...membersOfGroup(pool.pid)]);
      const backAt = performance.now();
      const client = await connect({ servers: server.url });
      const ask = () => client.request('greeter.greet', 'again', { timeout: 5_000 }).catch(() => undefined);
      expect((await waitUntil(ask)).string()).toBe('Hello, again!');
      expect(performance.now() - backAt).toBeLessThan(2_000 + endWatch());
      await client.close();
      await pool.waitForLine('stderr', /connected to .* again/);
      const { stderr, code } = await pool.stop('SIGINT');
      expect(code).toBe(0);
      expect(stderr.match(/connection to the server was lost/g)).toHaveLength(1);
      expect(stderr.match(/connected to .* again/g)).toHaveLength(1);
    });

    it('replaces a worker during an outage, which then waits for the server', async () => {
      await using server = await start();
      await using pool = await startPool(server.url, '--workers', '2', '--log', 'off');
      await server.kill();
      await pool.waitForLine('stderr', /connection to the server was lost/);
      process.kill(pool.workers()[0] as number, 'SIGKILL');
      await pool.waitForLine('stderr', /ended by SIGKILL/);
      await server.restart();
      await pool.waitForLine('stderr', /serves greeter again/);
      expect((await greet(server.url, 'again')).stdout).toBe('Hello, again!\n');
    });

    it('gives up with exit 4 at once where the credentials are refused, and names them', async () => {
      await using server = await start('authorization { token: s3cret }');
      const result = await natsctl(['serve', 'greeter', '-s', server.url, '--token', 'wr0ng', '--workers', '2']);
      expect(result).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('token, from --token') });
      expect(result.stderr).not.toContain('wr0ng');
      expect(result.stderr).not.toContain('replacing');
    });

    it('gives up with exit 4 where the server denies the subject', async () => {
      const user = '{ user: a, password: b, permissions: { subscribe: { deny: "greeter.>" } } }';
      await using server = await start(`authorization { users: [${user}] }`);
      const result = await natsctl(['serve', 'greeter', '-s', server.url, '--user', 'a', '--password', 'b']);
      expect(result).toMatchObject({ code: 4, stderr: expect.stringContaining('greeter.greet') });
    });

    it('serves where discovery is denied, with one warning', async () => {
      const user = '{ user: a, password: b, permissions: { subscribe: { deny: "$SRV.>" } } }';
      await using server = await start(`authorization { users: [${user}] }`);
      const url = server.url.replace('nats://', 'nats://a:b@');
      await using pool = await startPool(url, '--workers', '3', '--log', 'off');
      expect((await greet(url, 'World')).stdout).toBe('Hello, World!\n');
      const { stderr } = await pool.stop('SIGINT');
      expect(stderr.match(/\$SRV/g)).toHaveLength(1);
    });

    it('joins the queue group that --queue names, beside those of another', async () => {
      await using server = await start();
      await using _own = await startPool(server.url, '--log', 'off');
      await using other = await startPool(server.url, '--queue', 'audit', '--workers', 'auto');
      expect(other.ready).toMatchObject({ queue: 'audit' });
      await greet(server.url, 'World');
      // Each queue group gets each request once.
      await other.waitForLine('stderr', /Received request for World/);
    });

    it('starts, serves and stops a pool of 50', async () => {
      await using server = await start();
      await using pool = await startPool(server.url, '--workers', '50', '--log', 'off');
      expect(pool.workers()).toHaveLength(50);
      expect((await greet(server.url, 'World')).stdout).toBe('Hello, World!\n');
      expect((await pool.stop('SIGINT', 30_000)).code).toBe(0);
      expect(membersOfGroup(pool.pid)).toEqual([]);
    }, 80_000);

    it('names its connections so that an operator can tell them apart', async () => {
      await using server = await startNatsServer({ binary: binary ?? '', monitor: true });
      await using _pool = await startPool(server.url, '--workers', '2', '--log', 'off');
      const page = (await (await fetch(`${server.monitorUrl}/connz`)).json()) as { connections: { name: string }[] };
      expect(page.connections.map((connection) => connection.name).sort()).toEqual([
        'natsctl serve greeter worker-1',
        'natsctl serve greeter worker-2',
      ]);
    });

    describe.skipIf(tools.nats.path === undefined)('as the peer sees it', () => {
      it('is a micro service of three instances', async () => {
        await using server = await start();
        await using _pool = await startPool(server.url, '--workers', '3', '--log', 'off');
        await Promise.all(Array.from({ length: 5 }, (_, index) => greet(server.url, `${index}`)));
        await greet(server.url, '');
        const list = JSON.parse((await peer(['service', 'list', '--json', '-s', server.url])).stdout);
        expect(list).toHaveLength(3);
        const info = await peer(['service', 'info', 'greeter', '-s', server.url]);
        expect(info.stdout).toMatch(/Subject: greeter\.greet\s+Queue Group: greeters/);
        const stats = JSON.parse((await peer(['service', 'stats', 'greeter', '--json', '-s', server.url])).stdout);
        const endpoints = stats.flatMap((instance: { endpoints: unknown[] }) => instance.endpoints);
        const sum = (field: string) =>
          endpoints.reduce((total: number, endpoint: Record<string, number>) => total + (endpoint[field] ?? 0), 0);
        expect(sum('num_requests')).toBe(6);
        expect(sum('num_errors')).toBe(1);
      });

      it('answers the peer’s request', async () => {
        await using server = await start();
        await using _pool = await startPool(server.url);
        const result = await peer(['request', '-s', server.url, 'greeter.greet', 'Peer', '--raw']);
        expect(result.stdout.trim()).toBe('Hello, Peer!');
      });
    });
  });
}

describe('natsctl serve without a server', () => {
  it('answers an unknown service with exit 2, those that exist, and the nearest', async () => {
    const result = await natsctl(['serve', 'greter']);
    expect(result).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/did you mean greeter\? there are: echo, greeter, registry, time/),
    });
  });

  it('gives up with exit 3 where there is no server, after having tried five times', async () => {
    const result = await natsctl(['serve', 'greeter', '-s', '127.0.0.1:1', '--verbose']);
    expect(result).toMatchObject({ code: 3, stdout: '' });
    expect(result.stderr.match(/replacing it/g)).toHaveLength(4);
  });

  it('gives up with exit 9 where no worker stays alive for a cause of its own', async () => {
    const copy = createTempDir('broken');
    for (const folder of ['bin', 'dist', 'package.json']) {
      cpSync(new URL(`../../${folder}`, import.meta.url), join(copy, folder), { recursive: true });
    }
    writeFileSync(join(copy, 'dist', 'worker.cjs'), 'process.exit(86);');
    const result = await runProgram(process.execPath, [
      join(copy, 'bin', 'natsctl.js'),
      'serve',
      'greeter',
      '-s',
      '127.0.0.1:1',
    ]);
    expect(result).toMatchObject({
      code: 9,
      stderr: expect.stringMatching(/no worker stays alive: it exited with 86/),
    });
  });

  it.each([
    ['--workers', '0'],
    ['--workers', '257'],
    ['--workers', 'many'],
    ['--log', 'xml'],
    ['--grace', '10'],
    ['--queue', 'two words'],
  ])('refuses %s %s with exit 2', async (flag, value) => {
    expect(await natsctl(['serve', 'greeter', flag, value])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(flag),
    });
  });

  it('removes the ready file of an earlier pool before it connects', async () => {
    const readyFile = join(createTempDir('stale'), 'ready.json');
    writeFileSync(readyFile, '{}');
    await natsctl(['serve', 'greeter', '-s', '127.0.0.1:1', '--ready-file', readyFile]);
    expect(existsSync(readyFile)).toBe(false);
  });
});

describe.skipIf(tools.natsServer.path === undefined)('natsctl serve, with any server', () => {
  it('refuses a ready file in a folder that is not there, with exit 2 and nothing left running', async () => {
    await using server = await startNatsServer();
    const readyFile = join(createTempDir('missing'), 'no-folder', 'ready.json');
    await using pool = startNatsctl(['serve', 'greeter', '-s', server.url, '--ready-file', readyFile]);
    expect(await pool.finished).toMatchObject({ code: 2, stderr: expect.stringContaining('no such directory') });
    expect(membersOfGroup(pool.pid)).toEqual([]);
  });

  it('ends at once with 130 at a second SIGINT', async () => {
    await using server = await startNatsServer();
    await using pool = await startPool(server.url, '--workers', '2', '--grace', '60s');
    server.suspend();
    process.kill(pool.pid, 'SIGINT');
    await pool.waitForLine('stderr', /finishing what is in hand/);
    await pastSameSignal();
    expect((await pool.stop('SIGINT')).code).toBe(130);
    expect(membersOfGroup(pool.pid)).toEqual([]);
  });

  it('writes nothing but JSON lines with --json', async () => {
    await using server = await startNatsServer();
    const readyFile = join(createTempDir('json'), 'ready.json');
    await using pool = startNatsctl(['serve', 'greeter', '-s', server.url, '--json', '--ready-file', readyFile]);
    await pool.waitForLine('stderr', /serving greeter/);
    await natsctl(['request', '-s', server.url, 'greeter.greet', 'World']);
    await pool.waitForLine('stderr', /Received request/);
    const { stdout, stderr } = await pool.stop('SIGINT');
    expect(stdout).toBe('');
    for (const line of stderr.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
  });

  it('keeps secrets out of the process list and the ready file, also those given by flag', async () => {
    await using server = await startNatsServer({ config: 'authorization { user: a, password: s3cret }' });
    await using pool = await startPool(server.url, '--user', 'a', '--password', 's3cret', '--workers', '2');
    const family = membersOfGroup(pool.pid);
    expect(family).toHaveLength(3);
    for (const pid of family) expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('s3cret');
    expect(JSON.stringify(pool.ready)).not.toContain('s3cret');
  });
});
