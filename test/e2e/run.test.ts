import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createTempDir } from '../support/guardian.js';
import { isAlive, membersOfGroup } from '../support/processes.js';
import type { RunOptions, RunResult } from '../support/program.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { hasTerminal, startInTerminal } from '../support/terminal.js';
import { watchWaiting } from '../support/waiting.js';

const launcher = fileURLToPath(new URL('../../bin/natsctl.js', import.meta.url));
const node = process.execPath;

/** Runs `natsctl run` to its end. */
function run(args: readonly string[], options?: RunOptions): Promise<RunResult> {
  return natsctl(['run', ...args], options);
}

/** What follows `--`: this script in Node. */
function script(code: string): string[] {
  return ['--', node, '-e', code];
}

/** What follows `--`: natsctl itself. */
function natsctlCommand(...args: readonly string[]): string[] {
  return ['--', node, launcher, ...args];
}

/** Tells each signal that it gets, and ends at SIGTERM. */
const TELLING = `
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGTERM']) process.on(signal, () => {
    console.log('got ' + signal);
    if (signal === 'SIGTERM') process.exit(7);
  });
  setInterval(() => {}, 1000);
  console.log('pid ' + process.pid);
`;

describe('natsctl run', () => {
  it('runs a command with a server of its own, and nothing is left afterwards', async () => {
    await using program = startNatsctl(['run', ...script('console.log(process.env.NATS_URL)')]);
    const { code, stdout, stderr } = await program.finished;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^nats:\/\/127\.0\.0\.1:\d+\n$/);
    expect(membersOfGroup(program.pid)).toEqual([]);
    expect((await natsctl(['request', '-s', stdout.trim(), 'a', ''])).code).toBe(3);
  });

  it('has the services ready before the command starts', async () => {
    const result = await run(['--serve', 'greeter', ...natsctlCommand('request', 'greeter.greet', 'World')]);
    expect(result).toMatchObject({ code: 0, stdout: 'Hello, World!\n', stderr: '' });
  });

  it('has as many workers of each service as --workers says, and ends them after the command', async () => {
    const look = script(`
      const { readdirSync, readFileSync } = require('node:fs');
      const stats = readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).flatMap((name) => {
        try { return readFileSync('/proc/' + name + '/stat', 'utf8'); } catch { return []; }
      });
      const siblings = stats.filter((stat) => Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]) === process.ppid);
      console.log(siblings.length - 1);
    `);
    await using program = startNatsctl(['run', '--serve', 'greeter', '--serve', 'greeter', '--workers', '2', ...look]);
    expect(await program.finished).toMatchObject({ code: 0, stdout: '4\n', stderr: '' });
    expect(membersOfGroup(program.pid)).toEqual([]);
  });

  it.each([0, 1, 3, 42, 255])('passes on exit code %d', async (code) => {
    expect((await run(script(`process.exit(${code})`))).code).toBe(code);
  });

  it.each(['SIGTERM', 'SIGKILL', 'SIGSEGV'] as const)(
    'is 128 and the number where %s ended the command',
    async (name) => {
      const result = await run(['--', 'sh', '-c', `ulimit -c 0; kill -${name.slice(3)} $$`]);
      expect(result.code).toBe(128 + constants.signals[name]);
    },
  );

  it('answers a command that is not there with 127, one that cannot be executed with 126', async () => {
    const dir = createTempDir('commands');
    const plain = join(dir, 'plain');
    writeFileSync(plain, 'text');
    chmodSync(plain, 0o644);
    const missing = join(dir, 'missing');
    expect(await run(['--', missing])).toMatchObject({
      code: 127,
      stdout: '',
      stderr: `error: ${missing}: not found\n`,
    });
    expect(await run(['--', ''])).toMatchObject({ code: 127, stderr: "error: '': not found\n" });
    const refused = { code: 126, stdout: '', stderr: expect.stringContaining('cannot be executed') };
    expect(await run(['--', plain])).toMatchObject(refused);
    expect(await run(['--', dir])).toMatchObject(refused);
    expect(await run(['--', join(plain, 'below')])).toMatchObject(refused);
  });

  it('tells who forgot the shell how to have one, also with --quiet and --json', async () => {
    const hint = "there is no shell around it; natsctl run -- sh -c 'npm test --silent' has one";
    const quiet = await run(['--quiet', '--', 'npm test --silent']);
    expect(quiet).toMatchObject({ code: 127, stderr: `error: npm test --silent: not found\n${hint}\n` });
    const json = await run(['--json', '--', 'npm test --silent']);
    expect(JSON.parse(json.stderr)).toEqual({
      error: { kind: 'usage', message: 'npm test --silent: not found', hint },
    });
  });

  it.each<[args: string[], named: string]>([
    [[], 'COMMAND is missing'],
    [['--serve', 'greter', '--', 'true'], 'did you mean greeter?'],
    [['--workers', '0', '--', 'true'], '--workers'],
    [['--wrokers', '1', '--', 'true'], 'did you mean --workers?'],
    [['--serve'], '--serve needs a value'],
    [['--server', 'nats://a', '--', 'true'], '--server means nothing here'],
    [['--timeout', '5s', '--', 'true'], '--timeout means nothing here'],
  ])('answers %j with 125 and runs nothing', async (args, named) => {
    expect(await run(args)).toMatchObject({ code: 125, stdout: '', stderr: expect.stringContaining(named) });
  });

  it('gives the command its arguments byte for byte, and what looks like flags of natsctl', async () => {
    const args = ['--json', '-s', '007', '', 'two words', '--', '--help'];
    const result = await run([...script('console.log(JSON.stringify(process.argv.slice(1)))'), '--', ...args]);
    expect(JSON.parse(result.stdout)).toEqual(args);
  });

  it('gives the command NATS_URL and none of the caller’s other NATS_ variables', async () => {
    const env = {
      NATS_URL: 'nats://192.0.2.1',
      NATS_CONTEXT: 'prod',
      NATS_CREDS: '/missing',
      NATS_USER: 'me',
      NATS_PASSWORD: 's3cret',
      NATS_TIMEOUT: 'soon',
      NATSCTL_EMBEDDED: '0',
      OTHER: 'kept',
    };
    const shown = await run(script('console.log(JSON.stringify(process.env))'), { env });
    const seen: Record<string, string> = JSON.parse(shown.stdout);
    expect(Object.keys(seen).filter((name) => name.startsWith('NATS_'))).toEqual(['NATS_URL']);
    expect(seen).toMatchObject({
      NATS_URL: expect.stringMatching(/^nats:\/\/127\.0\.0\.1:\d+$/),
      NATSCTL_EMBEDDED: '0',
      OTHER: 'kept',
    });
    const served = await run(['--serve', 'greeter', ...natsctlCommand('request', 'greeter.greet', 'Me')], { env });
    expect(served).toMatchObject({ code: 0, stdout: 'Hello, Me!\n' });
  });

  it('keeps a selected context out of it', async () => {
    const config = createTempDir('config');
    mkdirSync(join(config, 'nats', 'context'), { recursive: true });
    const context = { url: 'nats://192.0.2.1', user: 'me', password: 's3cret', creds: '/missing.creds' };
    writeFileSync(join(config, 'nats', 'context', 'prod.json'), JSON.stringify(context));
    writeFileSync(join(config, 'nats', 'context.txt'), 'prod');
    const env = { XDG_CONFIG_HOME: config };
    const result = await run(['--serve', 'greeter', ...natsctlCommand('request', 'greeter.greet', 'Me')], { env });
    expect(result).toMatchObject({ code: 0, stdout: 'Hello, Me!\n', stderr: '' });
  });

  it('leaves stdin, stdout and stderr to the command', async () => {
    const stdin = Buffer.from([0, 255, 10, 13, 0]);
    const result = await run(script('process.stdin.pipe(process.stdout); console.error("told")'), { stdin });
    expect(result.code).toBe(0);
    expect(result.stdoutBytes).toEqual(stdin);
    expect(result.stderr).toBe('told\n');
  });

  it('leaves stdin to the command while services start', async () => {
    const stdin = 'x'.repeat(200_000);
    const result = await run(['--serve', 'greeter', ...script('process.stdin.pipe(process.stdout)')], { stdin });
    expect(result.stdout).toBe(stdin);
  });

  it('passes signals on to the command and ends as it does', async () => {
    await using program = startNatsctl(['run', '--serve', 'greeter', ...script(TELLING)]);
    await program.waitForLine('stdout', /^pid/);
    for (const signal of ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGINT'] as const) {
      process.kill(program.pid, signal);
      const nth = program.stdout.lines().filter((line) => line === `got ${signal}`).length + 1;
      await program.waitForLine('stdout', new RegExp(`^got ${signal}$`), { nth });
    }
    const { code, stdout } = await program.stop('SIGTERM');
    expect(code).toBe(7);
    expect(stdout).toMatch(/^got SIGTERM$/m);
    expect(membersOfGroup(program.pid)).toEqual([]);
  });

  it('ends with 128 and the number where the signal that it passes on ends the command', async () => {
    await using program = startNatsctl(['run', ...script("console.log('here'); setInterval(() => {}, 1000)")]);
    await program.waitForLine('stdout', /here/);
    expect(await program.stop('SIGTERM')).toMatchObject({ code: 143, signal: null });
  });

  it('runs no command where a signal comes before it', async () => {
    const mark = join(createTempDir('mark'), 'ran');
    const command = script(`require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')`);
    await using program = startNatsctl(['run', '--serve', 'greeter', '--workers', '20', ...command]);
    await expect.poll(() => membersOfGroup(program.pid).length, { interval: 5, timeout: 10_000 }).toBeGreaterThan(1);
    expect((await program.stop('SIGTERM')).code).toBe(143);
    expect(existsSync(mark)).toBe(false);
    expect(membersOfGroup(program.pid)).toEqual([]);
  });

  it('leaves the command on its own and no worker where it is killed', async () => {
    await using program = startNatsctl(['run', '--serve', 'greeter', '--workers', '2', ...script(TELLING)]);
    const [, pid] = await program.waitForLine('stdout', /^pid (\d+)/);
    const command = Number(pid);
    const workers = membersOfGroup(program.pid).filter((member) => member !== program.pid && member !== command);
    expect(workers).toHaveLength(2);
    const endWatch = watchWaiting(() => [process.pid, ...workers]);
    const killedAt = performance.now();
    process.kill(program.pid, 'SIGKILL');
    await expect.poll(() => workers.some(isAlive)).toBe(false);
    expect(performance.now() - killedAt).toBeLessThan(2_000 + endWatch());
    expect(isAlive(command)).toBe(true);
  });

  it('replaces a worker that dies while the command runs, and says so', async () => {
    await using program = startNatsctl(['run', '--serve', 'greeter', ...script(TELLING)]);
    const [, pid] = await program.waitForLine('stdout', /^pid (\d+)/);
    const family = new Set([program.pid, Number(pid)]);
    const [worker] = membersOfGroup(program.pid).filter((member) => !family.has(member));
    process.kill(worker as number, 'SIGKILL');
    await program.waitForLine('stderr', /worker-1 serves greeter again/);
    expect((await program.stop()).code).toBe(7);
  });

  it('keeps a server of each of two that run at once', async () => {
    const args = ['--serve', 'greeter', ...script('console.log(process.env.NATS_URL)')];
    const [one, other] = await Promise.all([run(args), run(args)]);
    expect([one.code, other.code]).toEqual([0, 0]);
    expect(one.stdout).not.toBe(other.stdout);
  });
});

describe.skipIf(!hasTerminal)('natsctl run, in a terminal', () => {
  it.each([
    ['Ctrl-C', '\u0003', 'SIGINT'],
    ['Ctrl-\\', '\u001c', 'SIGQUIT'],
  ])('lets %s reach the command once only', async (_, key, signal) => {
    const log = join(createTempDir('terminal'), 'signals');
    const command = join(createTempDir('terminal'), 'command.cjs');
    writeFileSync(
      command,
      `const { appendFileSync } = require('node:fs');
      let asked = false;
      process.on('${signal}', () => {
        appendFileSync(${JSON.stringify(log)}, '${signal}\\n');
        if (asked) return;
        asked = true;
        console.log('interrupted');
      });
      process.stdin.on('data', () => process.exit(9));
      console.log('ready');`,
    );
    await using program = startInTerminal(node, [launcher, 'run', '--', node, command]);
    await program.waitForLine('stdout', /ready/);
    program.stdin?.write(key);
    await program.waitForLine('stdout', /interrupted/);
    // A second signal, passed on as well, would be there before the command has read this.
    program.stdin?.write('end\n');
    expect((await program.exited).code).toBe(9);
    expect(readFileSync(log, 'utf8')).toBe(`${signal}\n`);
  });
});
