import { describe, expect, it } from 'vitest';
import { type ExpectationFlags, parseExpectation } from '../../src/messages/index.js';

function meets(flags: ExpectationFlags, body: string | Uint8Array): boolean | undefined {
  return parseExpectation(flags)?.meets(typeof body === 'string' ? Buffer.from(body) : body);
}

it('expects nothing without a flag', () => {
  expect(parseExpectation({})).toBeUndefined();
  expect(parseExpectation({ expectJson: [] })).toBeUndefined();
});

describe('--expect', () => {
  it.each([
    ['done', 'done', true],
    ['done', 'done\n', false],
    ['done', 'undone', false],
    ['', '', true],
    ['Żółć 🎉', 'Żółć 🎉', true],
  ])('%j of %j: %s', (expected, body, outcome) => {
    expect(meets({ expect: expected }, body)).toBe(outcome);
  });

  it('takes no replacement character for a byte that is no UTF-8', () => {
    expect(meets({ expect: '\ufffd' }, Uint8Array.of(0xff))).toBe(false);
  });
});

describe('--expect-match', () => {
  it.each([
    ['^ok', 'ok then', true],
    ['^ok$', 'ok then', false],
    ['\\d{3}', 'error 503', true],
    ['.', '', false],
  ])('%s of %j: %s', (pattern, body, outcome) => {
    expect(meets({ expectMatch: pattern }, body)).toBe(outcome);
  });

  it('refuses what is no regular expression', () => {
    expect(() => parseExpectation({ expectMatch: '(' })).toThrow(
      expect.objectContaining({ kind: 'usage', message: '--expect-match: /(/u: Unterminated group' }),
    );
  });
});

describe('--expect-json', () => {
  const body = '{"state":"done","order":{"id":5,"items":[{"n":1}]},"none":null,"a=b":1}';

  it.each([
    ['state="done"', true],
    ['state="other"', false],
    ['order.id=5', true],
    ['order.id="5"', false],
    ['order.items={"0":{"n":1}}', false],
    ['order.items=[{"n":1}]', true],
    ['order={"items":[{"n":1}],"id":5}', true],
    ['none=null', true],
    ['missing=null', false],
    ['a\\=b=1', true],
  ])('%s: %s', (expected, outcome) => {
    expect(meets({ expectJson: expected }, body)).toBe(outcome);
  });

  it('is not met by a body that is no JSON', () => {
    expect(meets({ expectJson: 'a=1' }, 'a=1')).toBe(false);
  });

  it('may be about the whole body', () => {
    expect(meets({ expectJson: '.=[1, 2]' }, '[1,2]')).toBe(true);
  });

  it.each([
    ['state', '--expect-json: "state" has no "="', 'write PATH=JSON, such as order.id=5'],
    ['=5', '--expect-json: the path is missing', expect.any(String)],
    ['state=done', '--expect-json: done is no JSON value', `a text is quoted: 'state="done"'`],
    ['state=', '--expect-json: nothing is no JSON value', expect.any(String)],
  ])('refuses %s', (expected, message, hint) => {
    expect(() => parseExpectation({ expectJson: expected })).toThrow(
      expect.objectContaining({ kind: 'usage', message, hint }),
    );
  });
});

it('is met where all that is expected is there', () => {
  const flags = { expectMatch: '"a"', expectJson: ['a=1', 'b=2'] };
  expect(meets(flags, '{"a":1,"b":2}')).toBe(true);
  expect(meets(flags, '{"a":1,"b":3}')).toBe(false);
  expect(parseExpectation(flags)?.describe()).toBe(
    '--expect-match "\\"a\\"" and --expect-json a=1 and --expect-json b=2',
  );
});
