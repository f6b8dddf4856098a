import { stripVTControlCharacters } from 'node:util';
import { Chalk } from 'chalk';
import { describe, expect, it } from 'vitest';
import type { BenchReport } from '../../../src/bench/report/report.js';
import { reportLines } from '../../../src/bench/report/terminal/report-lines.js';
import { FULL_REPORT, LEAST_REPORT } from './sample-reports.js';

const MS = 1e6;
const BUCKETS = [
  [0.4 * MS, 20_000],
  [0.842 * MS, 20_000],
  [3 * MS, 3_000],
  [98.7 * MS, 1],
] as const;
const { runs: _runs, confidence: _confidence, ramp: _ramp, interrupted: _interrupted, ...ONE_RUN } = FULL_REPORT;
const { ramp: _shapeRamp, ...SHAPE } = FULL_REPORT.shape;
const OPEN: BenchReport = { ...ONE_RUN, shape: SHAPE };

const textOf = (report: BenchReport, columns = 80): string => reportLines(report, BUCKETS, { columns }).join('\n');

describe('a report for a person', () => {
  it('says what was measured, how, and what came of it', () => {
    expect(`\n${textOf(OPEN)}\n`).toMatchInlineSnapshot(`
      "
      request greeter.greet on nats://127.0.0.1:4222, server 2.15.2 (n1)
      5,000 a second at random times, 4 clients on 2 threads, 16 in flight each, 3
        subscribers, queue group workers, 2 workers, 10 subjects, 64..4096 B, 1
        header, 50,000 messages for 10 s, after 2 s of warm-up, engine wire

      RATE            MESSAGES  BYTES  BYTES/S  ERRORS    TIME
      4,312 a second    43,124  11 MB   1.1 MB      78  10.0 s

         MIN    MEAN  STDDEV     P50      P90      P99    P99.9   P99.99     MAX
      312 µs  913 µs  710 µs  842 µs  1.23 ms  4.56 ms  12.3 ms  98.7 ms  104 ms

         FROM                                      SHARE
       400 µs  ███████████████████████████████    46.5 %
       500 µs
       630 µs
       790 µs  ███████████████████████████████    46.5 %  p50
            ⋮                                             p90
      2.50 ms  ████▋                              6.98 %
            ⋮                                             p99 p99.9
      79.0 ms  ▏                                 0.002 %  p99.99 max

      LIMIT           MEASURED
      p99=5ms          4.56 ms  kept
      errors=0.1%       0.18 %  MISSED
      lost=0       10 messages  MISSED

      plan NOT kept: 4,320 of 5,000 a second (86.4 %), 43,200 of 50,000 sent, at most
        1.23 s behind
      errors: 1 defect of natsctl, 1 not sent, 3 denied, 2 without a connection, 4 no
        responders, 60 time-outs, 5 service errors, 1 unexpected reply, 1 pool failure
      messages: 10 lost, 4 late, 3 duplicated, 2 out of order
      longest gap 1.23 s, NOT recovered within 1.50 s
      generator: 98 % CPU, busiest thread 97 %, event loop 1.20 ms late, 92 MB
      warning: the generator was busy: its figures may be lower than those of the
        service
      "
    `);
  });

  it('of a run in which all went well is short', () => {
    expect(`\n${textOf(LEAST_REPORT)}\n`).toMatchInlineSnapshot(`
      "
      pub orders.new on nats://127.0.0.1:4222
      closed loop, 1 client, 128 B, engine client

      RATE                  MESSAGES   BYTES  BYTES/S  ERRORS    TIME
      1,100,000 a second  11,000,000  1.4 GB   141 MB       0  10.0 s

      generator: 98 % CPU, busiest thread 97 %, event loop 1.20 ms late, 92 MB
      "
    `);
  });

  it('of several runs has each, the median, and how sure that is', () => {
    const { slo: _slo, plan: _plan, ...report } = FULL_REPORT;
    expect(`\n${textOf({ ...report, ramp: undefined, latency_histogram: undefined })}\n`).toMatchInlineSnapshot(`
      "
      request greeter.greet on nats://127.0.0.1:4222, server 2.15.2 (n1)
      100 to 10,000 a second over 30 s, 4 clients on 2 threads, 16 in flight each, 3
        subscribers, queue group workers, 2 workers, 10 subjects, 64..4096 B, 1
        header, after 2 s of warm-up, engine wire

      RUN           RATE  MESSAGES  ERRORS     P50      P99    P99.9     MAX
      1          4,312/s    43,124      78  842 µs  4.56 ms  12.3 ms  104 ms
      2          4,290/s    43,124      78  842 µs  4.56 ms  12.3 ms  104 ms
      3          4,402/s    43,124      78  842 µs  4.56 ms  12.3 ms  104 ms
      median     4,312/s    43,124      78  842 µs  4.56 ms  12.3 ms  104 ms
      75 % from  4,290/s                    830 µs  4.40 ms  11.9 ms
      75 % to    4,402/s                    860 µs  4.70 ms  13.1 ms

         FROM                                      SHARE
       400 µs  ███████████████████████████████    46.5 %
       500 µs
       630 µs
       790 µs  ███████████████████████████████    46.5 %  p50
            ⋮                                             p90
      2.50 ms  ████▋                              6.98 %
            ⋮                                             p99 p99.9
      79.0 ms  ▏                                 0.002 %  p99.99 max

      interrupted after 3 runs, the last of 10.0 s
      errors: 1 defect of natsctl, 1 not sent, 3 denied, 2 without a connection, 4 no
        responders, 60 time-outs, 5 service errors, 1 unexpected reply, 1 pool failure
      messages: 10 lost, 4 late, 3 duplicated, 2 out of order
      longest gap 1.23 s, NOT recovered within 1.50 s
      generator: 98 % CPU, busiest thread 97 %, event loop 1.20 ms late, 92 MB
      warning: the generator was busy: its figures may be lower than those of the
        service
      "
    `);
  });

  it('of a ramp has its steps and the knee', () => {
    const lines = textOf(FULL_REPORT).split('\n');
    const start = lines.findIndex((line) => line.includes('PLANNED'));
    expect(`\n${lines.slice(start, start + 5).join('\n')}\n`).toMatchInlineSnapshot(`
      "
       PLANNED  ACHIEVED      P99  ERRORS  LIMITS
         100/s     100/s  1.10 ms       0  kept
       5,050/s   5,050/s  3.20 ms       0  kept, the knee
      10,000/s   6,100/s   812 ms      12  MISSED p99=5ms
      the knee is at 5,050 a second: the highest rate that kept the limits
      "
    `);
    expect(textOf({ ...FULL_REPORT, ramp: { steps: FULL_REPORT.ramp.steps.slice(2) } })).toContain(
      '\nno rate kept the limits\n',
    );
  });

  it.each<[string, Partial<BenchReport>, string]>([
    [
      'a plan that was kept',
      { plan: { ...FULL_REPORT.plan, kept: 0.9999, is_kept: true, most_behind_ms: 0.4 } },
      'plan kept: 5,000 of 5,000 a second',
    ],
    ['an interruption', { interrupted: true, duration_s: 3.21 }, 'interrupted after 3.21 s'],
    [
      'an interruption before anything was measured',
      { interrupted: true, duration_s: 0.001, series: [], shape: { ...ONE_RUN.shape, warmup_s: 2 } },
      'interrupted during the warm-up',
    ],
    [
      'an interruption of several runs',
      { interrupted: true, runs: [ONE_RUN, { ...ONE_RUN, duration_s: 3.21 }] },
      'interrupted after 2 runs, the last of 3.21 s',
    ],
    ['a gap', { longest_gap_ms: 2_000 }, 'longest gap 2.00 s'],
    ['a recovery', { recovery_ms: 42 }, 'longest gap 1.20 ms, recovered after 42.0 ms'],
    [
      'an outage that did not end',
      { recovery_ms: 1_950, not_recovered: true },
      'longest gap 1.20 ms, NOT recovered within 1.95 s',
    ],
    ['losses', { lost: 1_000 }, 'messages: 1,000 lost'],
    ['one error', { errors: { timeout: 1 } }, 'errors: 1 time-out'],
    [
      'a bottleneck',
      { generator: { ...LEAST_REPORT.generator, is_bottleneck: true } },
      'generator, the BOTTLENECK: 98 % CPU',
    ],
  ])('speaks of %s', (_, changes, text) => {
    expect(textOf({ ...LEAST_REPORT, ...changes })).toContain(`\n${text}`);
    expect(textOf(LEAST_REPORT)).not.toContain(`\n${text}`);
  });

  it.each([80, 200])('fits %d columns', (columns) => {
    for (const report of [FULL_REPORT, OPEN, LEAST_REPORT]) {
      for (const line of textOf(report, columns).split('\n')) {
        expect(Array.from(line).length, line).toBeLessThanOrEqual(columns);
      }
    }
  });

  it('is coloured where there are colours, and the same without them', () => {
    const colored = reportLines(FULL_REPORT, BUCKETS, { columns: 80, colors: new Chalk({ level: 1 }) }).join('\n');
    expect(colored).toContain('\u001b[31m  MISSED p99=5ms\u001b[39m');
    expect(colored).toContain('\u001b[32m  kept\u001b[39m');
    expect(stripVTControlCharacters(colored)).toBe(textOf(FULL_REPORT));
  });

  it('escapes what a server or a command line says', () => {
    const environment = { ...LEAST_REPORT.environment, server: { url: 'nats://h:1', name: '\u001b[2J', tls: false } };
    const text = textOf({ ...LEAST_REPORT, subject: 'a\u0007', environment, warnings: ['\u001b[31m'] });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});
