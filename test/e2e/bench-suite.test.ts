import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BenchReport } from '../../src/bench/report/report.js';
import { createTempDir } from '../support/guardian.js';
import { startNatsServer } from '../support/nats-server.js';
import { membersOfGroup } from '../support/processes.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { pastSameSignal } from '../support/second-signal.js';
import { tools } from '../support/tools.js';

const dir = createTempDir('suites');

function write(name: string, content: object): string {
  const path = join(dir, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

const reportsIn = (text: string): readonly BenchReport[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as BenchReport);

const small = { name: 'small', workload: 'service', service: 'echo', messages: 200, size: '16B' };
const large = { ...small, name: 'large', size: '8KB', slo: 'errors=0' };

describe.skipIf(tools.natsServer.path === undefined)('natsctl bench suite', () => {
  it('runs each entry as often as it is told, reports each by its name, and compares them with the first', async () => {
    await using server = await startNatsServer();
    const file = write('two.json', { runs: 9, entries: [small, large] });
    const json = await natsctl(['bench', 'suite', file, '--runs', '2', '-s', server.url, '--json']);
    expect(json).toMatchObject({ code: 0 });
    expect(reportsIn(json.stdout)).toEqual([
      expect.objectContaining({
        name: 'small',
        workload: 'service',
        messages: 200,
        runs: [expect.anything(), expect.anything()],
      }),
      expect.objectContaining({ name: 'large', slo: [expect.objectContaining({ name: 'errors', kept: true })] }),
    ]);
    const files = [
      '--csv',
      join(dir, 'all.csv'),
      '--hdr',
      join(dir, 'of-{name}.hgrm'),
      '--html',
      join(dir, 'all.html'),
    ];
    const text = await natsctl(['bench', 'suite', file, '--runs', '2', '-s', server.url, ...files]);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(
      /^small\nservice echo on [\s\S]*\nlarge\nservice echo on [\s\S]*\nlarge against small {2}2 runs/,
    );
    expect(readFileSync(join(dir, 'all.csv'), 'utf8')).toMatch(/^name,t_s,.*\r\nsmall,0,[\s\S]*\nlarge,0,/);
    for (const name of ['of-small.hgrm', 'of-large.hgrm', 'all.html']) expect(existsSync(join(dir, name))).toBe(true);
  });

  it('compares with an earlier run of it, and ends with 8 where a limit was missed', async () => {
    await using server = await startNatsServer();
    const entries = [{ ...small, slo: 'p50=1ns,errors=0' }, large];
    const file = write('missed.json', { entries });
    const run = ['bench', 'suite', file, '--runs', '2', '-s', server.url];
    const first = await natsctl([...run, '--json']);
    expect(first.code).toBe(8);
    expect(first.stderr).toContain('small: a limit of --slo was missed: p50 ');
    const base = join(dir, 'base.jsonl');
    writeFileSync(base, first.stdout);
    const second = await natsctl([...run, '--against', base, '--tolerance', '1000%']);
    expect(second).toMatchObject({ code: 8, stderr: expect.stringContaining('a limit of --slo was missed') });
    expect(second.stdout).toContain('\n\nsmall: service echo  2 runs against 2 runs\n');
    const told = await natsctl([...run, '--against', base, '--tolerance', '1000%', '--json']);
    for (const { against } of reportsIn(told.stdout))
      expect(against).toMatchObject({ base: { file: base }, base_runs: 2 });
    const other = write('other.json', { entries: [small, { ...large, size: '2KB' }] });
    const refused = await natsctl(['bench', 'suite', other, '--runs', '2', '-s', server.url, '--against', base]);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/the reports of large do not compare: they differ in shape\.size /);
    expect(reportsIn(readFileSync(base, 'utf8')).map(({ name }) => name)).toEqual(['small', 'large']);
  });

  it('leaves no worker of an entry behind that is still loading when it is ended', async () => {
    const module = join(dir, 'slow.mjs');
    writeFileSync(module, "console.error('it loads');\nawait new Promise((resolve) => setTimeout(resolve, 1e9));\n");
    await using server = await startNatsServer();
    const file = write('slow.json', { entries: [{ ...small, service: module }, large] });
    await using running = startNatsctl(['bench', 'suite', file, '-s', server.url]);
    await running.waitForLine('stderr', /it loads/);
    expect(await running.stop('SIGINT')).toMatchObject({ code: 130, stdout: '' });
    expect(membersOfGroup(running.pid)).toEqual([]);
  });

  it('ends at the second signal with nothing left running', async () => {
    await using server = await startNatsServer();
    const entry = { name: 'long', workload: 'service', service: 'echo', duration: '1h' };
    const file = write('hour.json', { entries: [entry] });
    await using running = startNatsctl(['bench', 'suite', file, '-s', server.url]);
    await using watcher = startNatsctl(['sub', 'echo', '-s', server.url, '--count', '1', '--raw']);
    await watcher.exited;
    process.kill(running.pid, 'SIGINT');
    await running.waitForLine('stderr', /once more to end at once/);
    await pastSameSignal();
    expect((await running.stop('SIGINT')).code).toBe(130);
    expect(membersOfGroup(running.pid)).toEqual([]);
  });

  it('reports what was measured where it is interrupted', async () => {
    await using server = await startNatsServer();
    const { messages: _, ...lasting } = small;
    const file = write('lasting.json', {
      entries: [
        { ...lasting, name: 'short', duration: '1s' },
        { ...lasting, duration: '1h' },
      ],
    });
    await using running = startNatsctl(['bench', 'suite', file, '-s', server.url, '--json', '--verbose']);
    await running.waitForLine('stderr', /turn 2 of 2/);
    const ended = await running.stop('SIGINT');
    expect(ended.code).toBe(130);
    expect(reportsIn(ended.stdout)[0]).toMatchObject({ name: 'short' });
  });
});

describe('natsctl bench suite', () => {
  const entry = { name: 'a', workload: 'request', subject: 'a.b' };

  it.each([
    [{ entries: [{ ...entry, rate: 'x' }] }, 'entry "a": --rate: "x" is not a rate'],
    [{ entries: [{ ...entry, workers: 2 }] }, 'entry "a": --workers means nothing to bench request'],
    [{ entries: [{ ...entry, raet: 2 }] }, 'entry "a": unknown flag --raet'],
    [{ entries: [{ ...entry, runs: 2 }] }, 'entry "a": runs goes for the whole suite'],
    [{ entries: [{ ...entry, password: 'x' }] }, 'entry "a": password goes for the whole suite'],
    [{ entries: [{ ...entry, slo: 'p98=5ms' }] }, 'entry "a": --slo: unknown limit "p98"'],
    [{ entries: [{ ...entry, subject: 'a b' }] }, 'entry "a": invalid subject "a b"'],
  ])('refuses %j with exit 2, before it connects', async (suite, message) => {
    const result = await natsctl(['bench', 'suite', write('bad.json', suite), '-s', '127.0.0.1:1']);
    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  it.each([
    [[], 'FILE is missing'],
    [['/nowhere.json'], 'cannot read /nowhere.json: no such file'],
    [['x', '--force'], '--force goes with --against'],
    [['x', '--runs', '0'], '--runs: "0" is not a whole number'],
    [['x', '--rate', '5'], '--rate means nothing to bench suite'],
  ])('refuses %j with exit 2', async (args, message) => {
    const result = await natsctl(['bench', 'suite', ...args]);
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});
