import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BenchReport, Figures } from '../../src/bench/report/report.js';
import { sampleFigures, sampleReport } from '../bench/statistics/sample-report.js';
import { createTempDir } from '../support/guardian.js';
import { natsctl } from '../support/run.js';

const dir = createTempDir('reports');

function reportOf(rate: number, given: Partial<BenchReport> = {}): BenchReport {
  const runs = [0.99, 1, 1.01].map((factor): Figures => ({ ...sampleFigures, rate: rate * factor }));
  return sampleReport({ ...(runs[1] as Figures), runs, ...given });
}

function write(name: string, ...reports: readonly object[]): string {
  const path = join(dir, name);
  writeFileSync(path, reports.map((report) => `${JSON.stringify(report)}\n`).join(''));
  return path;
}

const base = write('base.json', reportOf(20_000));
const slow = write('slow.json', reportOf(15_000));

describe('natsctl bench compare', () => {
  it('says that there is no difference to be seen, exit 0', async () => {
    const result = await natsctl(['bench', 'compare', base, write('same.json', reportOf(20_050))]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout.split('\n').at(-2)).toBe('no difference seen');
  });

  it('ends with 8 where it is slower, the table on stdout and the reason on stderr', async () => {
    const result = await natsctl(['bench', 'compare', base, slow]);
    expect(result.code).toBe(8);
    expect(result.stdout).toMatch(/^request greeter\.greet {2}3 runs against 3 runs\nFIGURE .*\nrate .* slower, a reg/);
    expect(result.stderr).toBe(
      `error: a regression against ${base}: rate −25.0 %; by more than noise and the tolerance of 5 %\n`,
    );
  });

  it('ends with 0 where it is slower within the tolerance, and where it is faster', async () => {
    expect(await natsctl(['bench', 'compare', base, slow, '--tolerance', '30%'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('slower: rate −25.0 % (within the tolerance of 30 %)'),
    });
    expect(await natsctl(['bench', 'compare', slow, base])).toMatchObject({ code: 0 });
  });

  it('gives one object with --json, and the error as another on stderr', async () => {
    const result = await natsctl(['bench', 'compare', base, slow, '--json']);
    expect(result.code).toBe(8);
    expect(JSON.parse(result.stdout)).toMatchObject({
      workload: 'request',
      subject: 'greeter.greet',
      base: { file: base, started_at: '2026-11-25T10:00:00.000Z', natsctl: '0.1.0' },
      new: { file: slow },
      verdict: 'slower',
      is_regression: true,
      tolerance_percent: 5,
      base_runs: 3,
      new_runs: 3,
      figures: expect.arrayContaining([expect.objectContaining({ name: 'rate', base: 20_000, new: 15_000 })]),
      notes: [],
      differences: [],
    });
    expect(JSON.parse(result.stderr)).toMatchObject({ error: { kind: 'expectation' } });
  });

  it('refuses what was measured otherwise with exit 2, naming each difference, unless it is forced', async () => {
    const { shape, environment } = sampleReport();
    const other = reportOf(20_000, {
      shape: { ...shape, clients: 4 },
      environment: { ...environment, node: '22.12.0' },
    });
    const path = write('other.json', other);
    expect(await natsctl(['bench', 'compare', base, path])).toMatchObject({
      code: 2,
      stdout: '',
      stderr:
        'error: the reports do not compare: they differ in node (24.1.0, now 22.12.0), shape.clients (1, now 4)\nmeasure both alike, or compare all the same with --force\n',
    });
    expect(await natsctl(['bench', 'compare', base, path, '--force'])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('compared all the same: node differs (24.1.0, now 22.12.0)'),
    });
  });

  it('compares the entries of two suites by their names', async () => {
    const before = write('suite-a.json', reportOf(20_000, { name: 'small' }), reportOf(9_000, { name: 'large' }));
    const after = write('suite-b.json', reportOf(9_010, { name: 'large' }), reportOf(10_000, { name: 'small' }));
    const result = await natsctl(['bench', 'compare', before, after, '--json']);
    expect(result.code).toBe(8);
    const comparisons = result.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string });
    expect(comparisons).toEqual([
      expect.objectContaining({ name: 'small', verdict: 'slower' }),
      expect.objectContaining({ name: 'large', verdict: 'no_difference' }),
    ]);
    expect(result.stderr).toContain('small rate −50.0 %');
  });

  it.each([
    [[], 'BASE is missing'],
    [[base], 'NEW is missing'],
    [[base, slow, slow], 'one argument too many'],
    [[base, '/nowhere.json'], 'cannot read /nowhere.json: no such file'],
    [[dir, base], `cannot read ${dir}: it is a directory`],
    [[base, write('text.json')], 'text.json is no report: it is empty'],
    [[base, write('new.json', { report_version: 99 })], 'was written by a newer natsctl'],
    [[base, slow, '--tolerance', '5'], '--tolerance: "5" is not a share'],
    [[base, slow, '--rate', '5'], '--rate means nothing to bench compare'],
    [[base, slow, '--server', 'x'], '--server means nothing here'],
  ])('refuses %j with exit 2', async (args, message) => {
    const result = await natsctl(['bench', 'compare', ...args]);
    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });
});
