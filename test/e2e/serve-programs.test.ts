import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../src/testing/index.js';
import { coProcess } from '../services/programs/serving.js';
import { createTempDir } from '../support/guardian.js';
import { startNatsServer } from '../support/nats-server.js';
import { childrenOf, isAlive } from '../support/processes.js';
import { type RunningProgram, runProgram } from '../support/program.js';
import { hasPython } from '../support/python.js';
import { natsctl, peer, startNatsctl } from '../support/run.js';
import { pastSameSignal } from '../support/second-signal.js';
import { tools } from '../support/tools.js';
import { waitUntil } from '../support/wait-until.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** Starts `serve` with a program, and waits until it serves. */
async function serve(flags: readonly string[], ...command: readonly string[]): Promise<RunningProgram> {
  const pool = startNatsctl(['serve', '-s', server.url, ...flags, '--', ...command]);
  await pool.waitForLine('stderr', /"?serving /);
  return pool;
}
const ask = (subject: string, body: string, ...flags: readonly string[]) =>
  natsctl(['request', '-s', server.url, ...flags, subject, body]);
/** The numbers in a line of the log that a program wrote. */
async function loggedPids(pool: RunningProgram): Promise<number[]> {
  const [, pids = ''] = await pool.waitForLine('stderr', /pids:((?: \d+)+)$/);
  return pids.trim().split(' ').map(Number);
}
const HANG = ['sh', '-c', 'sleep 600 & echo "pids: $$ $!" >&2; wait'];

describe('natsctl serve --exec', () => {
  it('runs a program for each request', async () => {
    await using pool = await serve(['--exec', '--subject', 'up.case', '--name', 'upper'], 'tr', 'a-z', 'A-Z');
    expect(await ask('up.case', 'hello')).toMatchObject({ code: 0, stdout: 'HELLO\n' });
    await pool.waitForLine('stderr', /worker-1 Received request for hello, sending: HELLO$/);
    expect(await pool.stop()).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^serving upper on up\.case with/),
    });
  });

  it('takes its name from the program, and several subjects', async () => {
    const subjects = ['--subject', 'a.*', '--subject', 'b'];
    await using pool = await serve(['--exec', ...subjects, '--queue', 'own'], 'sh', '-c', 'printf %s "$NATS_SUBJECT"');
    expect(pool.stderr.text()).toMatch(/^serving sh on a\.\*, b with 1 worker, queue own, at /);
    expect((await ask('a.1', '')).stdout).toBe('a.1\n');
    expect((await ask('b', '')).stdout).toBe('b\n');
  });

  it('tells the caller of a failure, and the log of its stderr, escaped', async () => {
    const script = 'printf "first\\n\\033[31mred\\n" >&2; exit 3';
    await using pool = await serve(['--exec', '--subject', 'fail'], 'sh', '-c', script);
    expect(await ask('fail', 'x')).toMatchObject({ code: 7, stderr: expect.stringContaining('500: [31mred') });
    await pool.waitForLine('stderr', /^\S+Z worker-1 sh: first$/);
    await pool.waitForLine('stderr', /^\S+Z worker-1 sh: \\e\[31mred$/);
    await pool.waitForLine('stderr', /sending error: 500 \[31mred \(endpoint sh\.fail\)$/);
  });

  it('has each line of its log as JSON with --json, also where requests are not logged', async () => {
    await using pool = await serve(
      ['--exec', '--subject', 'json', '--json', '--log', 'off'],
      'sh',
      '-c',
      'echo "a\\"b" >&2',
    );
    await ask('json', '');
    const [line] = await pool.waitForLine('stderr', /.*"program".*/);
    expect(JSON.parse(line)).toEqual({
      time: expect.any(String),
      level: 'program',
      message: 'a"b',
      service: 'sh',
      worker: 1,
    });
  });

  it.each([
    [[], Math.max(1, availableParallelism())],
    [['--concurrency', '3'], 3],
  ])('runs so many at a time: %j', async (flags, most) => {
    const folder = createTempDir('running');
    // Each tells how many run as it does; it ends when as many as may are there.
    const script = `touch "$1/$$"; for i in 1 2 3 4 5 6 7 8 9 10; do n=$(ls "$1" | wc -l); [ $n -ge ${most} ] && break; sleep 0.1; done; sleep 0.1; ls "$1" | wc -l; rm "$1/$$"`;
    await using _pool = await serve(['--exec', '--subject', 'many', ...flags], 'sh', '-c', script, 'sh', folder);
    await using client = await server
      .connect()
      .then((nats) => Object.assign(nats, { [Symbol.asyncDispose]: () => nats.close() }));
    const replies = await Promise.all(
      Array.from({ length: 3 * most }, () => client.request('many', '', { timeout: 20_000 })),
    );
    const counts = replies.map((reply) => Number(reply.string()));
    expect(Math.max(...counts)).toBe(most);
  });

  it('kills it at --handler-timeout, and all that it started', async () => {
    await using pool = await serve(['--exec', '--subject', 'slow', '--handler-timeout', '2s'], ...HANG);
    expect(await ask('slow', '')).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('504: no answer within 2 s'),
    });
    const pids = await loggedPids(pool);
    await waitUntil(() => !pids.some(isAlive));
  });

  it('waits in the drain for a program that runs', async () => {
    await using pool = await serve(
      ['--exec', '--subject', 'drain'],
      'sh',
      '-c',
      'echo "pids: $$" >&2; sleep 0.5; echo done',
    );
    const reply = ask('drain', '');
    await loggedPids(pool);
    expect(await pool.stop('SIGTERM')).toMatchObject({ code: 0 });
    expect(await reply).toMatchObject({ code: 0, stdout: 'done\n\n' });
  });

  it('kills it when the grace is over', async () => {
    await using pool = await serve(['--exec', '--subject', 'grace', '--grace', '300ms'], ...HANG);
    const reply = ask('grace', '', '--timeout', '2s');
    const pids = await loggedPids(pool);
    expect(await pool.stop('SIGTERM')).toMatchObject({ code: 143 });
    await waitUntil(() => !pids.some(isAlive));
    expect((await reply).code).not.toBe(0);
  });
});

