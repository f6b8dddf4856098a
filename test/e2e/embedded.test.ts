import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createTempDir } from '../support/guardian.js';
import { type Network, noNetwork, openNetwork } from '../support/network.js';
import { membersOfGroup } from '../support/processes.js';
import type { ProgramOptions, RunningProgram } from '../support/program.js';

const DEFAULT_URL = 'nats://127.0.0.1:4222';
const STARTED = new RegExp(`^no server at ${DEFAULT_URL}: started one for development; production is for nats-server$`);

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Keeps requests in flight until the server goes, and tells how many were answered. */
const LOAD = `
  import { connect } from 'nats';
  const client = await connect({ reconnect: false, noAsyncTraces: true });
  let answered = 0;
  const keepAsking = async () => {
    for (let going = true; going; ) {
      going = await client.request('greeter.greet', 'x', { timeout: 60_000 }).then(
        () => (++answered === 1000 && console.log('1000 answered'), true),
        () => false,
      );
    }
  };
  await Promise.all([...Array.from({ length: 100 }, keepAsking)]);
  await client.closed();
  console.log(answered + ' in all');
`;

interface Served extends RunningProgram {
  readonly readyFile: string;
  /** What the ready file says once it serves. */
  ready(): Promise<Readonly<Record<string, unknown>>>;
}

/** Starts `natsctl serve greeter` in the network. */
function serve(network: Network, flags: readonly string[] = [], options: ProgramOptions = {}): Served {
  const readyFile = join(createTempDir('embedded'), 'ready.json');
  const program = network.startNatsctl(['serve', 'greeter', '--ready-file', readyFile, ...flags], options);
  const ready = async () => {
    await program.waitForLine('stderr', /serving greeter/);
    return JSON.parse(readFileSync(readyFile, 'utf8'));
  };
  return Object.assign(program, { readyFile, ready });
}

function greet(network: Network, name: string, ...flags: readonly string[]) {
  return network.natsctl(['request', 'greeter.greet', name, ...flags]);
}

/** Settings of the `nats` command with a context that is selected. */
function selectContext(context: object): { readonly XDG_CONFIG_HOME: string } {
  const config = createTempDir('config');
  mkdirSync(join(config, 'nats', 'context'), { recursive: true });
  writeFileSync(join(config, 'nats', 'context', 'chosen.json'), JSON.stringify(context));
  writeFileSync(join(config, 'nats', 'context.txt'), 'chosen');
  return { XDG_CONFIG_HOME: config };
}

