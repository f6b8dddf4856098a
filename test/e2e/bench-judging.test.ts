import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BenchReport } from '../../src/bench/report/report.js';
import { sampleReport } from '../bench/statistics/sample-report.js';
import { createTempDir } from '../support/guardian.js';
import { startNatsServer } from '../support/nats-server.js';
import { natsctl } from '../support/run.js';
import { tools } from '../support/tools.js';

const dir = createTempDir('judging');
const echo = ['bench', 'service', 'echo', '--messages', '300', '--runs', '3'];

function write(name: string, ...reports: readonly object[]): string {
  const path = join(dir, name);
  writeFileSync(path, reports.map((report) => `${JSON.stringify(report)}\n`).join(''));
  return path;
}

describe.skipIf(tools.natsServer.path === undefined)('natsctl bench', () => {
  it('ends with 8 where a limit was missed, naming it, with the report before it', async () => {
    await using server = await startNatsServer();
    const result = await natsctl([...echo, '-s', server.url, '--json', '--slo', 'p50=1ns,errors=0,max=1h']);
    expect(result.code).toBe(8);
    const report = JSON.parse(result.stdout) as BenchReport;
    expect(report.slo).toEqual([
      { name: 'p50', limit: '1ns', value: expect.any(Number), unit: 'ms', kept: false },
      { name: 'errors', limit: '0', value: 0, unit: 'messages', kept: true },
      { name: 'max', limit: '1h', value: expect.any(Number), unit: 'ms', kept: true },
    ]);
    expect(JSON.parse(result.stderr)).toMatchObject({ error: { kind: 'expectation', missed: 'p50' } });
  });

  it('reports the median of its runs, in which bounds it lies, and how sure that is', async () => {
    await using server = await startNatsServer();
    const result = await natsctl([...echo, '-s', server.url, '--json']);
    const { runs = [], confidence, rate, warnings } = JSON.parse(result.stdout) as BenchReport;
    expect(runs).toHaveLength(3);
    const rates = runs.map((run) => run.rate).sort((a, b) => a - b);
    expect(rate).toBe(rates[1]);
    expect(confidence?.rate).toEqual({ low: rates[0], high: rates[2] });
    expect(warnings).toContainEqual(expect.stringContaining('3 runs bound a median with 75 % confidence'));
  });

  it('compares with an earlier report: no difference, a regression, another shape', async () => {
    await using server = await startNatsServer();
    const run = [...echo, '-s', server.url];
    const report = JSON.parse((await natsctl([...run, '--json'])).stdout) as BenchReport;
    // Whatever this machine is busy with: ten thousand times as fast is a difference, and so much tolerance hides it.
    const faster = (report.runs ?? []).map((figures) => ({ ...figures, rate: figures.rate * 1e4 }));
    const base = write('base.json', { ...report, rate: report.rate * 1e4, runs: faster });
    const worse = await natsctl([...run, '--against', base]);
    expect(worse.code).toBe(8);
    expect(worse.stdout).toMatch(/\n\nservice echo {2}3 runs against 3 runs\nFIGURE .*\nrate .*slower, a regression\n/);
    expect(worse.stderr).toMatch(/^error: a regression against \S+base\.json: rate −(100|99\.\d) %/m);
    const told = await natsctl([...run, '--against', base, '--json']);
    expect(told.code).toBe(8);
    expect(JSON.parse(told.stdout)).toMatchObject({
      against: { base: { file: base }, verdict: 'slower', is_regression: true, base_runs: 3, new_runs: 3 },
    });
    expect(await natsctl([...run, '--against', base, '--tolerance', '100%'])).toMatchObject({ code: 0 });
    const other = await natsctl([...run, '--against', base, '--inflight', '2']);
    expect(other).toMatchObject({ code: 2, stdout: '' });
    expect(other.stderr).toContain('they differ in shape.inflight (16, now 2)');
  });
});

describe('natsctl bench, before it connects', () => {
  const other = write('other.json', sampleReport());
  const suite = write('suite.jsonl', sampleReport({ name: 'a' }), sampleReport({ name: 'b' }));

  it.each([
    [['--slo', 'p98=5ms'], '--slo: unknown limit "p98", perhaps p90'],
    [['--slo', 'rate=5'], '--slo sets upper limits'],
    [['--tolerance', '5%'], '--tolerance goes with --against'],
    [['--force'], '--force goes with --against'],
    [['--against', '/nowhere.json'], 'cannot read /nowhere.json: no such file'],
    [['--against', suite], 'has the reports of a suite'],
    [['--against', other], 'the reports do not compare: they differ in machine (0123456789ab, now '],
    [['--against', other, '--tolerance', 'x'], '--tolerance: "x" is not a share'],
  ])('refuses %j with exit 2', async (flags, message) => {
    const result = await natsctl(['bench', 'request', 'a.b', '-s', '127.0.0.1:1', ...flags]);
    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });
});
