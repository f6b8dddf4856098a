import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/bench/statistics/compare.js';
import { parseReport } from '../../../src/bench/statistics/read-report.js';
import { differencesOf } from '../../../src/bench/statistics/report-differences.js';
import { sampleFigures, sampleReport } from './sample-report.js';

const report = sampleReport();
const parse = (value: unknown) => parseReport(JSON.stringify(value), 'base.json');

describe('parseReport', () => {
  it('reads what bench writes', () => {
    expect(parse(report)).toEqual(report);
    expect(parse({ ...report, runs: [sampleFigures, sampleFigures] }).runs).toHaveLength(2);
    expect(parse({ ...report, latency_ms: undefined }).latency_ms).toBeUndefined();
  });

  it('takes fields that it does not know', () => {
    expect(() => parse({ ...report, later: 1 })).not.toThrow();
  });

  it.each([
    ['', 'base.json is no report: it is empty'],
    ['rate 5', 'base.json is no report: it is no JSON'],
    [JSON.stringify(report).slice(0, -5), 'base.json is no report: it is no JSON'],
    ['[]', 'base.json is no report: it is no object'],
    ['null', 'base.json is no report: it is no object'],
    ['{}', 'base.json is no report: report_version is missing'],
  ])('refuses %j', (text, message) => {
    expect(() => parseReport(text, 'base.json')).toThrow(
      expect.objectContaining({ kind: 'usage', message, hint: expect.stringContaining('--json > report.json') }),
    );
  });

  it.each([
    [{ rate: undefined }, 'rate is missing'],
    [{ rate: '5' }, 'rate is no number'],
    [{ environment: null }, 'environment is no object'],
    [{ environment: { ...report.environment, server: undefined } }, 'environment.server is missing'],
    [{ latency_ms: { p50: 1, p99: 2 } }, 'latency_ms.p999 is missing'],
    [{ runs: {} }, 'runs is no array'],
    [{ runs: [sampleFigures, { ...sampleFigures, sent: null }] }, 'runs[1].sent is no number'],
    [{ series: [{ t_s: 0, duration_s: 1, errors: 0 }] }, 'series[0].messages is missing'],
  ])('names what is wrong with %o', (given, problem) => {
    expect(() => parse({ ...report, ...given })).toThrow(`base.json is no report: ${problem}`);
  });

  it('says that a report is newer than this program', () => {
    expect(() => parse({ report_version: 2 })).toThrow(
      'base.json was written by a newer natsctl: its report_version is 2, and 1 is the newest known here',
    );
  });

  it('lets nothing through that a comparison would trip over', () => {
    const names = Object.keys(report);
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.jsonValue(), (name, value) => {
        let read: ReturnType<typeof parse>;
        try {
          read = parse({ ...report, [name]: value });
        } catch (error) {
          expect(error).toMatchObject({ kind: 'usage' });
          return;
        }
        differencesOf(report, read);
        compare(report, read, { tolerance: 0.05 });
      }),
      { numRuns: 300 },
    );
  });
});
