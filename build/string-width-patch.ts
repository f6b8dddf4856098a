import { createRequire } from 'node:module';
import type { FilePatch } from './text-patch.js';

const require = createRequire(import.meta.url);

/** The copy that yargs uses. The packages below it ask for an older one; this one does for all. */
export const STRING_WIDTH_FILE = createRequire(require.resolve('yargs')).resolve('string-width');

/** The expressions at the top of string-width whose sets of characters V8 has to ask ICU for. */
const UNICODE_EXPRESSIONS = [
  {
    name: 'visibleCharacterRegex',
    source: String.raw`[^\p{Default_Ignorable_Code_Point}\p{Control}\p{Format}\p{Nonspacing_Mark}\p{Enclosing_Mark}\p{Surrogate}]`,
    flags: 'v',
  },
  { name: 'spacingMarkRegex', source: String.raw`\p{Spacing_Mark}`, flags: 'v' },
  { name: 'rgiEmojiRegex', source: String.raw`^\p{RGI_Emoji}$`, flags: 'v' },
  { name: 'extendedPictographicRegex', source: String.raw`\p{Extended_Pictographic}`, flags: 'gu' },
];

/** Latin letters and typographic marks: each stands alone and takes one column. */
const LATIN_AND_MARKS = String.raw`/^[\u0020-\u007E\u00A1-\u00AC\u00AE-\u024F\u2010-\u2027]*$/`;

/** Text that takes a column a character is measured without the segmenter; the results are those of the original. */
export const STRING_WIDTH_PATCH: FilePatch = {
  file: 'string-width/index.js',
  why: 'the segmenter and the expressions take 35 ms to make; only wide characters in a help text need them',
  patches: [
    {
      find: 'const segmenter = new Intl.Segmenter();',
      replace: `let segmenter;
function makeSegmenter() {
  segmenter = new Intl.Segmenter();
${UNICODE_EXPRESSIONS.map(({ name, source, flags }) => `  ${name} = new RegExp(${JSON.stringify(source)}, '${flags}');`).join('\n')}
}`,
    },
    // A literal is built while the file is compiled, also inside of a function that is never called.
    ...UNICODE_EXPRESSIONS.map(({ name, source, flags }) => ({
      find: `const ${name} = /${source}/${flags};`,
      replace: `let ${name};`,
    })),
    {
      find: String.raw`if (/^[\u0020-\u007E]*$/.test(string)) {`,
      replace: `if ((ambiguousIsNarrow ? ${LATIN_AND_MARKS} : /^[\\u0020-\\u007E]*$/).test(string)) {`,
    },
    {
      find: '\tlet width = 0;\n\tconst eastAsianWidthOptions',
      replace: '\tif (segmenter === undefined) makeSegmenter();\n\tlet width = 0;\n\tconst eastAsianWidthOptions',
    },
  ],
};
