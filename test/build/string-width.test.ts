import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { patchDependencies } from '../../build/patch-dependencies.js';
import { STRING_WIDTH_FILE, STRING_WIDTH_PATCH } from '../../build/string-width-patch.js';
import { importBundle } from './bundle.js';

type StringWidth = (text: string, options?: { ambiguousIsNarrow?: boolean; countAnsiEscapeCodes?: boolean }) => number;
interface Face {
  readonly default: StringWidth;
}

const entry = `export { default } from ${JSON.stringify(STRING_WIDTH_FILE)};`;
const patched = () => importBundle<Face>(entry, { plugins: [patchDependencies([STRING_WIDTH_PATCH])] });

let original: StringWidth;
let lazy: StringWidth;

beforeAll(async () => {
  original = ((await import(pathToFileURL(STRING_WIDTH_FILE).href)) as Face).default;
  lazy = (await patched()).default;
});

describe('the width of a text in the bundle', () => {
  it.each<[kind: string, text: string, width: number]>([
    ['nothing', '', 0],
    ['ASCII', 'natsctl request', 15],
    ['a control character', 'a\u0007b', 2],
    ['colours', '\u001B[31mred\u001B[39m', 3],
    ['Latin letters', 'Größe señor Łódź', 16],
    ['typographic marks', '‘a’ – “b” … •', 13],
    ['a soft hyphen', 'a\u00ADb', 2],
    ['a zero-width space', 'a\u200Bb', 2],
    ['combining marks', 'e\u0301a\u0308', 2],
    ['Greek and Cyrillic', 'αβγ где', 7],
    ['Chinese', '你好', 4],
    ['Japanese, full and half width', 'こんにちはｶﾞ', 12],
    ['Korean', '안녕', 4],
    ['Korean in parts', '\u1100\u1161\u11A8', 2],
    ['an emoji', '🚀', 2],
    ['a family', '👨‍👩‍👧‍👦', 2],
    ['a flag', '🇫🇷', 2],
    ['a keycap', '1️⃣', 2],
    ['a sign that may be an emoji', '©®', 2],
    ['the same as an emoji', '©\uFE0F', 2],
    ['Devanagari with a spacing mark', 'कि', 2],
    ['a lone surrogate', '\uD83D', 0],
    ['all together', 'a 你 🚀 e\u0301', 9],
  ])('is right for %s', (_, text, width) => {
    expect(lazy(text)).toBe(width);
    expect(original(text)).toBe(width);
  });

  it('is that of the original for every character up to U+3100, and between two letters', () => {
    const differing: string[] = [];
    for (let code = 0; code <= 0x3100; code++) {
      const character = String.fromCodePoint(code);
      for (const text of [character, `a${character}b`, `é${character}’`]) {
        if (lazy(text) !== original(text)) differing.push(text);
      }
    }
    expect(differing).toEqual([]);
  });

  it.each([{ ambiguousIsNarrow: false }, { countAnsiEscapeCodes: true }])('minds the option %o', (options) => {
    for (const text of ['a’b', '§', 'é', '\u001B[31mred', '你'])
      expect(lazy(text, options)).toBe(original(text, options));
  });

  it('is found without a segmenter until a character needs it', async () => {
    let segmenters = 0;
    class CountedSegmenter extends Intl.Segmenter {
      constructor() {
        super();
        segmenters += 1;
      }
    }
    vi.stubGlobal('Intl', { ...Intl, Segmenter: CountedSegmenter });
    const { default: measure } = await patched();
    measure('natsctl’s help – über alles…');
    expect(segmenters).toBe(0);
    measure('你好');
    measure('🚀');
    expect(segmenters).toBe(1);
    vi.unstubAllGlobals();
  });
});