describe.skipIf(noNetwork !== undefined)('natsctl serve, where no server was named', () => {
  it('starts one where none answers, says so in one line, and serves', async () => {
    await using network = await openNetwork();
    await using pool = serve(network, ['--workers', '2']);
    expect(await pool.ready()).toMatchObject({ url: DEFAULT_URL, embedded: true, pid: pool.pid });
    expect(await greet(network, 'World')).toMatchObject({ code: 0, stdout: 'Hello, World!\n', stderr: '' });
    const { code, stderr } = await pool.stop('SIGINT');
    expect(code).toBe(0);
    const [first, second] = stderr.split('\n');
    expect(first).toMatch(STARTED);
    expect(second).toBe(`serving greeter on greeter.greet with 2 workers, queue greeters, at ${DEFAULT_URL}, embedded`);
    expect(stderr).not.toMatch(/warning|lost/);
    expect(existsSync(pool.readyFile)).toBe(false);
    expect(membersOfGroup(pool.pid)).toEqual([]);
    expect((await greet(network, 'World')).code).toBe(3);
  });

  it('uses the server that is there', async () => {
    await using network = await openNetwork();
    await using server = network.startNatsctl(['server']);
    await server.waitForLine('stderr', /listening/);
    await using pool = serve(network);
    expect(await pool.ready()).toMatchObject({ url: DEFAULT_URL, embedded: false });
    const { code, stderr } = await pool.stop();
    expect(code).toBe(0);
    expect(stderr).toMatch(/at nats:\/\/127\.0\.0\.1:4222\n/);
    expect(stderr).not.toMatch(/started one|embedded/);
  });

  it.each<[surroundings: string, flags: string[], env: Record<string, string>]>([
    ['NODE_ENV=production', [], { NODE_ENV: 'production' }],
    ['a cluster', [], { KUBERNETES_SERVICE_HOST: '10.0.0.1' }],
    ['--no-embedded', ['--no-embedded'], {}],
    ['NATSCTL_EMBEDDED=0', [], { NATSCTL_EMBEDDED: '0' }],
    ['credentials that were given', ['--user', 'me', '--password', 's3cret'], {}],
  ])('starts none with %s: exit 3, which names --embedded', async (_, flags, env) => {
    await using network = await openNetwork();
    await using pool = serve(network, flags, { env });
    const { code, stdout, stderr } = await pool.finished;
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(`error: no connection to ${DEFAULT_URL}: connection refused\n`);
    expect(stderr.trim().split('\n').at(-1)).toContain('--embedded');
    expect(existsSync(pool.readyFile)).toBe(false);
  });

  it.each<[surroundings: string, env: Record<string, string>]>([
    ['NODE_ENV=production', { NODE_ENV: 'production' }],
    ['a cluster', { KUBERNETES_SERVICE_HOST: '10.0.0.1' }],
    ['NATSCTL_EMBEDDED=0', { NATSCTL_EMBEDDED: '0' }],
  ])('starts one with --embedded in spite of %s', async (_, env) => {
    await using network = await openNetwork();
    await using pool = serve(network, ['--embedded'], { env });
    expect(await pool.ready()).toMatchObject({ embedded: true });
    expect((await pool.stop()).code).toBe(0);
  });

  it('does not start one before --wait-server is over', async () => {
    await using network = await openNetwork();
    const startedAt = performance.now();
    await using pool = serve(network, ['--wait-server', '1500ms']);
    await pool.waitForLine('stderr', STARTED);
    expect(performance.now() - startedAt).toBeGreaterThan(1_500);
    expect(await pool.ready()).toMatchObject({ embedded: true });
  });

  it('uses a server that appears while it waits', async () => {
    await using network = await openNetwork();
    await using pool = serve(network, ['--wait-server', '30s']);
    await using server = network.startNatsctl(['server']);
    await server.waitForLine('stderr', /listening/);
    expect(await pool.ready()).toMatchObject({ embedded: false });
    expect(pool.stderr.text()).not.toMatch(/started one/);
  });

  it('ends with 0 at a signal while it waits, and starts none', async () => {
    await using network = await openNetwork();
    const stale = join(createTempDir('stale'), 'ready.json');
    writeFileSync(stale, '{}');
    await using pool = serve(network, ['--wait-server', '30s', '--ready-file', stale]);
    // It removes what an earlier pool has left once it listens for signals.
    await expect.poll(() => existsSync(stale), { timeout: 10_000, interval: 5 }).toBe(false);
    expect(await pool.stop('SIGINT')).toMatchObject({ code: 0, stderr: expect.not.stringContaining('started one') });
  });

  it('ends with one server and two pools where two are started at the same moment', async () => {
    await using network = await openNetwork();
    await using one = serve(network);
    await using other = serve(network);
    const ready = await Promise.all([one.ready(), other.ready()]);
    expect(ready.map(({ embedded }) => embedded).sort()).toEqual([false, true]);
    expect(ready.map(({ url }) => url)).toEqual([DEFAULT_URL, DEFAULT_URL]);
    for (const name of ['Anna', 'Ben', 'Chloé']) expect((await greet(network, name)).code).toBe(0);
  });

  it('ends its server with itself; another pool waits and reconnects, and does not take its place', async () => {
    await using network = await openNetwork();
    await using owner = serve(network);
    await owner.ready();
    await using guest = serve(network);
    expect(await guest.ready()).toMatchObject({ embedded: false });

    const { code, stderr } = await owner.stop('SIGTERM');
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/warning|lost/);
    await guest.waitForLine('stderr', /the connection to the server was lost; reconnecting/);
    expect((await greet(network, 'nobody')).code).toBe(3);

    await using next = serve(network);
    expect(await next.ready()).toMatchObject({ embedded: true });
    await guest.waitForLine('stderr', /connected to nats:\/\/127\.0\.0\.1:4222 again/);
    expect(guest.stderr.text()).not.toMatch(/started one/);
    expect((await guest.stop()).code).toBe(0);
    expect((await greet(network, 'Next')).stdout).toBe('Hello, Next!\n');
  });

  it('answers what its workers have in hand before its server ends', async () => {
    await using network = await openNetwork();
    await using pool = serve(network, ['--workers', '2', '--json']);
    await pool.ready();
    await using client = network.start(process.execPath, ['--input-type=module', '-e', LOAD], { cwd: root });
    await client.waitForLine('stdout', /^1000 answered$/);
    const { code, stderr } = await pool.stop('SIGINT');
    expect(code).toBe(0);
    const served = stderr.match(/"Received request for /g)?.length;
    expect((await client.finished).stdout).toMatch(new RegExp(`^${served} in all$`, 'm'));
  });

  it('leaves nothing where it is killed', async () => {
    await using network = await openNetwork();
    await using pool = serve(network, ['--workers', '2']);
    await pool.ready();
    process.kill(pool.pid, 'SIGKILL');
    await expect.poll(() => membersOfGroup(pool.pid)).toEqual([]);
    await using next = serve(network);
    expect(await next.ready()).toMatchObject({ embedded: true });
  });

  it('writes JSON lines only with --json', async () => {
    await using network = await openNetwork();
    await using pool = serve(network, ['--json']);
    await pool.ready();
    const lines = (await pool.stop()).stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toEqual({ level: 'info', message: expect.stringMatching(STARTED) });
  });

  it('refuses --embedded and --no-embedded together', async () => {
    await using network = await openNetwork();
    expect(await network.natsctl(['serve', 'greeter', '--embedded', '--no-embedded'])).toMatchObject({ code: 2 });
  });
});

