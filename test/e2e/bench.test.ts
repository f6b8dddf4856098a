import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { headers as createHeaders, type Msg, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchReport } from '../../src/bench/report/report.js';
import { startServer, type TestServer } from '../../src/testing/index.js';
import { connectTo } from '../services/connect-to.js';
import { createTempDir } from '../support/guardian.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { startPool } from '../support/pool.js';
import { membersOfGroup } from '../support/processes.js';
import type { RunningProgram, RunOptions } from '../support/program.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { pastSameSignal } from '../support/second-signal.js';
import { hasTerminal, startInTerminal } from '../support/terminal.js';
import { tools } from '../support/tools.js';
import { waitUntil } from '../support/wait-until.js';
import { watchWaiting } from '../support/waiting.js';

let server: TestServer;
/** On which nothing is served. */
let idle: TestServer;
let service: NatsConnection;
const serviceError = createHeaders();
serviceError.set('Nats-Service-Error', 'no');
serviceError.set('Nats-Service-Error-Code', '500');

/** Answers on a subject; its number counts from 0. */
async function answer(subject: string, respond: (message: Msg, number: number) => void): Promise<void> {
  let number = 0;
  service.subscribe(subject, { callback: (_, message) => respond(message, number++) });
  await service.flush();
}

beforeAll(async () => {
  [server, idle] = [await startServer(), await startServer()];
  service = await server.connect();
  await answer('greeter.greet', (message) => message.respond('Hello'));
  await answer('half', (message, number) => message.respond('x', number % 2 ? { headers: serviceError } : {}));
  await answer('faulty', (message) => message.respond('x', { headers: serviceError }));
  await answer('silent', () => undefined);
});

afterAll(async () => {
  await server.stop();
  await idle.stop();
});

const bench = (args: readonly string[], options?: RunOptions) =>
  natsctl(['bench', 'request', ...args], { ...options, env: { NATS_URL: server.url, ...options?.env } });
const startBench = (...args: string[]): RunningProgram =>
  startNatsctl(['bench', 'request', ...args], { env: { NATS_URL: server.url } });

/** Resolves when the load is asking. */
async function underLoad(subject: string): Promise<void> {
  const connection = await server.connect();
  try {
    // The first request is the probe's.
    for await (const _ of connection.subscribe(subject, { max: 3 }));
  } finally {
    await connection.close();
  }
}

