import { describe, expect, it } from 'vitest';
import { parseLogFormat } from '../../src/output/log-format.js';

describe('parseLogFormat', () => {
  it.each([
    [undefined, false, 'text'],
    [undefined, true, 'json'],
    ['text', false, 'text'],
    ['json', false, 'json'],
    ['json', true, 'json'],
    ['off', false, 'off'],
    ['off', true, 'off'],
  ])('reads --log %s, --json %s, as %s', (text, json, format) => {
    expect(parseLogFormat(text, json)).toBe(format);
  });

  it('refuses text lines among JSON ones', () => {
    expect(() => parseLogFormat('text', true)).toThrow(
      expect.objectContaining({ kind: 'usage', message: '--json and --log text exclude each other' }),
    );
  });

  it.each(['', 'TEXT', 'xml'])('refuses %j', (text) => {
    expect(() => parseLogFormat(text, false)).toThrow(
      expect.objectContaining({ kind: 'usage', message: `--log: "${text}" is none of text, json, off` }),
    );
  });
});
