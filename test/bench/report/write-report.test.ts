import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openFilesOfReport, writeReport } from '../../../src/bench/report/index.js';
import { createOutput, type OutputStyle } from '../../../src/output/streams.js';
import { type MemoryStream, memoryStream } from '../../output/memory-stream.js';
import { createTempDir } from '../../support/guardian.js';
import { FULL_REPORT, LEAST_REPORT } from './sample-reports.js';

let dir: string;
let stdout: MemoryStream;
let stderr: MemoryStream;

const outputOf = (style: Partial<OutputStyle> = {}, isTTY = false) => {
  stdout = memoryStream(isTTY);
  stderr = memoryStream(isTTY);
  const full = { json: false, quiet: false, verbose: false, color: true, ...style };
  return createOutput(full, { stdout, stderr, env: {} });
};

beforeEach(() => {
  dir = createTempDir('write-report');
});

describe('a report', () => {
  it('is text, plain in a pipe', async () => {
    await writeReport(FULL_REPORT, outputOf(), await openFilesOfReport({}));
    expect(stdout.text()).toMatch(/^request greeter\.greet on nats/);
    expect(stdout.text()).toMatch(/842 µs|841 µs/);
    expect(stdout.text()).toContain('100 %');
    expect(stdout.text()).not.toContain('\u001b');
    expect(stdout.text().at(-1)).toBe('\n');
    expect(stderr.text()).toBe('');
  });

  it('is coloured on a terminal', async () => {
    await writeReport(FULL_REPORT, outputOf({}, true), await openFilesOfReport({}), 100);
    expect(stdout.text()).toContain('\u001b[1mrequest greeter.greet');
  });

  it('is one object with --json', async () => {
    await writeReport(FULL_REPORT, outputOf({ json: true }), await openFilesOfReport({}));
    expect(stdout.objects()).toEqual([FULL_REPORT]);
  });

  it('goes to its files as well', async () => {
    const files = await openFilesOfReport({ csv: join(dir, 'a.csv'), hdr: join(dir, 'a.hgrm') });
    await writeReport(FULL_REPORT, outputOf({ json: true }), files);
    expect(stdout.objects()).toHaveLength(1);
    expect(readFileSync(join(dir, 'a.csv'), 'utf8')).toMatch(/^t_s,.*\r\n0,1,5000,5000,/);
    expect(readFileSync(join(dir, 'a.hgrm'), 'utf8')).toMatch(/^ +Value +Percentile TotalCount.*\n\n +0\.842 0\.0/);
    expect(stderr.text()).toBe('');
  });

  it('without latencies has a distribution of nothing, and says so', async () => {
    const files = await openFilesOfReport({ hdr: join(dir, 'a.hgrm') });
    await writeReport(LEAST_REPORT, outputOf(), files);
    expect(readFileSync(join(dir, 'a.hgrm'), 'utf8')).toMatch(/Total count +=\s+0\]/);
    expect(stderr.text()).toBe('warning: nothing had a latency: the file of --hdr says so\n');
  });

  it('is on stdout and in the other files where one of them fails', async () => {
    const paths = { csv: join(dir, 'a.csv'), hdr: join(dir, 'a.hgrm') };
    const files = await openFilesOfReport(paths);
    const failing = {
      ...files,
      write: (form: 'csv' | 'hdr', text: string) =>
        form === 'csv' ? Promise.reject(new Error('no space left')) : files.write(form, text),
    };
    await expect(writeReport(FULL_REPORT, outputOf(), failing)).rejects.toThrow('no space left');
    expect(stdout.text()).toContain('greeter.greet');
    expect(readFileSync(paths.hdr, 'utf8')).toContain('Percentile');
  });
});
