import { describe, expect, it } from 'vitest';
import { parseHeaders } from '../../src/input/headers.js';

function parse(...texts: string[]) {
  const headers = parseHeaders(texts);
  return headers && Object.fromEntries(headers.keys().map((name) => [name, headers.values(name)]));
}

describe('parseHeaders', () => {
  it('gives nothing where there are none', () => {
    expect(parse()).toBeUndefined();
  });

  it.each([
    ['A:1', { A: ['1'] }],
    ['A: 1 ', { A: ['1'] }],
    ['A:', { A: [''] }],
    ['Url:nats://host:4222', { Url: ['nats://host:4222'] }],
    ['A::', { A: [':'] }],
    ['A: two  words ', { A: ['two  words'] }],
    ['A:Grüße 👋', { A: ['Grüße 👋'] }],
    ['A:"quoted"', { A: ['"quoted"'] }],
    ["!#$%&'*+-.^_`|~09az:1", { "!#$%&'*+-.^_`|~09az": ['1'] }],
  ])('splits %j at the first colon', (text, fields) => {
    expect(parse(text)).toEqual(fields);
  });

  it('keeps each value of a repeated name, and names as they were written', () => {
    expect(parse('A:1', 'B:2', 'A:3', 'a:4')).toEqual({ A: ['1', '3'], B: ['2'], a: ['4'] });
  });

  it.each([
    ['', 'invalid header ""'],
    ['A', 'invalid header "A"'],
    [':1', 'invalid header ":1"'],
    ['A B:1', 'invalid header name "A B": only printable ASCII, no blanks'],
    [' A:1', 'invalid header name " A": only printable ASCII, no blanks'],
    ['A :1', 'invalid header name "A ": only printable ASCII, no blanks'],
    ['Ä:1', 'invalid header name "Ä": only printable ASCII, no blanks'],
    ['A\r\nB:1', 'invalid header name "A\\r\\nB": only printable ASCII, no blanks'],
    ['A\u0000:1', 'invalid header name "A\\u0000": only printable ASCII, no blanks'],
    ['A:1\r\nB:2', 'the value of header A must not contain a line end'],
    ['A:1\nB', 'the value of header A must not contain a line end'],
    ['A:1\rB', 'the value of header A must not contain a line end'],
  ])('refuses %j', (text, message) => {
    expect(() => parse('Good:1', text)).toThrow(expect.objectContaining({ kind: 'usage', message }));
  });
});
