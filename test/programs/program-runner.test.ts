import { EventEmitter } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { findProgram, ProcessGroups, type ProgramOutcome, ProgramRunner } from '../../src/programs/index.js';
import { isAlive } from '../support/processes.js';
import { waitUntil } from '../support/wait-until.js';

const emitter = new EventEmitter();
const runner = new ProgramRunner(new ProcessGroups(emitter));

afterEach(() => {
  emitter.emit('exit');
});

/** A program that runs, and what it has written. */
function start(script: string, { env = {}, stdin = '', args = [] as readonly string[] } = {}) {
  const program = findProgram('sh', ['-c', script, 'sh', ...args], process.env['PATH']);
  const written = { stdout: '', stderr: '' };
  const outcome = runner.run(program, program.args, {
    env: { PATH: process.env['PATH'], ...env },
    stdin: Buffer.from(stdin),
    stdout(lines) {
      written.stdout += Buffer.from(lines).toString();
    },
    stderr(lines) {
      written.stderr += Buffer.from(lines).toString();
    },
  });
  return { written, outcome };
}

it('gives a program its stdin, environment and arguments, and takes what it writes', async () => {
  const { written, outcome } = start('cat; printf "%s|%s|%s" "$A" "$1" "$2"; echo oops >&2', {
    env: { A: '$(x) "y"' },
    stdin: 'body\0\n',
    args: ['', '`z`'],
  });
  expect(await outcome).toEqual({ kind: 'exited', code: 0 });
  expect(written).toEqual({ stdout: 'body\0\n$(x) "y"||`z`', stderr: 'oops\n' });
});

it.each([
  ['exit 3', { kind: 'exited', code: 3 }],
  ['kill -9 $$', { kind: 'killed', signal: 'SIGKILL' }],
] as ReadonlyArray<[string, ProgramOutcome]>)('tells how %j ended', async (script, expected) => {
  expect(await start(script).outcome).toEqual(expected);
});

it('does not mind a program that leaves its stdin unread', async () => {
  const { outcome } = start('exec <&-; exit 0', { stdin: 'x'.repeat(1_000_000) });
  expect(await outcome).toEqual({ kind: 'exited', code: 0 });
});

it('takes all of a large output', async () => {
  const { written, outcome } = start('head -c 3000000 /dev/zero');
  await outcome;
  expect(written.stdout.length).toBe(3_000_000);
});

it.each([
  ['E2BIG', { A: 'x'.repeat(300_000) }, 'its arguments and environment are too large (E2BIG)'],
  ['NUL', { A: 'a\0b' }, 'ERR_INVALID_ARG_VALUE'],
])('tells of what cannot be started: %s', async (_, env, reason) => {
  expect(await start('true', { env }).outcome).toEqual({ kind: 'not started', reason });
});

it('tells of a program that has gone since it was found', async () => {
  const gone = { name: 'gone', file: '/nowhere/gone', args: [] };
  const run = { env: {}, stdin: Buffer.from(''), stdout: () => undefined, stderr: () => undefined };
  expect(await runner.run(gone, [], run)).toEqual({ kind: 'not started', reason: 'ENOENT' });
});

it('kills what a program leaves running', async () => {
  const { written, outcome } = start('sleep 600 & echo $!');
  expect(await outcome).toEqual({ kind: 'exited', code: 0 });
  await waitUntil(() => !isAlive(Number(written.stdout)));
});

it('does not wait for what has left the group and holds the output open', async () => {
  const leave = `
    const { spawn } = require("node:child_process");
    const child = spawn("sleep", ["600"], { detached: true, stdio: "inherit" });
    console.log(child.pid);
    child.unref();`;
  const { written, outcome } = start(`exec '${process.execPath}' -e '${leave}'`);
  expect(await outcome).toEqual({ kind: 'exited', code: 0 });
  const escaped = Number(written.stdout);
  expect(isAlive(escaped)).toBe(true);
  process.kill(escaped);
});

it('kills all that run when this process exits', async () => {
  const { written, outcome } = start('sleep 600 & echo $! $$; wait');
  await waitUntil(() => written.stdout.endsWith('\n'));
  const pids = written.stdout.trim().split(' ').map(Number);
  expect(pids.map(isAlive)).toEqual([true, true]);
  emitter.emit('exit');
  expect(await outcome).toEqual({ kind: 'killed', signal: 'SIGKILL' });
  await waitUntil(() => !pids.some(isAlive));
});

it('listens no more once released', () => {
  const own = new EventEmitter();
  new ProgramRunner(new ProcessGroups(own)).release();
  expect(own.listenerCount('exit')).toBe(0);
});
