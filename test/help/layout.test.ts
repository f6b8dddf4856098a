import { describe, expect, it } from 'vitest';
import { helpWidth, table, wrap, wrapCommand } from '../../src/help/layout.js';

describe('the width of a help', () => {
  it.each([
    [80, 80],
    [300, 100],
    [100, 100],
    [10, 40],
  ])('on %i columns is %i', (columns, width) => {
    expect(helpWidth(columns)).toBe(width);
  });
});

describe('wrap', () => {
  it.each([
    ['', 10, ['']],
    ['one two', 10, ['one two']],
    ['one two three', 7, ['one two', 'three']],
    ['longer-than-the-line a', 7, ['longer-than-the-line', 'a']],
  ])('breaks %j at %i columns', (text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });

  it('indents all lines, and those that go on further', () => {
    expect(wrap('one two three', 9, 2, 2)).toEqual(['  one two', '    three']);
  });
});

describe('table', () => {
  it('sets meanings in a column, and goes on below its start', () => {
    const rows = [
      ['-a', 'one two three'],
      ['--long N', 'four'],
    ] as const;
    expect(table(rows, 24)).toEqual(['  -a        one two', '            three', '  --long N  four']);
  });

  it('gives a term that is too long a line of its own', () => {
    const long = `--${'x'.repeat(40)}`;
    expect(
      table(
        [
          ['-a', 'one'],
          [long, 'two'],
        ],
        80,
      ),
    ).toEqual(['  -a  one', `  ${long}`, '      two']);
  });

  it('leaves the meanings half of a narrow terminal', () => {
    for (const line of table([['--a-flag-of-30-columns-or-less', 'one two three four five']], 40)) {
      expect(line.length).toBeLessThanOrEqual(40);
    }
  });
});

describe('wrapCommand', () => {
  it('leaves alone what fits', () => {
    expect(wrapCommand("natsctl sub 'a b'", 20, 2)).toEqual(["  natsctl sub 'a b'"]);
  });

  it('breaks at blanks outside of quotes, so that it can be pasted', () => {
    const command = `natsctl request orders.new '{"a": "b c"}' --expect-json state="up and down" | cat`;
    const lines = wrapCommand(command, 40, 2);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
    expect(lines.map((line) => line.trim().replace(/ \\$/, '')).join(' ')).toBe(command);
    for (const line of lines) expect((line.match(/'/g) ?? []).length % 2).toBe(0);
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/ \\$/);
  });
});
