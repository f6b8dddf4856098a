import { fileURLToPath } from 'node:url';
import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { type StartedPool, startPool } from '../support/pool.js';
import type { RunningProgram } from '../support/program.js';
import { natsctl, peer, startNatsctl, startPeer } from '../support/run.js';
import { hasTerminal, startInTerminal } from '../support/terminal.js';
import { tools } from '../support/tools.js';

const launcher = fileURLToPath(new URL('../../bin/natsctl.js', import.meta.url));
const ESCAPE = '\u001b';
/** For `--for` and `--timeout` where nothing is to be waited for. */
const LONG = '60s';

const config = `
authorization { users: [
  { user: full, password: p }
  { user: few, password: p, permissions: { publish: { deny: "$SRV.>" } } }
] }
no_auth_user: full
`;

const describeOnServer = describe.skipIf(tools.natsServer.path === undefined);

let server: NatsServer;
let pool: StartedPool;
let client: NatsConnection;
let demo: RunningProgram | undefined;

beforeAll(async () => {
  server = await startNatsServer({ config });
  pool = await startPool(server.url, '--workers', '3', '--log', 'off');
  client = await connect({ servers: server.url });
  const orders = await client.services.add({
    ...{ name: 'orders', version: '2.1.0', description: 'Takes orders', metadata: { region: 'eu' } },
  });
  orders.addEndpoint('new', {
    subject: 'orders.new',
    handler(_, message) {
      if (message.data.length === 0) throw new Error(`no body ${ESCAPE}[2J`);
      message.respond('ok');
    },
  });
  await client.flush();
  if (tools.nats.path !== undefined) demo = startPeer(['service', 'serve', 'demo', '-s', server.url]);
  await run(['wait', 'greeter', '--instances', '3']);
  if (demo !== undefined) await run(['wait', 'demo']);
  for (const body of ['1', '2', '']) await client.request('orders.new', body);
  await client.request('greeter.greet', 'World');
});

afterAll(async () => {
  await demo?.[Symbol.asyncDispose]();
  await pool?.[Symbol.asyncDispose]();
  await client?.close();
  await server?.[Symbol.asyncDispose]();
});

const run = (args: readonly string[], flags: readonly string[] = []) =>
  natsctl(['service', ...args, '-s', server.url, ...flags]);
const parse = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
/** With blanks as one, for a table whose widths depend on names and times. */
const squeeze = (text: string) => text.replaceAll(/ +/g, ' ').trimEnd().split('\n');

describeOnServer('natsctl service ls', () => {
  it('lists services of any language, with what they have done', async () => {
    const { code, stdout, stderr } = await run(['ls']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const time = expect.stringMatching(/ [\d.]+ (µs|ms)$/);
    expect(squeeze(stdout)).toEqual([
      'NAME VERSION INSTANCES ENDPOINTS REQUESTS ERRORS AVERAGE',
      ...(demo === undefined ? [] : ['demo 1.0.0 1 1 0 0 -']),
      time,
      time,
    ]);
    expect(stdout).toMatch(/^greeter +1\.0\.0 +3 +1 +1 +0 /m);
    expect(stdout).toMatch(/^orders +2\.1\.0 +1 +1 +3 +1 /m);
  });

  it('prints an object for each with --json', async () => {
    const [greeter] = parse((await run(['ls', 'greeter', '--json'])).stdout);
    expect(greeter).toEqual({
      ...{ name: 'greeter', version: '1.0.0', instances: 3, endpoints: 1, requests: 1, errors: 0 },
      ...{ processing_ms: expect.any(Number), average_ms: expect.any(Number) },
    });
  });

  it.each(['services', 'micro'])('answers to %s list as well', async (alias) => {
    const { code, stdout } = await natsctl([alias, 'list', 'orders', '-s', server.url, '--json']);
    expect(code).toBe(0);
    expect(parse(stdout)).toMatchObject([{ name: 'orders' }]);
  });

  it.skipIf(tools.nats.path === undefined)('lists the instances that the peer lists', async () => {
    const theirs = JSON.parse((await peer(['service', 'list', '--json', '-s', server.url])).stdout) as Array<{
      id: string;
    }>;
    const ours = parse((await run(['ping', '--json'])).stdout) as Array<{ id: string }>;
    const ids = (list: ReadonlyArray<{ id: string }>) => list.map(({ id }) => id).sort();
    expect(ids(ours)).toEqual(ids(theirs));
    expect(ours).toHaveLength(5);
  });

  it('ends with 5 where there is no service at all', async () => {
    await using empty = await startNatsServer();
    const { code, stdout, stderr, durationMs } = await natsctl(['service', 'ls', '-s', empty.url, '--timeout', LONG]);
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toContain(`no service answers on ${empty.url}`);
    expect(durationMs).toBeLessThan(10_000);
  });
});

describeOnServer('natsctl service info', () => {
  it('shows what a service is', async () => {
    const { stdout } = await run(['info', 'orders']);
    expect(squeeze(stdout)).toEqual([
      'orders 2.1.0, 1 instance',
      'Takes orders',
      '',
      'ENDPOINT SUBJECT QUEUE GROUP',
      'new orders.new q',
      '',
      'INSTANCE METADATA',
      expect.stringMatching(/^\w+ region=eu$/),
    ]);
  });

  it('shows a pool, all of it or one instance', async () => {
    const [all] = parse((await run(['info', 'greeter', '--json'])).stdout);
    expect(all).toMatchObject({
      ...{ name: 'greeter', instances: 3, endpoints: 1 },
      by_endpoint: [{ name: 'greet', subject: 'greeter.greet', queue_group: 'greeters' }],
    });
    const { id } = all.by_instance[1];
    const [one] = parse((await run(['info', 'greeter', id, '--json'])).stdout);
    expect(one).toMatchObject({ instances: 1, by_instance: [{ id }] });
  });

  it('ends with 5 where there is none of that name, or of that id', async () => {
    const nobody = await run(['info', 'nobody'], ['--json', '--timeout', LONG]);
    expect(nobody).toMatchObject({ code: 5, stdout: '' });
    expect(JSON.parse(nobody.stderr)).toMatchObject({ error: { kind: 'no_responders', name: 'nobody' } });
    expect(await run(['info', 'greeter', 'X'])).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('no instance X of greeter answers on'),
    });
  });
});

