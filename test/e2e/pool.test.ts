import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PacedLoad } from '../../scripts/support/paced-load.mjs';
import { connectTo } from '../services/connect-to.js';
import { createTempDir } from '../support/guardian.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { childrenOf, isAlive, membersOfGroup, suspend } from '../support/processes.js';
import type { RunningProgram } from '../support/program.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { PATIENT_COMPLETION } from '../support/shells.js';
import { hasTerminal, startInTerminal } from '../support/terminal.js';
import { tools } from '../support/tools.js';
import { waitUntil } from '../support/wait-until.js';

const launcher = fileURLToPath(new URL('../../bin/natsctl.js', import.meta.url));
const ESCAPE = '\u001b';
const LOAD_PER_S = 2_000;

describe.skipIf(tools.natsServer.path === undefined)('natsctl pool', () => {
  let server: NatsServer;
  let folder: string;
  let env: { readonly NATS_URL: string; readonly NATSCTL_RUNTIME_DIR: string };

  beforeAll(async () => {
    server = await startNatsServer();
  });
  afterAll(() => server?.[Symbol.asyncDispose]());
  beforeEach(() => {
    folder = createTempDir('pools');
    env = { NATS_URL: server.url, NATSCTL_RUNTIME_DIR: join(folder, 'run') };
  });

  /** Serves what is given, and waits until it says so. */
  async function serve(...args: readonly string[]): Promise<RunningProgram> {
    const program = startNatsctl(['serve', ...args, '--log', 'off'], { env, cwd: folder });
    await program.waitForLine('stderr', /^serving /);
    return program;
  }

  const pool = (...args: readonly string[]) => natsctl(['pool', ...args], { env, cwd: folder, timeoutMs: 60_000 });

  async function statusOf(name?: string) {
    const { stdout } = await pool('status', '--json', ...(name === undefined ? [] : [name]));
    return JSON.parse(stdout);
  }

  /** A module `v` that answers its version and what it was sent, at once or after a while: there is always something in hand. */
  function save(version: number, first = ''): void {
    writeFileSync(
      join(folder, 'v.mjs'),
      `${first}
      const pause = () => new Promise((resolve) => setTimeout(resolve, 10));
      export const say = async ({ text }) => {
        if (Math.random() < 0.2) await pause();
        return \`v${version} \${text()}\`;
      };`,
    );
  }

  /** Serves the module under load while something is done; gives what came of the requests. */
  async function underLoad(work: () => Promise<void>, ...args: readonly string[]) {
    save(1);
    await using program = await serve('./v.mjs', ...args);
    const load = await PacedLoad.start({ url: server.url, subject: 'v.say', ratePerS: LOAD_PER_S });
    await waitUntil(() => load.answered > 100);
    await work();
    const done = load.answered;
    await waitUntil(() => load.answered > done + 100);
    const { sent, answered, failures } = await load.stop();
    expect({ failures, lost: sent - answered }).toEqual({ failures: {}, lost: 0 });
    expect((await program.stop()).code).toBe(0);
    expect(membersOfGroup(program.pid)).toEqual([]);
    expect(readdirSync(env.NATSCTL_RUNTIME_DIR)).toEqual([]);
  }

  it('lists the pools that run, and none where none does', async () => {
    expect(await pool('ls')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('no pool of yours'),
    });
    expect(await pool('ls', '--json')).toMatchObject({ code: 0, stdout: '' });
    await using greeter = await serve('greeter', '-w', '2');
    await using time = await serve('time', 'echo');
    const { stdout } = await pool('ls');
    const [heading, ...rows] = stdout.trimEnd().split('\n');
    expect(heading).toMatch(/^NAME +PID +STATE +WORKERS +RESTARTS +UPTIME +REQUESTS +ERRORS +MEMORY +SERVER$/);
    expect(rows).toEqual([
      expect.stringMatching(
        new RegExp(`^greeter +${greeter.pid} +serving +2 +0 +\\d+s +0 +0 +\\d+ MB +${server.url}$`),
      ),
      expect.stringMatching(new RegExp(`^time, echo +${time.pid} +serving +1 +0 `)),
    ]);
    const objects = (await pool('ls', '--json')).stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(objects).toMatchObject([
      { name: 'greeter', pid: greeter.pid, state: 'serving', workers: 2, ready: 2, url: server.url },
      { name: 'time, echo', services: [{ name: 'time' }, { name: 'echo' }] },
    ]);
  });

  it('wants a name where several run: of a pool, a service, or the process', async () => {
    await using greeter = await serve('greeter');
    await using time = await serve('time', 'echo');
    await using twin = await serve('greeter');
    expect(await pool('status')).toMatchObject({ code: 2, stderr: expect.stringContaining('3 pools run: name one') });
    const ambiguous = await pool('stop', 'greeter');
    expect(ambiguous).toMatchObject({ code: 2, stderr: expect.stringContaining('2 pools answer to greeter') });
    expect(ambiguous.stderr).toContain(`greeter (pid ${twin.pid})`);
    expect(await statusOf('echo')).toMatchObject({ pid: time.pid });
    expect(await statusOf(String(greeter.pid))).toMatchObject({ pid: greeter.pid });
    const unknown = await pool('reload', 'orders', '--json');
    expect(unknown.code).toBe(5);
    expect(JSON.parse(unknown.stderr)).toMatchObject({ error: { kind: 'no_responders', pool: 'orders' } });
  });

  it.each([
    [['scale'], 'N is missing'],
    [['scale', 'many'], 'N: "many" is not a whole number from 1 to 256'],
    [['scale', '0'], 'is not a whole number from 1 to 256'],
    [['scale', '3', '--watch'], '--watch means nothing to pool scale'],
    [['ls', '--for', '3s'], '--for means nothing to pool ls'],
    [['reload', '-s', 'nats://a'], '--server means nothing here'],
    [['reload', 'a', 'b'], 'one argument too many'],
    [['reload', '--for', 'soon'], '--for: "soon" is not a duration'],
    [['restart'], 'unknown subcommand "restart" of pool'],
    [[], 'SUBCOMMAND is missing'],
  ])('%j is a usage error', async (args, message) => {
    expect(await pool(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('shows a pool and its workers', async () => {
    await using program = await serve('greeter', '-w', '2');
    const [first = 0, second = 0] = childrenOf(program.pid);
    const { stdout } = await pool('status');
    expect(stdout).toContain(`greeter (pid ${program.pid}) is serving with 2 workers at ${server.url}\n`);
    process.kill(first, 'SIGKILL');
    await program.waitForLine('stderr', /worker-1 serves greeter again/);
    for (const name of ['World', 'Again']) await natsctl(['request', 'greeter.greet', name], { env });
    const status = await statusOf();
    expect(status).toMatchObject({
      ...{ restarts: 1, workers: 2, ready: 2, requests: 2, errors: 0, in_flight: 0 },
      by_endpoint: [{ service: 'greeter', endpoint: 'greet', requests: 2 }],
      by_worker: [
        { worker: 1, state: 'serving', restarts: 1, pid: expect.any(Number), rss_bytes: expect.any(Number) },
        { worker: 2, state: 'serving', restarts: 0, pid: second, loop_lag_ms: expect.any(Number) },
      ],
    });
    expect(status.p99_ms).toBeGreaterThan(0);
    const ofWorkers = status.by_worker.map(({ rss_bytes }: { readonly rss_bytes: number }) => rss_bytes);
    expect(status.rss_bytes).toBeGreaterThan(Math.max(...ofWorkers));
  });

  it('says nothing of the credentials that a pool connects with', async () => {
    await using own = await startNatsServer({ args: ['--user', 'me', '--pass', 'hunter2'] });
    const url = own.url.replace('://', '://me:hunter2@');
    await using program = startNatsctl(['serve', 'greeter', '-s', url, '--log', 'off'], { env, cwd: folder });
    await program.waitForLine('stderr', /^serving /);
    expect((await pool('status', '--json')).stdout).not.toMatch(/hunter2|me:/);
  });

  it('reloads under load, and loses nothing', async () => {
    await underLoad(
      async () => {
        for (let version = 2; version <= 4; version++) {
          save(version);
          const reloaded = await pool('reload', '--json');
          expect(reloaded.stderr).toBe('');
          expect(JSON.parse(reloaded.stdout)).toMatchObject({ name: 'v', replaced: 2 });
          const { stdout } = await natsctl(['request', 'v.say', 'x'], { env });
          // What the old ones had in hand is answered, but no more is given to them.
          expect(stdout).toBe(`v${version} x\n`);
        }
      },
      ...['-w', '2'],
    );
  });

  it('reloads under load a module that takes 2 s to load', async () => {
    await underLoad(async () => {
      save(2, 'await new Promise((resolve) => setTimeout(resolve, 2000));');
      const { code, durationMs } = await pool('reload');
      expect(code).toBe(0);
      expect(durationMs).toBeGreaterThan(2_000);
    });
  });

  it('leaves the old pool serving where the new module throws, and says why, under load', async () => {
    await underLoad(async () => {
      save(2, "throw new Error('no such table');");
      const told = 'cannot load ./v.mjs, line 1: no such table';
      const { code, stderr } = await pool('reload');
      expect({ code, stderr }).toEqual({ code: 2, stderr: `error: ${told}\nwhat was served before is served on\n` });
      expect(await statusOf()).toMatchObject({ state: 'serving', ready: 1 });
      save(3);
      expect((await pool('reload')).code).toBe(0);
    });
  });

  it('scales under load, up and down, and loses nothing', async () => {
    await underLoad(
      async () => {
        for (const count of [8, 1]) {
          expect(await pool('scale', String(count))).toMatchObject({ code: 0, stdout: '' });
          expect(await statusOf()).toMatchObject({ workers: count, ready: count });
        }
      },
      ...['-w', '2'],
    );
  });

  it('loses nothing of what a worker took that is called off before all its services serve', async () => {
    writeFileSync(
      join(folder, 'a.mjs'),
      `import { existsSync } from 'node:fs';
      export const say = async ({ text }) => {
        while (text() === 'wait' && !existsSync('go')) await new Promise((resolve) => setTimeout(resolve, 10));
        return 'done';
      };`,
    );
    writeFileSync(
      join(folder, 'b.mjs'),
      `import { existsSync } from 'node:fs';
      import { defineService } from 'natsctl';
      const start = async () => {
        console.error('the other one takes requests');
        if (existsSync('hold')) await new Promise(() => undefined);
      };
      const endpoints = { say: { subject: 'b.say', handler: () => '' } };
      export default defineService({ name: 'b', version: '1.0.0', start, endpoints });`,
    );
    await using program = await serve('./a.mjs', './b.mjs', '--max-requests', '1');
    await using client = await connectTo(server.url);
    writeFileSync(join(folder, 'hold'), '');
    await client.nats.request('a.say', 'go', { timeout: 10_000 });
    // The successor of the worker that has taken one.
    await program.waitForLine('stderr', /^the other one takes requests$/, { nth: 2 });
    const replies = Array.from({ length: 20 }, () => client.nats.request('a.say', 'wait', { timeout: 15_000 }));
    await client.nats.flush();
    rmSync(join(folder, 'hold'));
    expect(await pool('scale', '2')).toMatchObject({ code: 0 });
    writeFileSync(join(folder, 'go'), '');
    expect((await Promise.all(replies)).map((reply) => reply.string())).toEqual(Array(20).fill('done'));
    expect((await program.stop()).stderr).not.toContain('before all was answered');
  });

  it('keeps the ready file with the workers that there are', async () => {
    await using _ = await serve('greeter', '--ready-file', join(folder, 'ready.json'));
    const ready = () => JSON.parse(readFileSync(join(folder, 'ready.json'), 'utf8'));
    await pool('scale', '3');
    await waitUntil(() => ready().worker_pids.length === 3);
    expect(ready()).toMatchObject({ workers: 3 });
    await pool('scale', '1');
    await waitUntil(() => ready().worker_pids.length === 1);
    expect(ready()).toMatchObject({ workers: 1 });
  });

  it('stops a pool that answers what it has in hand', async () => {
    writeFileSync(
      join(folder, 'slow.mjs'),
      `import { existsSync } from 'node:fs';
      export const wait = async () => {
        console.error('in hand');
        while (!existsSync('go')) await new Promise((resolve) => setTimeout(resolve, 10));
        return 'done';
      };`,
    );
    await using program = await serve('./slow.mjs');
    const asked = natsctl(['request', 'slow.wait', '--timeout', '15s'], { env });
    await program.waitForLine('stderr', /in hand/);
    const stopped = pool('stop', '--json');
    await program.waitForLine('stderr', /^natsctl pool stop: finishing what is in hand/);
    expect(await pool('reload')).toMatchObject({ code: 9, stderr: expect.stringContaining('it drains, and ends') });
    expect(await pool('ls', '--json')).toMatchObject({ stdout: expect.stringContaining('"state":"draining"') });
    writeFileSync(join(folder, 'go'), '');
    expect((await asked).stdout).toBe('done\n');
    expect(JSON.parse((await stopped).stdout)).toEqual({ name: 'slow', unanswered: 0, lost: 0 });
    expect((await program.exited).code).toBe(0);
    expect(readdirSync(env.NATSCTL_RUNTIME_DIR)).toEqual([]);
  });

  it('tells with exit 9 that a stop left requests unanswered', async () => {
    writeFileSync(
      join(folder, 'stuck.mjs'),
      'export const wait = () => { console.error("in hand"); return new Promise(() => {}); };',
    );
    await using program = await serve('./stuck.mjs', '--grace', '200ms');
    const asked = natsctl(['request', 'stuck.wait', '--timeout', '500ms'], { env });
    await program.waitForLine('stderr', /in hand/);
    const { code, stderr } = await pool('stop', '--quiet');
    expect({ code, stderr }).toMatchObject({ code: 9, stderr: expect.stringContaining('left 1 request unanswered') });
    expect((await program.exited).code).toBe(143);
    await asked;
  });

  it('answers clearly while the pool starts, and ends it where that is asked', async () => {
    writeFileSync(
      join(folder, 'late.mjs'),
      'console.error("loading"); await new Promise(() => setInterval(() => {}, 1e6));',
    );
    await using program = startNatsctl(['serve', './late.mjs', '--grace', '200ms'], { env, cwd: folder });
    await program.waitForLine('stderr', /loading/);
    expect(await pool('reload')).toMatchObject({ code: 9, stderr: expect.stringContaining('it is still starting') });
    expect(await pool('scale', '3')).toMatchObject({
      code: 9,
      stderr: expect.stringContaining('it is still starting'),
    });
    expect(await statusOf()).toMatchObject({ state: 'starting', ready: 0, by_worker: [{ state: 'starting' }] });
    await pool('stop');
    await program.exited;
    expect(membersOfGroup(program.pid)).toEqual([]);
  });

  it('leaves no worker behind its own end where it is stopped in the middle of a reload', async () => {
    save(1);
    await using program = await serve('./v.mjs');
    save(2, 'console.error("loading"); await new Promise(() => setInterval(() => {}, 1e6));');
    const reloaded = pool('reload');
    await program.waitForLine('stderr', /loading/);
    program.process.kill('SIGTERM');
    // A worker that it had left would hear of its end, and follow.
    expect((await program.exited).code).toBe(0);
    expect(membersOfGroup(program.pid)).toEqual([]);
    expect(await reloaded).toMatchObject({ code: 9, stderr: expect.stringContaining('it was stopped meanwhile') });
  });

  it('leaves no worker behind that is stopped by a signal, and can neither drain nor end', async () => {
    await using program = await serve('greeter', '--grace', '200ms');
    const [worker = 0] = childrenOf(program.pid);
    suspend(worker);
    program.process.kill('SIGTERM');
    expect((await program.exited).code).toBe(143);
    expect(membersOfGroup(program.pid)).toEqual([]);
    expect(program.stderr.text()).toContain('1 worker ended before all was answered');
  });

  it('waits no longer than --for, and what was asked for is done all the same', async () => {
    save(1);
    await using program = await serve('./v.mjs');
    save(2, 'await new Promise((resolve) => setTimeout(resolve, 1000));');
    expect(await pool('reload', '--for', '100ms')).toMatchObject({
      ...{ code: 6, stderr: expect.stringContaining('has not answered reload within 100 ms') },
    });
    await program.waitForLine('stderr', /^1 new worker serves/);
  });

  it('tells of a supervisor that does not answer, and cleans up behind one that was killed', async () => {
    await using program = await serve('greeter');
    suspend(program.pid);
    const [listed, asked] = await Promise.all([pool('ls'), pool('status')]);
    expect(listed.stdout).toMatch(new RegExp(`^\\? +${program.pid} +silent`, 'm'));
    expect(asked).toMatchObject({ code: 6, stderr: expect.stringContaining('has not answered within 5 s') });
    const told = await pool('stop', '--for', '100ms');
    expect(told.code).toBe(6);
    expect(told.stderr).toMatch(
      /^warning: the pool with pid \d+ has not answered within 5 s: it is stopped, or busy\nerror: /,
    );
    process.kill(program.pid, 'SIGKILL');
    await program.exited;
    expect(readdirSync(env.NATSCTL_RUNTIME_DIR)).toHaveLength(1);
    expect(await pool('ls')).toMatchObject({ code: 0, stdout: '' });
    expect(readdirSync(env.NATSCTL_RUNTIME_DIR)).toEqual([]);
  });

  it('bears whatever comes over its socket', async () => {
    await using program = await serve('greeter');
    const [name = ''] = readdirSync(env.NATSCTL_RUNTIME_DIR);
    const path = join(env.NATSCTL_RUNTIME_DIR, name);
    for (const bytes of ['\n', '{"command":1}\n', '\0\xff\n', 'x'.repeat(1_000_000)]) {
      await new Promise((resolve) => {
        const socket = connectSocket(path, () => socket.end(bytes));
        socket.on('error', resolve).on('close', resolve).resume();
      });
    }
    expect(await statusOf()).toMatchObject({ pid: program.pid, state: 'serving' });
  });

  it('tells that it is not connected while the server is away', async () => {
    await using away = await startNatsServer();
    await using program = startNatsctl(['serve', 'greeter', '-w', '2', '--log', 'off', '-s', away.url], { env });
    await program.waitForLine('stderr', /^serving /);
    expect(await statusOf()).toMatchObject({ ready: 2, connected: 2, by_worker: [{ connected: true }, {}] });
    await away.stop();
    await waitUntil(async () => (await statusOf()).connected === 0);
    expect(await statusOf()).toMatchObject({ state: 'serving', ready: 2, by_worker: [{ connected: false }, {}] });
    expect((await pool('ls')).stdout).toContain(`${program.pid}  not connected  `);
    expect((await pool('status')).stdout).toMatch(/ is not connected with 2 workers at /);
    await away.restart();
    await program.waitForLine('stderr', /^connected to .* again$/);
    expect(await statusOf()).toMatchObject({ connected: 2 });
    expect((await program.stop()).code).toBe(0);
  });

  it('serves without being found where the folder is open to others', async () => {
    mkdirSync(env.NATSCTL_RUNTIME_DIR);
    chmodSync(env.NATSCTL_RUNTIME_DIR, 0o755);
    await using program = await serve('greeter');
    expect(program.stderr.text()).toContain('warning: natsctl pool will not find this pool: ');
    const { code, stderr } = await pool('status');
    expect({ code, stderr }).toMatchObject({ code: 5, stderr: expect.stringContaining('is open to other users') });
    expect((await program.stop()).code).toBe(0);
  });

  it('is found from a shell with another environment', async () => {
    const temporary = createTempDir('tmp');
    const own = { ...env, NATSCTL_RUNTIME_DIR: undefined, TMPDIR: temporary };
    await using program = startNatsctl(['serve', 'greeter', '--log', 'off'], { env: own, cwd: folder });
    await program.waitForLine('stderr', /^serving /);
    const runtime = createTempDir('xdg');
    const { stdout } = await natsctl(['pool', 'ls', '--json'], { env: { ...own, XDG_RUNTIME_DIR: runtime } });
    expect(stdout).toContain(`"pid":${program.pid},`);
    await program.stop();
  });

  it('reloads at SIGHUP where there is no terminal', async () => {
    save(1);
    await using program = await serve('./v.mjs', '-w', '2');
    const before = childrenOf(program.pid);
    save(2);
    process.kill(program.pid, 'SIGHUP');
    await program.waitForLine('stderr', /^2 new workers serve after/);
    expect((await natsctl(['request', 'v.say', 'x'], { env })).stdout).toBe('v2 x\n');
    await waitUntil(() => childrenOf(program.pid).every((pid) => !before.includes(pid)));
    expect((await program.stop()).code).toBe(0);
  });

  it.skipIf(!hasTerminal)('drains and ends at SIGHUP on a terminal, whatever its streams are', async () => {
    const readyFile = join(folder, 'ready.json');
    const line = `exec "$0" "$1" serve greeter --ready-file "$2" </dev/null >/dev/null 2>"$3"`;
    const log = join(folder, 'log');
    const args = ['-c', line, process.execPath, launcher, readyFile, log];
    await using terminal = startInTerminal('sh', args, { env, cwd: folder });
    await waitUntil(() => existsSync(readyFile));
    process.kill(JSON.parse(readFileSync(readyFile, 'utf8')).pid, 'SIGHUP');
    expect((await terminal.finished).code).toBe(0);
    expect(readFileSync(log, 'utf8')).toContain('SIGHUP: finishing what is in hand');
  });

  it.skipIf(!hasTerminal)('ends in order where its terminal is gone', async () => {
    const readyFile = join(folder, 'ready.json');
    const log = join(folder, 'log');
    const line = `exec "$0" "$1" serve greeter --ready-file "$2" 2>"$3"`;
    await using terminal = startInTerminal('sh', ['-c', line, process.execPath, launcher, readyFile, log], {
      ...{ env, cwd: folder },
    });
    await waitUntil(() => existsSync(readyFile));
    const { pid } = JSON.parse(readFileSync(readyFile, 'utf8'));
    process.kill(terminal.pid, 'SIGKILL');
    await waitUntil(() => !isAlive(pid));
    expect(readFileSync(log, 'utf8').split('\n').slice(1)).toEqual([
      'SIGHUP: finishing what is in hand; once more to end at once',
      '',
    ]);
  });

  it.skipIf(!hasTerminal)('draws a live table each second, which stays at Ctrl-C', async () => {
    await using program = await serve('greeter', '-w', '2');
    const args = [launcher, 'pool', 'status', '--watch'];
    await using watching = startInTerminal(process.execPath, args, { env, cwd: folder });
    await watching.waitForLine('stdout', /greeter \(pid \d+\) is serving with 2 workers/);
    await pool('scale', '1');
    await watching.waitForLine('stdout', /is serving with 1 worker?/);
    await program.stop();
    await watching.waitForLine('stdout', /no pool greeter of yours runs/);
    await using next = await serve('greeter');
    await watching.waitForLine('stdout', new RegExp(`pid ${next.pid}\\) is serving`));
    watching.stdin?.write('\u0003');
    const { code, stdout } = await watching.finished;
    expect(code).toBe(0);
    expect(stdout).toContain(`${ESCAPE}[`);
    expect(stdout.slice(stdout.lastIndexOf(`${ESCAPE}[J`))).toMatch(/greeter \(pid \d+\) is serving/);
  });

  it('watches in a pipe, an object a second', async () => {
    await using _ = await serve('greeter');
    await using watching = startNatsctl(['pool', 'status', '-w', '--json'], { env });
    await watching.waitForLine('stdout', /"state":"serving"/, { nth: 2 });
    expect((await watching.stop('SIGINT')).code).toBe(0);
  });

  it.each(['bash', 'zsh', 'fish'])('tells %s the names of the pools', async (shell) => {
    await using program = await serve('time', 'echo');
    const words = shell === 'bash' ? ['', '', 'natsctl', 'pool', 'status', ''] : ['natsctl', 'pool', 'status', ''];
    const stdin = words.map((word) => `${word}\0`).join('');
    const { stdout } = await natsctl(['__complete', 'pool', shell], { env: { ...env, ...PATIENT_COMPLETION }, stdin });
    const description = shell === 'bash' ? '' : `\tpid ${program.pid}`;
    for (const name of ['time', 'echo']) expect(stdout).toContain(`${name}${description}\n`);
  });
});
