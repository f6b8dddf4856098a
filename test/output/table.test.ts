import { expect, it } from 'vitest';
import { type Column, tableLines } from '../../src/output/table.js';

type Row = readonly [name: string, count: string, rest: string];
const columns: ReadonlyArray<Column<Row>> = [
  { heading: 'NAME', cell: ([name]) => name },
  { heading: 'COUNT', isNumber: true, cell: ([, count]) => count },
  { heading: 'REST', cell: ([, , rest]) => rest },
];

it('sets texts to the left and numbers to the right, with nothing behind the last', () => {
  expect(
    tableLines(columns, [
      ['a', '1', 'x'],
      ['longer', '1,000,000', ''],
    ]),
  ).toEqual(['NAME        COUNT  REST', 'a               1  x', 'longer  1,000,000']);
});

it('leaves out a column with nothing in it', () => {
  expect(tableLines(columns, [['a', '', 'x']])).toEqual(['NAME  REST', 'a     x']);
});

it('counts characters, and escapes those that no terminal should see', () => {
  expect(
    tableLines(columns, [
      ['né😀', '1', 'x'],
      ['\u001b[2J\n', '2', '\u202e'],
    ]),
  ).toEqual(['NAME     COUNT  REST', 'né😀          1  x', '\\e[2J\\n      2  \\u202e']);
});

it('takes any number of rows', () => {
  const rows = Array.from({ length: 200_000 }, (): Row => ['a', '1', 'x']);
  expect(tableLines(columns, rows)).toHaveLength(200_001);
});