describeOnServer('natsctl service stats', () => {
  it('shows what a service has done', async () => {
    const { stdout } = await run(['stats', 'orders']);
    const lines = squeeze(stdout);
    expect(lines.slice(0, 3)).toEqual(['orders 2.1.0, 1 instance', '', 'ENDPOINT REQUESTS ERRORS AVERAGE SUBJECT']);
    expect(lines[3]).toMatch(/^new 3 1 .* orders\.new$/);
    expect(lines.at(-1)).toBe('last error of new: no body \\e[2J');
  });

  it('has the sum, by endpoint and by instance, with --json', async () => {
    const [greeter] = parse((await run(['stats', 'greeter', '--json'])).stdout);
    expect(greeter).toMatchObject({ instances: 3, requests: 1, by_endpoint: [{ instances: 3, requests: 1 }] });
    expect(greeter.by_instance.map(({ requests }: { requests: number }) => requests).sort()).toEqual([0, 0, 1]);
  });

  it('prints an object a second with --watch --json, with rates from the second on, until Ctrl-C', async () => {
    await using watch = startNatsctl(['service', 'stats', 'orders', '--watch', '--json', '-s', server.url]);
    await watch.waitForLine('stdout', /^/);
    for (let count = 0; count < 20; count++) await client.request('orders.new', 'x');
    await watch.waitForLine('stdout', /"requests_per_s":[1-9]/);
    const { code, stdout, stderr } = await watch.stop('SIGINT');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const samples = parse(stdout);
    expect(samples[0]).toMatchObject({ name: 'orders', time: expect.stringMatching(/Z$/) });
    expect(samples[0]).not.toHaveProperty('requests_per_s');
    expect(samples.at(-1)).toHaveProperty('errors_per_s', 0);
  });

  it('watches on where the service goes and comes, and the server too', async () => {
    await using own = await startNatsServer();
    const serve = async () => {
      const nats = await connect({ servers: own.url });
      await nats.services.add({ name: 'x', version: '1.0.0' });
      await nats.flush();
      return nats;
    };
    const before = await serve();
    await using watch = startNatsctl(['service', 'stats', 'x', '--watch', '--json', '-s', own.url]);
    await watch.waitForLine('stdout', /"instances":1/);
    await before.close();
    await watch.waitForLine('stdout', /"name":"x","instances":0/);
    await own.kill();
    await watch.waitForLine('stderr', /was lost; reconnecting/);
    await own.restart();
    const after = await serve();
    const answered = watch.stdout.lines().filter((line) => line.includes('"instances":1')).length;
    await watch.waitForLine('stdout', /"instances":1/, { nth: answered + 1 });
    await after.close();
    expect((await watch.stop('SIGTERM')).code).toBe(0);
  });

  it('prints a table a second with --watch in a pipe', async () => {
    await using watch = startNatsctl(['service', 'stats', 'orders', '--watch', '-s', server.url]);
    await watch.waitForLine('stdout', /ENDPOINT +REQUESTS +RATE/);
    expect(watch.stdout.text()).not.toContain(ESCAPE);
    expect((await watch.stop('SIGINT')).code).toBe(0);
  });

  it.skipIf(!hasTerminal)('draws a table on a terminal, and leaves the last one', async () => {
    await using watch = startInTerminal(
      process.execPath,
      [launcher, 'service', 'stats', 'orders', '--watch', '-s', server.url],
      { env: { TERM: 'xterm' } },
    );
    await watch.waitForLine('stdout', /ENDPOINT +REQUESTS +RATE/);
    watch.stdin?.write('\u0003');
    const { code, stdout } = await watch.finished;
    expect(code).toBe(0);
    const last = stdout.split(`${ESCAPE}[J`).at(-1);
    expect(last).toMatch(/^orders 2\.1\.0, 1 instance\r\n/);
  });

  it('ends with 5 where there is nothing to watch', async () => {
    expect(await run(['stats', 'nobody', '--watch'])).toMatchObject({ code: 5, stdout: '' });
  });

  it('ends quietly where nobody reads any more', async () => {
    await using watch = startNatsctl(['service', 'stats', 'orders', '--watch', '--json', '-s', server.url]);
    await watch.waitForLine('stdout', /^/);
    watch.process.stdout?.destroy();
    expect(await watch.exited).toMatchObject({ code: 0 });
  });
});