const kinds: ReadonlyArray<readonly [string, readonly string[]]> = [
  ['--exec', HANG],
  ['--stdio', ['sh', '-c', 'sleep 600 & echo "pids: $$ $!" >&2; wait']],
];

describe.each(kinds)('what natsctl serve %s runs', (kind, command) => {
  /** A pool with a program that runs, and the program's process ids. */
  async function hanging() {
    const pool = await serve([kind, '--subject', 'hang'], ...command);
    const reply = ask('hang', '', '--timeout', '1s');
    return { pool, pids: await loggedPids(pool), reply };
  }

  it('does not outlive a worker that is killed', async () => {
    const { pool, pids, reply } = await hanging();
    await using _pool = pool;
    expect(pids.every(isAlive)).toBe(true);
    process.kill(childrenOf(pool.pid)[0] as number, 'SIGKILL');
    await waitUntil(() => !pids.some(isAlive));
    await pool.waitForLine('stderr', /worker-1 serves sh again/);
    await reply;
  });

  it('does not outlive a supervisor that is killed', async () => {
    const { pool, pids, reply } = await hanging();
    await using _pool = pool;
    process.kill(pool.pid, 'SIGKILL');
    await waitUntil(() => !pids.some(isAlive));
    await reply;
  });

  it('does not outlive a second Ctrl-C', async () => {
    const { pool, pids, reply } = await hanging();
    await using _pool = pool;
    pool.process.kill('SIGINT');
    await pool.waitForLine('stderr', /finishing what is in hand/);
    await pastSameSignal();
    expect(await pool.stop('SIGINT')).toMatchObject({ code: 130 });
    // Killed, and no child of the supervisor: the system takes a moment to clear it away.
    await waitUntil(() => !pids.some(isAlive));
    await reply;
  });
});

