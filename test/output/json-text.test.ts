import { Chalk } from 'chalk';
import { expect, it } from 'vitest';
import { prettyJson } from '../../src/output/json-text.js';

it.each([
  ['{"a":1,"b":[1,"x"],"c":{}}', '{\n  "a": 1,\n  "b": [\n    1,\n    "x"\n  ],\n  "c": {}\n}'],
  ['[]', '[]'],
  [' [ 1 ,\n2 ] ', '[\n  1,\n  2\n]'],
  ['[[],[[]]]', '[\n  [],\n  [\n    []\n  ]\n]'],
  ['{"a":"{\\"b\\": [1, 2]}"}', '{\n  "a": "{\\"b\\": [1, 2]}"\n}'],
  ['{"a":true,"b":null,"c":-1.5e+10}', '{\n  "a": true,\n  "b": null,\n  "c": -1.5e+10\n}'],
])('gives each value a line: %s', (text, pretty) => {
  expect(prettyJson(text, false)).toBe(pretty);
});

it('keeps what reading the numbers would lose, and double keys', () => {
  expect(prettyJson('{"n":12345678901234567890,"n":1.0}', false)).toBe(
    '{\n  "n": 12345678901234567890,\n  "n": 1.0\n}',
  );
});

it.each(['', 'hello', '5', '"text"', '{"a":', '{} {}', "{'a':1}"])('leaves what is no object or array: %j', (text) => {
  expect(prettyJson(text, false)).toBeUndefined();
});

it('shows control characters of texts where they would reach a terminal', () => {
  const text = '{"\u009b31m":"\u202e"}';
  expect(prettyJson(text, true)).toBe('{\n  "\\x9b31m": "\\u202e"\n}');
  expect(prettyJson(text, false)).toContain('\u202e');
});

it('colours keys, texts, numbers and null apart', () => {
  const colors = new Chalk({ level: 1 });
  const { blue, green, yellow, dim } = colors;
  expect(prettyJson('{"a":"b","c":[1,null]}', false, colors)).toBe(
    `{\n  ${blue('"a"')}: ${green('"b"')},\n  ${blue('"c"')}: [\n    ${yellow('1')},\n    ${dim('null')}\n  ]\n}`,
  );
});

it('is quick with what is deep', () => {
  const deep = '['.repeat(5_000) + ']'.repeat(5_000);
  expect(prettyJson(deep, false)?.length).toBeLessThan(1_000_000);
});