describeOnServer('natsctl service ping', () => {
  it('tells who is there, and how long each took', async () => {
    const { stdout } = await run(['ping', 'greeter']);
    expect(squeeze(stdout)).toEqual([
      expect.stringMatching(/^NAME VERSION ID RTT$/),
      ...Array.from({ length: 3 }, () => expect.stringMatching(/^greeter 1\.0\.0 \w{32} [\d.]+ (ms|µs|s)$/)),
    ]);
    const pings = parse((await run(['ping', 'greeter', '--json'])).stdout);
    expect(pings).toHaveLength(3);
    expect(pings[0]).toEqual({
      ...{ name: 'greeter', version: '1.0.0', id: expect.any(String), metadata: {}, rtt_ms: expect.any(Number) },
    });
  });
});

describeOnServer('natsctl service wait', () => {
  it('ends as soon as there are enough', async () => {
    const { code, stdout, stderr, durationMs } = await run(['wait', 'greeter', '--instances', '3', '--for', LONG]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(durationMs).toBeLessThan(10_000);
    const json = await run(['wait', 'greeter', '--instances=2', '--json']);
    expect(parse(json.stdout)).toEqual([{ name: 'greeter', instances: 2, waited_ms: expect.any(Number) }]);
  });

  it('ends with 6 where there are too few in time', async () => {
    expect(await run(['wait', 'greeter', '--instances', '4', '--for', '2s'])).toMatchObject({
      code: 6,
      stdout: '',
      stderr: expect.stringContaining('at most 3 of 4 instances of greeter answered on'),
    });
    const { code, stderr } = await run(['wait', 'nobody', '--for', '300ms', '--json']);
    expect(code).toBe(6);
    expect(JSON.parse(stderr)).toMatchObject({ error: { kind: 'timeout', name: 'nobody', instances: 0, wanted: 1 } });
  });

  it('waits for the server as well with --wait-server, and does not without', async () => {
    const { port, url, ...gone } = await startNatsServer();
    await gone[Symbol.asyncDispose]();
    expect(await natsctl(['service', 'wait', 'x', '-s', url])).toMatchObject({ code: 3 });
    await using waiting = startNatsctl(['service', 'wait', 'x', '-s', url, '--wait-server', LONG, '--for', LONG]);
    await using back = await startNatsServer({ port });
    const nats = await connect({ servers: back.url });
    await nats.services.add({ name: 'x', version: '1.0.0' });
    expect((await waiting.finished).code).toBe(0);
    await nats.close();
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends at %s with %i', async (signal, code) => {
    await using waiting = startNatsctl(['service', 'wait', 'nobody', '--verbose', '--for', LONG, '-s', server.url]);
    await waitForClient(waiting);
    expect((await waiting.stop(signal)).code).toBe(code);
  });

  /** Until it asks: then it listens to signals. */
  async function waitForClient(program: RunningProgram): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      client.subscribe('$SRV.PING.nobody', { max: 1, callback: () => resolve() });
      void program.finished.then(() => reject(new Error('it has ended')));
    });
  }
});

