import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BenchReport } from '../../../src/bench/report/report.js';
import { compare } from '../../../src/bench/statistics/compare.js';
import { parseReports } from '../../../src/bench/statistics/read-report.js';
import { differencesOf } from '../../../src/bench/statistics/report-differences.js';
import { sampleFigures, sampleReport } from './sample-report.js';

const report = sampleReport();
const lines = (...values: unknown[]) => values.map((value) => JSON.stringify(value)).join('\n');
const parse = (value: unknown) => parseReports(lines(value), 'base.json')[0] as BenchReport;

describe('parseReports', () => {
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
    expect(() => parseReports(text, 'base.json')).toThrow(
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

  it('reads the reports of a suite, each by its name', () => {
    const text = `${lines({ ...report, name: 'a' }, { ...report, name: 'b' })}\n\n`;
    expect(parseReports(text, 'base.json').map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('reads one report that is indented', () => {
    expect(parseReports(JSON.stringify(report, null, 2), 'base.json')).toEqual([report]);
  });

  it.each([
    [lines({ ...report, name: 'a' }, { ...report, name: 'a' }), 'base.json has two reports of "a"'],
    [lines(report, report), 'base.json has reports without a name: it is not of one suite'],
    [`${lines(report)}\nwarning`, 'base.json is no report: what follows report 1 is no JSON'],
    [lines({ ...report, name: 'a' }, { name: 'b' }), 'base.json, report 2, is no report: report_version is missing'],
    [lines({ ...report, name: 5 }), 'base.json is no report: name is no string'],
  ])('refuses several that are not of one suite', (text, message) => {
    expect(() => parseReports(text, 'base.json')).toThrow(message);
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
