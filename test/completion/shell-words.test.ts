import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { quoteForBash, readWord } from '../../src/completion/shell-words.js';
import { hasBash } from '../support/terminal.js';

const variables = { HOME: '/home/me', NATS_URL: 'nats://a b' };

describe('readWord', () => {
  it.each([
    ['plain', 'plain'],
    ["'a b'", 'a b'],
    ["it\\'s", "it's"],
    ['"a\\"b\\c"', 'a"b\\c'],
    ['a\'b\'"c"d', 'abcd'],
    ['$NATS_URL', 'nats://a b'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell expands it
    ['"${NATS_URL}/x"', 'nats://a b/x'],
    ["'$NATS_URL'", '$NATS_URL'],
    ['\\$NATS_URL', '$NATS_URL'],
    ['$NOT_SET', ''],
    ['a$', 'a$'],
    ['~/x.creds', '/home/me/x.creds'],
    ['~me', '~me'],
    ['a~/b', 'a~/b'],
  ])('reads %s as the shell does', (raw, text) => {
    expect(readWord(raw, variables)).toEqual({ text, open: '' });
  });

  it.each([
    ["'a b", "'"],
    ['x"a b', '"'],
    ["'a'\"", '"'],
    ['"it\'s', '"'],
  ] as const)('tells of the quote that %s leaves open', (raw, open) => {
    expect(readWord(raw, variables)?.open).toBe(open);
  });

  it.each(['$(date)', '"$(date)"', '`date`', "$'a'", '"`date`'])('leaves %s to the shell', (raw) => {
    expect(readWord(raw, variables)).toBeUndefined();
  });

  it('takes a $ for a character where nothing is to be expanded', () => {
    expect(readWord('$SRV.$(x', undefined)).toEqual({ text: '$SRV.$(x', open: '' });
  });
});

describe('quoteForBash', () => {
  const characters = String.fromCharCode(...Array.from({ length: 94 }, (_, index) => index + 33));
  const texts = [characters, '~x', '-x', '#x', '!!', '$(x)', 'é€😀', "'", 'a=b:c'];

  it.skipIf(!hasBash).each(['', "'", '"'] as const)('makes bash take any text for itself behind an open %j', (open) => {
    for (const text of texts) {
      const quoted = quoteForBash(text, open);
      if (quoted === undefined) continue;
      expect(readWord(`${open}${quoted}`)?.text).toBe(text);
      const line = `printf %s ${open}${quoted}${open}`;
      expect(execFileSync('bash', ['-c', line], { encoding: 'utf8', env: {} })).toBe(text);
    }
  });

  it('leaves out what cannot stand between such quotes', () => {
    expect(quoteForBash('a!b', '"')).toBeUndefined();
    expect(quoteForBash("a'b", "'")).toBeUndefined();
  });
});
