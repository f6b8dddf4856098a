import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { pageOf } from '../../../../src/bench/report/page.js';
import type { BenchReport } from '../../../../src/bench/report/report.js';
import { LEAST_REPORT } from '../sample-reports.js';
import { HOSTILE, hostileReport } from './hostile.js';
import { rampReport, reportOfRuns, requestReport } from './page-reports.js';

/** The page's text, a line for each row of a table. */
function textOf(page: string): string {
  return page
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<(?:\/tr|tr|\/p|\/h\d|\/li|\/figcaption|\/text)>/g, '\n')
    .replace(/<[^>]*>/g, ' ')
    .replace(/ +/g, ' ')
    .replace(/ *\n[\n ]*/g, '\n');
}

describe('the page of one report', () => {
  let report: BenchReport;
  let page: string;
  beforeAll(async () => {
    report = await requestReport({ stallAt: 34 });
    page = await pageOf([report]);
  });

  it('loads nothing and runs nothing, and says so in its policy', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(policy).toBe(
      `default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; img-src data:; base-uri &#39;none&#39;; form-action &#39;none&#39;`,
    );
    expect(page).not.toMatch(/<script|<iframe|<img|<a |style="|@import|url\(|\son\w+=/);
    expect(page.match(/(?:href|src)="[^"]*"/g)).toEqual(['href="data:,"']);
  });

  it('has a chart of throughput, of latency, of errors and of percentiles, each told in words too', () => {
    const headings = [...page.matchAll(/<h3>(.*?)<\/h3>/g)].map(([, heading]) => heading);
    expect(headings).toEqual([
      'Throughput over time',
      'Latency over time',
      'Errors over time',
      'Latency by percentile',
    ]);
    const labels = [...page.matchAll(/role="img" aria-label="([^"]+)"/g)].map(([, label]) => label);
    expect(labels[0]).toMatch(
      /^Throughput over time\. 4,\d{3} a second on average; lowest 125 at 34 s, highest 5,\d{3} at \d+ s\.$/,
    );
    expect(labels[1]).toMatch(
      /^Latency over time\. Highest p50 \d+ ms at 34 s, p99 \d+ ms at 34 s, max 1\.00 s at 35 s\.$/,
    );
    expect(labels[2]).toBe('Errors over time. 37 in all; most, 37 a second, at 34 s.');
    expect(labels[3]).toMatch(/^Latency by percentile\. p50 \d+ µs, .*, p99\.99 \d+ ms, max 1\.00 s\.$/);
  });

  it('has all figures as text', () => {
    const text = textOf(page);
    for (const row of [
      /^Messages a second 4,\d{3}$/m,
      /^Latency p99\.9 \d+ ms$/m,
      /^Standard deviation [\d.]+ ms$/m,
      /^Errors 37$/m,
      /^Lost 25$/m,
      /^Longest gap 1\.01 s$/m,
      /^Time to recover 1\.34 s$/m,
      /^timeout 25$/m,
      /^no_responders 12$/m,
      /^34 125 125 37 \d+ \d+ [\d,]+$/m,
    ]) {
      expect(text).toMatch(row);
    }
  });

  it('tells the settings, the machine, the server and the generator', () => {
    const text = textOf(page);
    for (const row of [
      'Load closed loop',
      'Clients 4 in 2 threads',
      'Command natsctl bench request greeter.greet --duration 60s --clients 4 --html report.html',
      'Processor AMD EPYC 7763 64-Core Processor',
      'Server version 2.15.2',
      'TLS no',
      'Busiest thread at work 97.0 % of the time',
    ]) {
      expect(text).toContain(row);
    }
  });
});

it('shows a report that has the least: no latency, no series', async () => {
  const page = await pageOf([LEAST_REPORT]);
  expect(page).not.toContain('<figure');
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
  expect(textOf(page)).toContain('Messages a second 1,100,000');
});

it.each([
  ['one second', { seconds: 1 }],
  ['one message', { seconds: 1, rate: 1 }],
  ['ten hours', { seconds: 36_000, rate: 20 }],
])('shows a run of %s', async (_, wanted) => {
  const page = await pageOf([await requestReport(wanted)]);
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
  expect(page.length).toBeLessThan(250_000);
});

it('shows a run in which nothing came back', async () => {
  const report = await requestReport({ seconds: 3, rate: 0 }, { latency_ms: undefined, latency_histogram: undefined });
  const series = report.series.map(({ t_s, duration_s }) => ({ t_s, duration_s, messages: 0, bytes: 0, errors: 5 }));
  const page = await pageOf([{ ...report, rate: 0, series, errors: { no_responders: 15 } }]);
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
  expect(textOf(page)).toContain('15 in all; most, 5 a second, at 0 s.');
});

it('is small: two runs of ten minutes beside each other', async () => {
  const reports = [await requestReport({ seconds: 600 }), await requestReport({ seconds: 600, seed: 2 })];
  expect((await pageOf(reports.slice(0, 1))).length).toBeLessThan(120_000);
  expect((await pageOf(reports)).length).toBeLessThan(250_000);
});

describe('the page of two reports', () => {
  it('says what changed, and calls nothing a change that may be chance', async () => {
    const base = await reportOfRuns({ seconds: 10 });
    const slower = await reportOfRuns({ seconds: 10, seed: 3, rate: 3_500 });
    const text = textOf(await pageOf([base, slower]));
    expect(text).toMatch(/^From A to B: (?:faster and )?slower: rate −\d+(?:\.\d)? %/m);
    expect(text).toMatch(/^rate [\d,]+\/s [\d,]+\/s −[\d.]+ % ±[\d.]+ % slower, a regression$/m);
    expect(textOf(await pageOf([base, slower], 0.9))).toMatch(/^rate .* ±[\d.]+ % slower$/m);
    expect(textOf(await pageOf([base, base]))).toContain('From A to B: no difference seen');
  });

  it('says where they are not of the same', async () => {
    const base = await requestReport({ seconds: 3 });
    const text = textOf(await pageOf([base, { ...base, shape: { ...base.shape, clients: 8 } }]));
    expect(text).toContain('the reports are not of the same: they differ in shape.clients (4, now 8)');
    expect(text).toContain('one run on each side');
  });

  it('has their figures beside each other, with the change and how sure the medians are', async () => {
    const base = await reportOfRuns({ seconds: 10 }, { rate: 4_000 });
    const now = await reportOfRuns({ seconds: 10, seed: 3 }, { rate: 4_800 });
    const text = textOf(await pageOf([base, now]));
    expect(text).toMatch(/^Messages a second 4,000 [\d,]+ to [\d,]+ 4,800 [\d,]+ to [\d,]+ \+20 %$/m);
    expect(text).toMatch(/^Latency p50 \d+ µs \d+ to \d+ µs \d+ µs \d+ to \d+ µs [+−±][\d.]+ %$/m);
    // That there were more is no change of what was measured.
    expect(text).toMatch(/^Messages [\d,]+ [\d,]+$/m);
    expect(text).toContain('Throughput of each run');
    expect(text).toContain('Each run of B\nFigure Run 1 Run 2 Run 3 Run 4 Run 5');
  });

  it('marks the settings that differ', async () => {
    const base = await requestReport({ seconds: 3 });
    const now = { ...base, shape: { ...base.shape, clients: 8 } };
    const text = textOf(await pageOf([base, now]));
    expect(text).toContain('Clients differs 4 in 2 threads 8 in 2 threads');
    expect(text).toContain('Engine client client');
  });

  it('has no change from one workload to another, and charts for each', async () => {
    const page = await pageOf([
      await requestReport({ seconds: 3 }),
      { ...(await requestReport({ seconds: 3 })), workload: 'pubsub' },
    ]);
    expect(page).not.toMatch(/>Change</);
    expect(page).toContain('<h2>Charts: A</h2>');
    expect(page).toContain('<h2>Charts: B</h2>');
  });
});

it('shows limits, the plan, the ramp with its knee, warnings and an interruption', async () => {
  const text = textOf(await pageOf([{ ...(await rampReport()), interrupted: true }]));
  for (const line of [
    'p99 5ms 4.56 ms ✓ kept',
    'errors 0.1% 0.31 % ✗ missed',
    '10,000 a second 95.0 % 212 ms ✗ missed',
    '5 of 8 steps kept the limits; the knee, the highest rate that did, is 6,250 a second.',
    '6,250 a second (knee) 6,250 3.10 ms 0 ✓ kept',
    '7,500 a second 7,260 9.50 ms 18 ✗ missed : p99=5ms',
    'interrupted: it was ended by a signal before its planned end',
    'the load generator was busy 97 % of the time',
    'knee: 6,250 a second',
  ]) {
    expect(text).toContain(line);
  }
});

it('holds nothing of a report but as text', async () => {
  const hostile = hostileReport(await rampReport());
  for (const page of [await pageOf([hostile]), await pageOf([hostile, hostile])]) {
    expect(page).not.toMatch(/<script|<img|\u202e/);
    expect(page).not.toContain(HOSTILE.slice(0, 12));
    expect(page.match(/<title>/g)).toHaveLength(1);
    expect(page.match(/<\/style>/g)).toHaveLength(1);
  }
});

it('refuses a histogram that cannot be read, naming the report', async () => {
  const report = await requestReport({ seconds: 1 }, { latency_histogram: 'bm8gaGlzdG9ncmFt' });
  await expect(pageOf([report])).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('the latency_histogram of a report of request greeter.greet cannot be read'),
  });
});
