import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'nats';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTempDir } from '../support/guardian.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { isAlive, membersOfGroup } from '../support/processes.js';
import type { RunningProgram } from '../support/program.js';
import { scrape } from '../support/prometheus.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { tools } from '../support/tools.js';
import { waitUntil } from '../support/wait-until.js';

interface Ready {
  readonly worker_pids: readonly number[];
  readonly health_url: string;
  readonly pools: ReadonlyArray<{ readonly name: string; readonly workers: number }>;
}

const VERSIONED = (version: number): string => `export const version = () => '${version}';`;

describe.skipIf(tools.natsServer.path === undefined)('natsctl serve with a config file', () => {
  let server: NatsServer;
  let folder: string;
  let env: { readonly NATSCTL_RUNTIME_DIR: string };

  beforeAll(async () => {
    server = await startNatsServer();
  });
  afterAll(() => server?.[Symbol.asyncDispose]());
  beforeEach(() => {
    folder = createTempDir('config');
    env = { NATSCTL_RUNTIME_DIR: join(folder, 'run') };
  });

  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const readyNow = (): Ready => JSON.parse(readFileSync(join(folder, 'ready.json'), 'utf8'));
  const ask = async (url: string): Promise<string> => (await fetch(url)).text();
  const pool = (...args: readonly string[]) => natsctl(['pool', ...args], { env, cwd: folder, timeoutMs: 30_000 });

  /** Two pools: of a module, and of two services that come with natsctl. */
  async function serveTwo(...flags: readonly string[]): Promise<RunningProgram> {
    write('orders.ts', VERSIONED(1));
    write(
      'natsctl.config.ts',
      `import { defineConfig } from 'natsctl';
      const server: string = '${server.url}';
      export default defineConfig({
        server, log: 'json', health: 0, readyFile: 'ready.json',
        pools: {
          orders: { service: './orders.ts', workers: 2 },
          hello: { service: ['greeter', 'echo'], maxQueued: 10, concurrency: 5 },
        },
      });`,
    );
    const program = startNatsctl(['serve', ...flags], { env, cwd: folder });
    await program.waitForLine('stderr', /^hello: serving echo on echo/);
    return program;
  }

  it('runs all pools of natsctl.config.ts in one supervisor, and drains them together', async () => {
    await using program = await serveTwo();
    expect(readyNow().pools).toMatchObject([
      { name: 'orders', workers: 2 },
      { name: 'hello', workers: 1, services: [{ name: 'greeter' }, { name: 'echo' }] },
    ]);
    const { worker_pids: workers, health_url: health } = readyNow();
    expect(workers).toHaveLength(3);
    expect(await ask(`${health}/readyz`)).toBe('ok\n');

    const client = await connect({ servers: server.url });
    expect((await client.request('orders.version', '')).string()).toBe('1');
    expect((await client.request('greeter.greet', 'World')).string()).toBe('Hello, World!');
    await client.close();
    expect(await scrape(health)).toMatchObject({
      'natsctl_requests_total{pool="orders",service="orders",endpoint="version"}': 1,
      'natsctl_requests_total{pool="hello",service="greeter",endpoint="greet"}': 1,
      'natsctl_workers{pool="orders",state="serving"}': 2,
      'natsctl_worker_restarts_total{pool="hello"}': 0,
    });
    await program.waitForLine('stderr', /"pool":"orders","service":"orders","worker":[12],"subject":"orders.version"/);

    expect((await program.stop()).code).toBe(0);
    expect(existsSync(join(folder, 'ready.json'))).toBe(false);
    expect(workers.filter(isAlive)).toEqual([]);
  });

  it('has natsctl pool reach each by its name', async () => {
    await using program = await serveTwo();
    const { health_url: health } = readyNow();
    const list = (await pool('ls', '--json')).stdout.trim().split('\n');
    expect(list.map((line) => JSON.parse(line))).toMatchObject([
      { name: 'hello', pid: program.pid, workers: 1 },
      { name: 'orders', pid: program.pid, workers: 2 },
    ]);
    expect(await pool('reload')).toMatchObject({ code: 2, stderr: expect.stringContaining('2 pools run: name one') });

    write('orders.ts', VERSIONED(2));
    expect((await pool('reload', 'orders')).code).toBe(0);
    const version = await natsctl(['request', '-s', server.url, 'orders.version', '']);
    expect(version.stdout).toBe('2\n');
    expect((await pool('scale', '3', 'hello')).code).toBe(0);
    await expect.poll(() => readyNow().pools).toMatchObject([{ workers: 2 }, { workers: 3 }]);

    // The others are left alone.
    expect((await pool('stop', 'hello')).code).toBe(0);
    expect(readyNow().pools).toMatchObject([{ name: 'orders' }]);
    expect(await ask(`${health}/readyz`)).toBe('ok\n');
    expect((await natsctl(['request', '-s', server.url, 'greeter.greet', 'World'])).code).toBe(5);
    expect((await pool('stop', String(program.pid))).code).toBe(0);
    expect(await program.exited).toEqual({ code: 0, signal: null });
  });

  it('reads the modules anew at a reload, and not the file', async () => {
    await using program = await serveTwo();
    write('natsctl.config.ts', 'nonsense');
    expect((await pool('reload', 'hello')).code).toBe(0);
    expect((await program.stop()).code).toBe(0);
  });

  it('lets the flags win', async () => {
    await using program = await serveTwo('--workers', '3', '--log', 'off');
    expect(readyNow().pools).toMatchObject([{ workers: 3 }, { workers: 3 }]);
    await natsctl(['request', '-s', server.url, 'orders.version', '']);
    const { stderr } = await program.stop();
    expect(stderr).not.toContain('Received request');
  });

  it('ends all with the exit code of one that cannot serve; the others answer what they have in hand', async () => {
    write(
      'slow.mjs',
      `export const wait = () => new Promise((resolve) => {
        console.error('in hand');
        process.on('SIGUSR2', () => resolve('done'));
      });`,
    );
    write(
      'late.mjs',
      `import { existsSync } from 'node:fs';
      while (!existsSync('${join(folder, 'go')}')) await new Promise((resolve) => setTimeout(resolve, 10));
      throw new Error('no such table');`,
    );
    const pools = { slow: { service: './slow.mjs' }, late: { service: './late.mjs' } };
    const config = { server: server.url, health: 0, pools };
    write('pools.json', JSON.stringify(config));
    await using program = startNatsctl(['serve', '--config', 'pools.json'], { env, cwd: folder });
    const [, health] = await program.waitForLine('stderr', /metrics at (http:\S+):/);
    const client = await connect({ servers: server.url });
    await waitUntil(async () => (await ask(`${health}/readyz`)) === 'late: starting\n');
    const reply = client.request('slow.wait', '', { timeout: 10_000 });
    await program.waitForLine('stderr', /in hand/);
    write('go', '');
    await program.waitForLine(
      'stderr',
      /^warning: pool late: cannot load .*late\.mjs, line 3: no such table; the others/,
    );
    for (const pid of membersOfGroup(program.pid)) if (pid !== program.pid) process.kill(pid, 'SIGUSR2');
    expect((await reply).string()).toBe('done');
    await client.close();
    const { code, stderr } = await program.finished;
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: pool late: cannot load \.\/late\.mjs, line 3: no such table$/m);
    expect(membersOfGroup(program.pid)).toEqual([]);
  });

  it.each([
    ['pools.mjs', (pools: string) => `export default ${pools}`],
    ['pools.cjs', (pools: string) => `module.exports = ${pools}`],
    ['pools.mts', (pools: string) => `const config: object = await Promise.resolve(${pools}); export default config`],
    ['pools.cts', (pools: string) => `const { defineConfig } = require('natsctl'); export = defineConfig(${pools})`],
  ])('reads %s', async (name, textOf) => {
    write(name, textOf(`{ server: '${server.url}', pools: { hi: { service: 'greeter' } } }`));
    await using program = startNatsctl(['serve', '--config', name], { env, cwd: folder });
    await program.waitForLine('stderr', /^hi: serving greeter/);
    expect((await program.stop()).code).toBe(0);
  });

  it.each([
    ['a.ts', 'export default {\n  pools: {', /^error: cannot load a\.ts, line \d: /],
    ['a.mjs', '\nthrow new TypeError("no");', /^error: cannot load a\.mjs, line 2: TypeError: no$/m],
    ['a.mjs', 'import "nowhere";', /^error: cannot load a\.mjs, line 1: cannot find nowhere\ninstall it: npm/],
    ['a.js', 'export const a = 1', /^error: a\.js: unknown field a$/m],
    ['a.mjs', 'export default () => ({})', /^error: a\.mjs holds a function, and not an object with pools$/m],
    ['a.json', '{"pools":{"a":{"service":"./none.ts"}}}', /^error: a\.json: pools\.a\.service: there is no file/],
  ])('is exit 2 for %s: %s', async (name, text, told) => {
    write(name, text);
    const { code, stderr, stdout } = await natsctl(['serve', '--config', name], { env, cwd: folder });
    expect(stderr).toMatch(told);
    expect([code, stdout]).toEqual([2, '']);
  });
});