describeOnServer('natsctl service', () => {
  it.each([
    ['ls'],
    ['info', 'greeter'],
    ['stats', 'greeter'],
    ['stats', 'greeter', '--watch'],
    ['ping'],
    ['wait', 'greeter'],
  ])('ends with 4 where the server denies to ask: %s %s %s', async (...args) => {
    const { code, stdout, stderr } = await run(
      args.filter((arg) => arg !== undefined),
      ['--user', 'few', '--password', 'p'],
    );
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain('the server denies publishing to $SRV.');
  });

  it('ends with 6 where those who listen do not answer', async () => {
    const silent = client.subscribe('$SRV.STATS.silent', { callback: () => undefined });
    await client.flush();
    expect(await run(['ls', 'silent', '--timeout', '300ms'])).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('no answer to $SRV.STATS.silent within 300 ms'),
    });
    silent.unsubscribe();
  });

  it('tells of answers that are none, with nothing that moves a cursor', async () => {
    const hostile = client.subscribe('$SRV.*.hostile', {
      callback(_, message) {
        const kind = message.subject.split('.')[1]?.toLowerCase();
        const identity = { type: `io.nats.micro.v1.${kind}_response`, name: 'hostile', version: `1${ESCAPE}[2J` };
        message.respond(JSON.stringify({ ...identity, id: 'A', metadata: { [`k${ESCAPE}c`]: '\u009bv' } }));
        message.respond(JSON.stringify({ ...identity, id: 'B', name: `${ESCAPE}]0;pwned\u0007` }));
        message.respond('');
      },
    });
    await client.flush();
    for (const subcommand of ['ls', 'info', 'stats', 'ping']) {
      const { code, stdout, stderr } = await run([subcommand, 'hostile']);
      expect(code).toBe(0);
      expect(stdout).toContain('1\\e[2J');
      expect(stderr).toMatch(
        /^warning: 2 answers to \$SRV\.\w+ cannot be read as ADR-32 says: of the first: "\\u001b\]0;pwned/,
      );
      expect(stdout + stderr).not.toMatch(new RegExp(`[${ESCAPE}\u0007\u009b]`));
      if (!hasTerminal) continue;
      await using terminal = startInTerminal(
        process.execPath,
        [launcher, 'service', subcommand, 'hostile', '--json', '--no-color', '-s', server.url],
        { env: { TERM: 'xterm' } },
      );
      const shown = (await terminal.finished).stdout;
      expect(shown).toContain('1\\u001b[2J');
      expect(shown).not.toMatch(new RegExp(`[${ESCAPE}\u0007\u009b]`));
    }
    hostile.unsubscribe();
  });

  it('ends with 5 where none of the answers is one', async () => {
    const hostile = client.subscribe('$SRV.PING.broken', { callback: (_, message) => void message.respond('x') });
    await client.flush();
    const { code, stderr } = await run(['ping', 'broken']);
    expect(code).toBe(5);
    expect(stderr).toContain('an answer to $SRV.PING cannot be read as ADR-32 says: it is no JSON');
    hostile.unsubscribe();
  });

  it.each([
    [[], 'SUBCOMMAND is missing'],
    [['sats'], 'did you mean natsctl service stats?'],
    [['info'], 'NAME is missing'],
    [['info', 'a.*'], 'invalid name of a service "a.*"'],
    [['info', ''], 'invalid name of a service ""'],
    [['info', 'a', 'b.c'], 'invalid id of an instance "b.c"'],
    [['stats', 'a', '*'], 'invalid id of an instance "*"'],
    [['ping', 'a', 'b'], 'one argument too many: "b"'],
    [['ls', '--watch'], '--watch means nothing to service ls'],
    [['stats', 'a', '--for', '1s'], '--for means nothing to service stats'],
    [['wait', 'a', '--instances', '0'], '--instances: "0" is not a whole number'],
    [['wait', 'a', '--for', 'soon'], '--for: "soon" is not a duration'],
    [['serve', 'demo'], 'natsctl has no "service serve": use nats service serve'],
    [['request', 'a', 'b'], 'natsctl has no "service request": use nats service request'],
    [['info', 'a', '--endpoint', 'x'], 'natsctl has no --endpoint: use nats service --endpoint'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await natsctl(['service', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});
