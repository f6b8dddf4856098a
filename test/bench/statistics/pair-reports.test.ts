import { describe, expect, it } from 'vitest';
import { pairReports } from '../../../src/bench/statistics/pair-reports.js';
import { sampleReport } from './sample-report.js';

const file = (name: string, ...entries: ReadonlyArray<string | undefined>) => ({
  name,
  reports: entries.map((entry) => sampleReport(entry === undefined ? {} : { name: entry })),
});

describe('pairReports', () => {
  it.each([
    [[undefined], [undefined], [undefined], []],
    [['a'], ['b'], ['a'], []],
    [['a'], [undefined], ['a'], []],
    [['a', 'b'], ['b', 'a'], ['a', 'b'], []],
    [['a', 'b'], ['b', 'c'], ['b'], ['a: only in base.json', 'c: only in new.json']],
  ])('of %o and %o', (base, next, names, left) => {
    const paired = pairReports(file('base.json', ...base), file('new.json', ...next));
    expect(paired.pairs.map(({ name }) => name)).toEqual(names);
    expect(paired.left).toEqual(left);
  });

  it('refuses files that have nothing in common, naming what they have', () => {
    expect(() => pairReports(file('base.json', 'a', 'b'), file('new.json', 'c'))).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: 'base.json and new.json have no entry in common',
        hint: 'there: a, b; here: c',
      }),
    );
  });
});