describe('natsctl bench request', () => {
  it('needs no flag but a time that a test can wait for', async () => {
    const result = await bench(['greeter.greet', '--duration', '1s']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const lines = result.stdout.split('\n');
    expect(lines[0]).toMatch(/^request greeter\.greet on nats:\/\/127\.0\.0\.1:\d+, server 2\S+( \(natsctl\))?$/);
    expect(lines[1]).toMatch(/^closed loop, 1 client, 16 in flight, 128 B, for 1 s, engine wire$/);
    expect(lines[3]).toMatch(/^RATE +MESSAGES +BYTES +BYTES\/S +ERRORS +TIME$/);
    expect(lines[4]).toMatch(/^[\d,]+ a second +[\d,]+ .* 0 +1\.\d\d s$/);
    expect(result.stdout).toMatch(/^ +MIN .*P99 .*MAX\n/m);
    expect(result.stdout).not.toContain('\u001b');
  });

  it('ends at once with 5 where nobody serves the subject, and says what may help', async () => {
    const result = await bench(['nobody.home', '--duration', '10m']);
    expect(result).toMatchObject({
      code: 5,
      stdout: '',
      stderr: `error: no responders: nobody serves nobody.home on ${server.url}\nstart a service there; natsctl bench service starts one itself and measures it\n`,
    });
  });

  it('ends with 3 where no server is', async () => {
    const result = await bench(['a.b'], { env: { NATS_URL: 'nats://127.0.0.1:1' } });
    expect(result).toMatchObject({ code: 3, stdout: '' });
    expect(result.stderr).toMatch(/^error: no connection to nats:\/\/127\.0\.0\.1:1: connection refused\n/);
  });

  it('counts errors and exits 0 where some requests succeed', async () => {
    const result = await bench(['half', '--messages', '1000']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(/ 500 +\S+ k?M?B .* 500 +\S+ m?s\n/);
    expect(result.stdout).toContain('\nerrors: 500 service errors\n');
    expect(result.stdout).not.toContain('recovered');
  });

  it('exits 7 where each reply is an error, behind a report of them', async () => {
    const result = await bench(['faulty', '--messages', '1000']);
    expect(result.code).toBe(7);
    expect(result.stdout).toContain('errors: 1,000 service errors');
    expect(result.stderr).toBe('error: request faulty: nothing succeeded; 1,000 failures of kind service_error\n');
  });

  it('exits 6 where nothing is answered in time', async () => {
    const result = await bench(['silent', '--messages', '20', '--timeout', '300ms']);
    expect(result.code).toBe(6);
    expect(result.stdout).toContain('errors: 20 time-outs\nmessages: 20 lost\n');
    expect(result.stdout).toContain(', NOT recovered within ');
    expect(result.stderr).toBe('error: request silent: nothing succeeded; 20 failures of kind timeout\n');
  });

  it('gives exactly one object with --json, and files beside it', async () => {
    const dir = createTempDir('bench');
    const [csv, hdr] = [join(dir, 'series.csv'), join(dir, 'latencies.hgrm')];
    const result = await bench(['greeter.greet', '--messages', '500', '--json', '--csv', csv, '--hdr', hdr]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout.trimEnd()).not.toContain('\n');
    const report = JSON.parse(result.stdout) as BenchReport;
    expect(report).toMatchObject({
      workload: 'request',
      subject: 'greeter.greet',
      messages: 500,
      sent: 500,
      errors: {},
    });
    expect(report.series.reduce((sum, { messages }) => sum + messages, 0)).toBe(500);
    expect(readFileSync(csv, 'utf8')).toMatch(/^t_s,duration_s,messages,.*\r\n0,[\d.]+,\d+,/);
    expect(readFileSync(hdr, 'utf8')).toMatch(/^ +Value +Percentile +TotalCount[\s\S]*\n#\[Max.*500/);
  });

  it('writes lines of JSON alone to stderr with --json', async () => {
    const result = await bench(['faulty', '--messages', '10', '--json']);
    expect(result.code).toBe(7);
    expect(JSON.parse(result.stdout)).toMatchObject({ errors: { service_error: 10 }, messages: 0 });
    expect(JSON.parse(result.stderr)).toEqual({
      error: { kind: 'service_error', message: expect.stringContaining('nothing succeeded') },
    });
  });

  it.each([
    [['--csv', '/nowhere/x.csv'], 'cannot write /nowhere/x.csv (--csv): no such directory'],
    [['--csv', '/dev/null/x'], 'cannot write /dev/null/x (--csv)'],
    [['--rate', '0'], '--rate'],
    [['--rate', '100', '--inflight', '3'], '--inflight and --rate exclude each other'],
    [['--duration', '5'], '--duration'],
    [['--body-lines', '/nowhere'], 'cannot read /nowhere'],
  ])('refuses %j with exit 2 before it asks anybody', async (flags, message) => {
    const result = await bench(['greeter.greet', ...flags], { env: { NATS_URL: 'nats://127.0.0.1:1' } });
    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('ends quietly where the reader of its report has gone', async () => {
    await using program = startBench('greeter.greet', '--messages', '2000');
    program.process.stdout?.destroy();
    expect(await program.finished).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('natsctl bench request, interrupted', () => {
  it('reports what was measured until Ctrl-C, exit 130', async () => {
    const busy = underLoad('greeter.greet');
    await using program = startBench('greeter.greet', '--duration', '10m');
    await busy;
    const result = await program.stop('SIGINT');
    expect(result.code).toBe(130);
    expect(result.stdout).toMatch(/^request greeter\.greet on /);
    expect(result.stdout).toMatch(/\ninterrupted after /);
  });

  it('reports the same at SIGTERM, exit 143, as JSON where it was asked for', async () => {
    const busy = underLoad('greeter.greet');
    await using program = startBench('greeter.greet', '--duration', '10m', '--rate', '200', '--json');
    await busy;
    const result = await program.stop('SIGTERM');
    expect(result.code).toBe(143);
    const { interrupted, messages, duration_s, plan } = JSON.parse(result.stdout) as BenchReport;
    expect(interrupted).toBe(true);
    expect(messages).toBeGreaterThan(0);
    expect(duration_s).toBeLessThan(30);
    expect(plan?.planned).toBeLessThan(30 * 200);
  });

  it('waits for what is under way for a second at most', async () => {
    const busy = underLoad('silent');
    await using program = startBench('silent', '--duration', '10m', '--timeout', '1m');
    await busy;
    const result = await program.stop('SIGINT');
    expect(result.code).toBe(130);
    expect(result.stdout).toMatch(/\ninterrupted after /);
  });

  it('ends at once at a second Ctrl-C, without a report', async () => {
    const busy = underLoad('silent');
    await using program = startBench('silent', '--duration', '10m', '--timeout', '1m');
    await busy;
    program.process.kill('SIGINT');
    await program.waitForLine('stderr', /^SIGINT: ending; once more to end at once$/);
    await pastSameSignal();
    expect(await program.stop('SIGINT')).toMatchObject({ code: 130, stdout: '' });
  });

  it('ends while it connects', async () => {
    // One that accepts, and greets nobody.
    const listener = createServer();
    await once(listener.listen(0, '127.0.0.1'), 'listening');
    const { port } = listener.address() as AddressInfo;
    const connected = once(listener, 'connection');
    await using program = startNatsctl(['bench', 'request', 'a.b', '--wait-server', '10m'], {
      env: { NATS_URL: `nats://127.0.0.1:${port}` },
    });
    await connected;
    expect(await program.stop('SIGINT')).toMatchObject({ code: 130, stdout: '' });
    listener.close();
  });
});

describe('natsctl bench service', () => {
  it('starts a pool, measures it, and leaves nothing of it running', async () => {
    await using program = startNatsctl(['bench', 'service', 'greeter', '-w', '2', '--messages', '500', '--json'], {
      env: { NATS_URL: idle.url },
    });
    const { code, stdout } = await program.finished;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ workload: 'service', subject: 'greeter.greet', messages: 500, errors: {} },
      shape: { workers: 2 },
    });
    expect(membersOfGroup(program.pid)).toEqual([]);
  });

  it('refuses a service that is served there already: the figures would be those of both', async () => {
    await using _pool = await startPool(idle.url);
    const result = await natsctl(['bench', 'service', 'greeter'], { env: { NATS_URL: idle.url } });
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain('greeter is served on this server already');
  });

  it('stops the pool at Ctrl-C, exit 130, behind a report', async () => {
    await using program = startNatsctl(['bench', 'service', 'echo', '--duration', '10m'], {
      env: { NATS_URL: idle.url },
    });
    const watcher = await idle.connect();
    for await (const _ of watcher.subscribe('echo', { max: 3 }));
    await watcher.close();
    const result = await program.stop('SIGINT');
    expect(result.code).toBe(130);
    expect(result.stdout).toMatch(/\ninterrupted after /);
    expect(membersOfGroup(program.pid)).toEqual([]);
  });

  it('ends its pool at Ctrl-C while that waits for a server', async () => {
    await using program = startNatsctl(['bench', 'service', 'echo', '--wait-server', '10m'], {
      env: { NATS_URL: 'nats://127.0.0.1:1' },
    });
    await waitUntil(() => membersOfGroup(program.pid).length > 1);
    expect(await program.stop('SIGINT')).toMatchObject({ code: 130, stdout: '' });
    expect(membersOfGroup(program.pid)).toEqual([]);
  });

  it('ends its pool at SIGTERM while that loads, and the server that it started', async () => {
    const module = join(createTempDir('endless'), 'endless.mjs');
    // It never gets as far as hearing that its supervisor has gone.
    writeFileSync(module, "console.error('loading'); for (;;);");
    await using program = startNatsctl(['bench', 'service', module]);
    await program.waitForLine('stderr', /loading/);
    expect(await program.stop('SIGTERM')).toMatchObject({ code: 143, stdout: '' });
    expect(membersOfGroup(program.pid)).toEqual([]);
  });
});

describe.skipIf(!hasTerminal)('natsctl bench request in a terminal', () => {
  it('shows one line while it runs, which the report takes the place of', async () => {
    const launcher = fileURLToPath(new URL('../../bin/natsctl.js', import.meta.url));
    const args = ['bench', 'request', 'greeter.greet', '-s', server.url, '--duration', '3s', '--rate', '100'];
    const line = ['-c', 'stty cols 80 && exec "$@"', 'sh', process.execPath, launcher, ...args];
    await using program = startInTerminal('sh', line, { env: { TERM: 'xterm' } });
    const { code, stdout } = await program.finished;
    expect(code).toBe(0);
    expect(stdout).toMatch(/[█░]+ +\d+% {2}[\d,.]+\/s, p99 /);
    const report = stripVTControlCharacters(stdout.slice(stdout.lastIndexOf('░'))).split(/\r?\n/);
    expect(report[0]).toContain('request greeter.greet on ');
    for (const shown of report.slice(1)) expect(shown.length).toBeLessThanOrEqual(80);
  });
});

describe.skipIf(tools.natsServer.path === undefined)('natsctl bench request where things break', () => {
  const open = ['--rate', '200', '--timeout', '1s', '--json'];
  const engines = ['client', 'wire'];

  /** Runs a benchmark against a pool, and does something when it has run for half a second. */
  async function during(
    broken: NatsServer,
    args: readonly string[],
    act: () => unknown,
  ): Promise<{
    readonly report: BenchReport;
    readonly stderr: string;
    readonly code: number | null;
    /** See {@link watchWaiting}. */
    readonly waitedMs: number;
  }> {
    const watcher = await connectTo(broken.url);
    let seen = 0;
    const begun = new Promise<void>((resolve) => {
      watcher.nats.subscribe('greeter.greet', { callback: () => ++seen === 100 && resolve() });
    });
    await watcher.confirm();
    await using program = startNatsctl(['bench', 'request', 'greeter.greet', '-s', broken.url, ...args]);
    const endWatch = watchWaiting(() => [program.pid]);
    await begun;
    await watcher.close();
    await act();
    const { stdout, stderr, code } = await program.finished;
    return { report: JSON.parse(stdout) as BenchReport, stderr, code, waitedMs: endWatch() };
  }

  it('is refused with 4 where the subject is denied', async () => {
    const config = 'authorization { users: [ { user: a, password: p, permissions: { publish: { deny: "a.b" } } } ] }';
    await using denying = await startNatsServer({ config });
    const result = await natsctl(['bench', 'request', 'a.b'], {
      env: { NATS_URL: denying.url, NATS_USER: 'a', NATS_PASSWORD: 'p' },
    });
    expect(result).toMatchObject({ code: 4, stdout: '' });
    expect(result.stderr).toMatch(/^error: .*a\.b/);
  });

  it('leaves no connection behind', async () => {
    await using monitored = await startNatsServer({ monitor: true });
    await using _pool = await startPool(monitored.url);
    await natsctl(['bench', 'request', 'greeter.greet', '--messages', '100', '--clients', '20', '-s', monitored.url]);
    const response = await fetch(`${monitored.monitorUrl}/connz`);
    const { connections } = (await response.json()) as { connections: ReadonlyArray<{ name?: string }> };
    expect(connections.filter(({ name }) => name?.includes('bench'))).toEqual([]);
  });

  it.each(engines)('counts what it could not send where the server is gone for good, by engine %s', async (engine) => {
    await using dying = await startNatsServer();
    await using _pool = await startPool(dying.url);
    const { report, stderr, code } = await during(dying, [...open, '--engine', engine, '--duration', '3s'], () =>
      dying.kill(),
    );
    expect(code).toBe(0);
    const { messages, errors, lost, recovery_ms, not_recovered, plan } = report;
    expect(messages + (errors.connection ?? 0)).toBe(600);
    expect(lost).toBe(errors.connection);
    expect(not_recovered).toBe(true);
    expect(recovery_ms).toBeGreaterThan(1_000);
    expect(plan?.is_kept).toBe(false);
    expect(stderr).toBe(`{"level":"warn","message":"the connection to ${dying.url} was lost; reconnecting"}\n`);
  });

  it.each(engines)('ends in time against a server that stands still, by engine %s', async (engine) => {
    await using standing = await startNatsServer();
    await using _pool = await startPool(standing.url);
    for (const load of [open, ['--timeout', '1s', '--json']]) {
      const args = [...load, '--engine', engine, '--duration', '2s'];
      const { report, code, waitedMs } = await during(standing, args, () => standing.suspend());
      standing.resume();
      expect(code).toBe(0);
      expect(report.errors.timeout).toBeGreaterThan(0);
      expect(report.not_recovered).toBe(true);
      expect(report.duration_s).toBeLessThan(4 + waitedMs / 1_000);
    }
  });

  it.each(engines)('shows a failover by engine %s: the pool killed, and the server restarted', async (engine) => {
    await using server = await startNatsServer();
    await using pool = await startPool(server.url, '--workers', '2');
    const { report, stderr, code } = await during(
      server,
      [...open, '--engine', engine, '--duration', '8s'],
      async () => {
        for (const pid of pool.workers()) process.kill(pid, 'SIGKILL');
        await pool.waitForLine('stderr', /serves greeter again/, { nth: 2 });
        await server.restart();
      },
    );
    expect(code).toBe(0);
    const { sent, messages, errors, lost, longest_gap_ms, recovery_ms, not_recovered } = report;
    const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
    expect(messages + failed).toBe(1_600);
    expect(failed).toBeGreaterThan(0);
    expect(messages).toBeGreaterThan(400);
    expect(lost).toBeLessThanOrEqual(failed);
    expect(sent).toBeLessThanOrEqual(1_600);
    expect(longest_gap_ms).toBeGreaterThan(20);
    expect(recovery_ms).toBeGreaterThan(20);
    expect(not_recovered).toBeUndefined();
    expect(stderr).toMatch(/was lost; reconnecting.*\n.*reconnected to /);
  });
});