describe.skipIf(noNetwork !== undefined)('natsctl serve, where a server was named that does not answer', () => {
  it.each<[by: string, flags: string[], env: Record<string, string>]>([
    ['a flag', ['-s', DEFAULT_URL], {}],
    ['the environment', [], { NATS_URL: DEFAULT_URL }],
    ['a context', ['--context', 'chosen'], selectContext({ url: DEFAULT_URL })],
    ['the environment’s context', [], { ...selectContext({ url: DEFAULT_URL }), NATS_CONTEXT: 'chosen' }],
    ['the selected context', [], selectContext({ url: DEFAULT_URL })],
    ['the selected context, which leaves the server out', [], selectContext({ description: 'nothing in it' })],
  ])('ends with exit 3: by %s', async (_, flags, env) => {
    await using network = await openNetwork();
    await using pool = serve(network, flags, { env });
    const { code, stderr } = await pool.finished;
    expect(code).toBe(3);
    expect(stderr).toContain(`error: no connection to ${DEFAULT_URL}: connection refused\n`);
    expect(stderr).not.toContain('started one');
  });

  it('refuses --embedded', async () => {
    await using network = await openNetwork();
    expect(await network.natsctl(['serve', 'greeter', '--embedded', '-s', DEFAULT_URL])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('a server is named already, by --server'),
    });
  });

  it('serves on it, and names the context, once it is there', async () => {
    await using network = await openNetwork();
    await using server = network.startNatsctl(['server']);
    await server.waitForLine('stderr', /listening/);
    await using pool = serve(network, [], { env: selectContext({ url: DEFAULT_URL }) });
    expect(await pool.ready()).toMatchObject({ url: DEFAULT_URL, context: 'chosen', embedded: false });
    expect(pool.stderr.text()).toContain(`at ${DEFAULT_URL}, context chosen\n`);
  });

  it('does start one with --no-context, which leaves the selected one out', async () => {
    await using network = await openNetwork();
    await using pool = serve(network, ['--no-context'], { env: selectContext({ url: 'nats://192.0.2.1' }) });
    expect(await pool.ready()).toMatchObject({ url: DEFAULT_URL, embedded: true });
  });
});

describe.skipIf(noNetwork !== undefined)('natsctl request, where no server was named and none answers', () => {
  it('starts none: exit 3, which says what does', async () => {
    await using network = await openNetwork();
    const { code, stderr } = await greet(network, 'World');
    expect(code).toBe(3);
    expect(stderr).toMatch(/`natsctl server`.*`natsctl serve`.*for development.*nats-server for production/);
  });
});
