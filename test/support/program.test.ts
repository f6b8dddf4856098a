import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createTempDir } from './guardian.js';
import { childrenOf, isAlive, membersOfGroup } from './processes.js';
import { runProgram, type Stdin, startProgram } from './program.js';

describe('runProgram', () => {
  it('gives exit code, both streams and the raw bytes', async () => {
    const result = await runProgram('sh', ['-c', "printf '\\377'; echo oops >&2; exit 3"]);
    expect(result).toMatchObject({ code: 3, signal: null, stderr: 'oops\n' });
    expect([...result.stdoutBytes]).toEqual([0xff]);
  });

  it('gives the signal that ended it', async () => {
    expect(await runProgram('sh', ['-c', 'kill -9 $$'])).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('passes nothing of its own environment on but PATH', async () => {
    vi.stubEnv('NATS_URL', 'nats://127.0.0.1:1');
    const { stdout } = await runProgram('env', [], {
      env: { EXTRA: 'x', XDG_CONFIG_HOME: undefined, NATSCTL_RUNTIME_DIR: undefined },
    });
    vi.unstubAllEnvs();
    const names = stdout.split('\n').map((line) => line.split('=')[0]);
    expect(names.filter((name) => name !== '').sort()).toEqual(['EXTRA', 'HOME', 'PATH']);
  });

  const file = join(createTempDir('stdin'), 'body');
  writeFileSync(file, 'from a file');
  const sources: [string, Stdin | undefined, string][] = [
    ['nothing', undefined, 'device: '],
    ['a string', 'text', 'socket: text'],
    ['bytes', Buffer.from('bytes'), 'socket: bytes'],
    ['a file', { file }, 'file: from a file'],
  ];
  it.each(sources)('gives the program %s on stdin', async (_, stdin, expected) => {
    const code = `
      const stat = require('node:fs').fstatSync(0);
      const kind = stat.isSocket() ? 'socket' : stat.isFile() ? 'file' : stat.isCharacterDevice() ? 'device' : 'other';
      process.stdout.write(kind + ': ');
      process.stdin.pipe(process.stdout);
    `;
    expect((await runProgram(process.execPath, ['-e', code], stdin === undefined ? {} : { stdin })).stdout).toBe(
      expected,
    );
  });

  it('rejects with the output so far, and kills, at the time-out', async () => {
    const run = runProgram('sh', ['-c', 'echo $$; sleep 60'], { timeoutMs: 1_000 });
    const error = await run.then(
      () => undefined,
      (reason: Error) => reason,
    );
    const pid = /stdout:\n(\d+)/.exec(error?.message ?? '')?.[1];
    expect(pid).toBeDefined();
    expect(membersOfGroup(Number(pid))).toEqual([]);
  });

  it('says which program cannot be run', async () => {
    await expect(runProgram('/no/such/program', [])).rejects.toThrow('cannot run /no/such/program');
  });
});

describe('startProgram', () => {
  it('waits for lines, past and to come', async () => {
    await using cat = startProgram('cat', [], { stdin: { open: true } });
    cat.stdin?.write('ready 1\nready 2\nnot ready');
    await cat.waitForLine('stdout', /^ready/, { nth: 2 });
    expect((await cat.waitForLine('stdout', /^ready (\d)/))[1]).toBe('1');
    await expect(cat.waitForLine('stdout', /not ready/, { timeoutMs: 50 })).rejects.toThrow('50 ms went by');
    const third = cat.waitForLine('stdout', /ready/, { nth: 3 });
    cat.stdin?.end('\n');
    expect((await third).input).toBe('not ready');
    await expect(cat.waitForLine('stdout', /more/)).rejects.toThrow('the program closed the stream');
  });

  it('tells its own end from that of what it started', async () => {
    await using program = startProgram('sh', ['-c', 'sleep 60 & echo up; wait']);
    await program.waitForLine('stdout', /up/);
    const [sleep] = childrenOf(program.pid);
    program.process.kill('SIGKILL');
    expect(await program.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(membersOfGroup(program.pid)).toEqual([sleep]);
  });

  it('leaves nothing running', async () => {
    let pids: number[];
    {
      await using program = startProgram('sh', ['-c', 'sleep 60 & sleep 60 & echo up; wait']);
      await program.waitForLine('stdout', /up/);
      pids = [program.pid, ...childrenOf(program.pid)];
    }
    expect(pids).toHaveLength(3);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('stops with the signal asked for', async () => {
    await using program = startProgram('sleep', ['60']);
    expect(await program.stop('SIGINT')).toMatchObject({ code: null, signal: 'SIGINT' });
  });
});
