import { describe, expect, it } from 'vitest';
import { decodeUtf8, escapeForLog, escapeLine, escapePayload, escapeText } from '../src/escape.js';

describe('escapeLine', () => {
  it.each([
    ['plain text', 'plain text'],
    ['Grüße, 世界 👋', 'Grüße, 世界 👋'],
    ['two\\nlines', 'two\nlines'],
    ['carriage\\rreturn', 'carriage\rreturn'],
    ['tab\\tstop', 'tab\tstop'],
    ['\\e[31mred\\e[0m', '\u001b[31mred\u001b[0m'],
    ['\\x00\\x07\\x08', '\u0000\u0007\u0008'],
    ['delete\\x7f', 'delete\u007f'],
    ['a C1 control \\x9b31m', 'a C1 control \u009b31m'],
    ['\\x80\\x9f', '\u0080\u009f'],
    ['\\u200euser\\u202etxt.exe', '\u200euser\u202etxt.exe'],
    ['\\u2066isolate\\u2069', '\u2066isolate\u2069'],
    ['\\u061carabic letter mark', '\u061carabic letter mark'],
    ['line\\u2028paragraph\\u2029', 'line\u2028paragraph\u2029'],
    ['nbsp\u00a0 stays', 'nbsp\u00a0 stays'],
  ])('shows %s', (shown, text) => {
    expect(escapeLine(text)).toBe(shown);
  });
});

describe('escapeText', () => {
  it('keeps line ends and tabs, and shows all other control characters', () => {
    expect(escapeText('a\tb\nc\r\u001b[2J\u202e')).toBe('a\tb\nc\\r\\e[2J\\u202e');
  });
});

describe('escapeForLog', () => {
  it('leaves a text as long as the limit whole', () => {
    expect(escapeForLog('x'.repeat(200))).toBe('x'.repeat(200));
  });

  it('cuts a longer one and tells how much was left out', () => {
    expect(escapeForLog('x'.repeat(201))).toBe(`${'x'.repeat(200)}… (1 more characters)`);
    expect(escapeForLog('abcdef', 4)).toBe('abcd… (2 more characters)');
  });

  it('does not cut through a character of two code units', () => {
    expect(escapeForLog('abc👋def', 4)).toBe('abc… (5 more characters)');
    expect(escapeForLog('abc👋def', 5)).toBe('abc👋… (3 more characters)');
  });

  it('measures before it escapes, so that the limit is of what was sent', () => {
    expect(escapeForLog('\n\n\n', 3)).toBe('\\n\\n\\n');
    expect(escapeForLog('\n\n\n\n', 3)).toBe('\\n\\n\\n… (1 more characters)');
  });
});

describe('escapePayload', () => {
  it('shows text with its control characters escaped', () => {
    expect(escapePayload(Buffer.from('Grüße\n\u001b]0;title\u0007'))).toBe('Grüße\n\\e]0;title\\x07');
  });

  it('shows what is no UTF-8 byte by byte', () => {
    expect(escapePayload(Buffer.from([0x41, 0xff, 0xfe, 0x0a, 0x1b, 0x5b, 0x7f]))).toBe('A\\xff\\xfe\n\\x1b[\\x7f');
  });

  it.each([
    ['cut off', [0xe2, 0x82]],
    ['overlong', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
  ])('lets no byte of a sequence that is %s through', (_, bytes) => {
    const hex = bytes.map((byte) => `\\x${byte.toString(16)}`).join('');
    expect(escapePayload(Buffer.from(bytes))).toBe(hex);
  });
});

describe('decodeUtf8', () => {
  it('keeps every character, a byte order mark too', () => {
    expect(decodeUtf8(Buffer.from('\ufeffa\u0000'))).toBe('\ufeffa\u0000');
  });

  it('gives nothing for what is no UTF-8', () => {
    expect(decodeUtf8(Buffer.from([0x80]))).toBeUndefined();
  });
});