describe('natsctl serve --stdio', () => {
  it('has a co-process for each worker, which ends with it', async () => {
    await using pool = await serve(['--stdio', '--subject', 'co', '--name', 'co', '--workers', '2'], ...coProcess);
    const pids = new Set<string>();
    await waitUntil(async () => pids.add((await ask('co', 'pid')).stdout.trim()).size === 2);
    expect([...pids].every((pid) => isAlive(Number(pid)))).toBe(true);
    expect(await pool.stop()).toMatchObject({ code: 0 });
    expect([...pids].some((pid) => isAlive(Number(pid)))).toBe(false);
  });

  it('starts it again where it dies, and says so', async () => {
    await using pool = await serve(['--stdio', '--subject', 'co', '--name', 'co'], ...coProcess);
    expect(await ask('co', 'exit 3')).toMatchObject({
      code: 7,
      stderr: expect.stringMatching(/503: .* ended: exit 3/),
    });
    await pool.waitForLine(
      'stderr',
      /warning: worker-1: .* ended: exit 3; 1 request in hand got error 503; starting it again at once/,
    );
    expect(await ask('co', 'upper a')).toMatchObject({ code: 0, stdout: 'A\n' });
  });

  it('ends with 9 and the reason where it does not start', async () => {
    const command = ['sh', '-c', 'echo "no module named x" >&2; exit 1'];
    const result = await natsctl(['serve', '-s', server.url, '--stdio', '--subject', 'co', '--', ...command]);
    expect(result.code).toBe(9);
    expect(result.stderr).toContain(
      'error: no worker stays alive: start of service sh failed: sh ended at once: exit 1 (no module named x)',
    );
  });

  it('ends with 9 where it does not stay', async () => {
    const command = ['sh', '-c', 'sleep 0.4; exit 7'];
    const flags = ['--stdio', '--subject', 'co', '--log', 'off'];
    const result = await natsctl(['serve', '-s', server.url, ...flags, '--', ...command], { timeoutMs: 60_000 });
    expect(result.code).toBe(9);
    expect(result.stderr).toContain('error: no worker stays alive: service sh does not stay alive: sh ended: exit 7');
  });

  it('tells of a line that is none once, and goes on', async () => {
    await using pool = await serve(['--stdio', '--subject', 'co'], ...coProcess);
    for (let round = 0; round < 2; round++) await ask('co', 'raw hello\n{"id":ID}');
    expect(
      (await pool.stop()).stderr.match(/wrote what is no answer: the line is not a JSON object: hello/g),
    ).toHaveLength(1);
  });
});

describe('natsctl serve with a program', () => {
  it('ends with 2 where there is no such program, or it cannot be executed', async () => {
    const plain = join(createTempDir('plain'), 'plain');
    writeFileSync(plain, '#!/bin/sh\n');
    for (const kind of ['--exec', '--stdio']) {
      for (const [command, why] of [
        ['no-such-program', 'not found'],
        [plain, 'cannot be executed'],
      ] as const) {
        const result = await natsctl(['serve', '-s', server.url, kind, '--subject', 'a', '--', command]);
        expect(result).toMatchObject({ code: 2, stderr: `error: ${command}: ${why}\n` });
      }
    }
  });

  it('fails a request where the program has gone meanwhile, and lives', async () => {
    const script = join(createTempDir('gone'), 'job');
    writeFileSync(script, '#!/bin/sh\necho ran\n');
    chmodSync(script, 0o755);
    await using _pool = await serve(['--exec', '--subject', 'gone'], script);
    expect((await ask('gone', '')).stdout).toBe('ran\n\n');
    execFileSync('mv', [script, `${script}.away`]);
    expect(await ask('gone', '')).toMatchObject({ code: 7, stderr: expect.stringContaining('not started: ENOENT') });
    execFileSync('mv', [`${script}.away`, script]);
    expect((await ask('gone', '')).stdout).toBe('ran\n\n');
  });

  it.skipIf(tools.nats.path === undefined || tools.natsServer.path === undefined)(
    'is a service to the peer, without the arguments of its program',
    async () => {
      await using nats = await startNatsServer();
      const flags = ['--exec', '--subject', 'up.case', '--name', 'upper'];
      await using pool = startNatsctl(['serve', '-s', nats.url, ...flags, '--', 'tr', 'a-z', 'A-Z']);
      await pool.waitForLine('stderr', /serving upper/);
      const info = await peer(['-s', nats.url, 'service', 'info', 'upper']);
      expect(info.stdout).toContain('up.case');
      expect(info.stdout).not.toContain('A-Z');
      expect((await peer(['-s', nats.url, 'request', 'up.case', 'a', '--raw'])).stdout).toContain('A');
    },
  );
});

