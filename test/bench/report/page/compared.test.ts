import { expect, it } from 'vitest';
import { chartGroups, letter, pairsOf } from '../../../../src/bench/report/page/compared.js';
import type { Workload } from '../../../../src/bench/report/report.js';
import { LEAST_REPORT } from '../sample-reports.js';

function reports(...workloads: readonly Workload[]) {
  return letter(workloads.map((workload) => ({ ...LEAST_REPORT, workload })));
}

it('gives several reports letters, and a single one none', () => {
  expect(reports('pub').map(({ key }) => key)).toEqual(['']);
  expect(reports('pub', 'pub').map(({ key }) => key)).toEqual(['A', 'B']);
  const many = letter(Array.from({ length: 28 }, () => LEAST_REPORT));
  expect(many.slice(25).map(({ key }) => key)).toEqual(['Z', 'AA', 'AB']);
});

it('gives a report the same look in the list and in its chart, and no two of a chart the same', () => {
  const compared = reports('pub', 'request', 'pub', 'pub', 'pub', 'pub');
  expect(compared.map(({ look }) => look)).toEqual([1, 1, 2, 3, 4, 1]);
});

it('draws together what is of one load, and no more than can be told apart', () => {
  const groups = chartGroups(reports('pub', 'request', 'pub', 'pub', 'pub', 'pub'));
  expect(groups.map((group) => group.map(({ key, look }) => `${key}${look}`))).toEqual([
    ['A1', 'C2', 'D3', 'E4'],
    ['F1'],
    ['B1'],
  ]);
});

function pairs(...reports: ReadonlyArray<readonly [workload: Workload, name?: string]>) {
  const compared = letter(reports.map(([workload, name]) => ({ ...LEAST_REPORT, workload, name })));
  return pairsOf(compared).map(({ name, base, next }) => [name, base.key, next.key]);
}

it('pairs two reports of one workload, whatever they are called', () => {
  expect(pairs(['pub', 'before'], ['pub', 'after'])).toEqual([[undefined, 'A', 'B']]);
  expect(pairs(['pub'], ['request'])).toEqual([]);
  expect(pairs(['pub'])).toEqual([]);
});

it('pairs the entries of two suites by their names', () => {
  expect(pairs(['pub', 'small'], ['request', 'calls'], ['pub', 'large'], ['pub', 'large'], ['pub', 'small'])).toEqual([
    ['small', 'A', 'E'],
    ['large', 'C', 'D'],
  ]);
});