describe('examples', () => {
  it('has a shell script for --exec', async () => {
    const script = join(root, 'examples', 'exec-shell', 'disk.sh');
    await using _pool = await serve(['--exec', '--subject', 'disk.usage', '--name', 'disk'], script);
    expect((await ask('disk.usage', '/')).stdout).toMatch(/^\d+%\n$/);
    expect((await ask('disk.usage', '/', '-H', 'X-Unit:kilobytes')).stdout).toMatch(/^\d+\n$/);
    for (const [body, problem] of [
      ['x; id', 'not an absolute path: x; id'],
      ['/no/such', 'no/such'],
    ] as const) {
      expect(await ask('disk.usage', body)).toMatchObject({ code: 7, stderr: expect.stringContaining(problem) });
    }
  });

  it.skipIf(!hasPython)('has a co-process in Python', async () => {
    const script = join(root, 'examples', 'stdio-python', 'worker.py');
    await using pool = await serve(['--stdio', '--subject', 'text.words', '--name', 'words'], 'python3', script);
    expect((await ask('text.words', 'to be or not to be')).stdout).toBe('{"to": 2, "be": 2, "or": 1, "not": 1}\n');
    expect(await ask('text.words', ' ')).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('400: the body is empty'),
    });
    const nats = await connect({ servers: server.url });
    const refused = await nats.request('text.words', new Uint8Array([0xff]));
    expect(refused.headers?.get('Nats-Service-Error')).toBe('the body is not valid UTF-8');
    const many = await Promise.all(Array.from({ length: 500 }, (_, index) => nats.request('text.words', `n${index}`)));
    expect(many.map((reply) => reply.string())).toEqual(Array.from({ length: 500 }, (_, index) => `{"n${index}": 1}`));
    await nats.close();
    expect(await pool.stop()).toMatchObject({ code: 0, stderr: expect.not.stringContaining('warning') });
  });

  it.skipIf(!hasPython)('docs/stdio.md has the least one, which works as it stands', async () => {
    const text = readFileSync(join(root, 'docs', 'stdio.md'), 'utf8');
    const [, file = '', code = ''] = /```python\n# (\S+)\n(.*?)```/s.exec(text) ?? [];
    const script = /```sh\n(.*?)```/s.exec(text)?.[1] ?? '';
    const printed = [...script.matchAll(/ # (.*)$/gm)].map(([, comment]) => `${comment}\n`).join('');
    const cwd = createTempDir('stdio-docs');
    writeFileSync(join(cwd, file), code);
    mkdirSync(join(cwd, 'bin'));
    symlinkSync(join(root, 'bin', 'natsctl.js'), join(cwd, 'bin', 'natsctl'));
    const env = { PATH: `${join(cwd, 'bin')}:${process.env['PATH']}`, NATS_URL: server.url };
    const result = await runProgram('sh', ['-c', `set -e\n${script}\nwait`], { cwd, env, timeoutMs: 20_000 });
    expect(result).toMatchObject({ code: 0, stdout: printed });
    expect(printed).not.toBe('');
  });
});
