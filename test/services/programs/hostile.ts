/** Numbers from 0 to 1, the same ones for a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a shell would do something with; a `canary` that it makes shows that it did. */
const pieces = (canary: string): readonly string[] => [
  `$(touch ${canary})`,
  `\`touch ${canary}\``,
  `; touch ${canary};`,
  `\n touch ${canary}\n`,
  `' ; touch ${canary} '`,
  `" ; touch ${canary} "`,
  `| touch ${canary} |`,
  `&& touch ${canary} &`,
  ...[
    '--help',
    '-rf',
    '{subject}',
    '{{.Request}}',
    '%s%n',
    '$PATH',
    '../../etc/passwd',
    '\0',
    '\u001b[2J',
    '\ud83c\udf89',
  ],
  ...['() { :; };', '*', '?', '~', '\\', '!', '#', '<', '>'],
];

export function hostileText(random: () => number, folder: string): string {
  const all = pieces(`${folder}/canary${Math.floor(random() * 1_000)}`);
  const count = Math.floor(random() * 4);
  return Array.from({ length: count }, () => all[Math.floor(random() * all.length)]).join('');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const NOT_IN_A_TOKEN = /[\u0000-\u0020.*>\u007f]/g;

/** As a token of a subject, which has no blanks and no dots. */
export function hostileToken(random: () => number, folder: string): string {
  return `x${hostileText(random, folder).replaceAll(' ', '$IFS').replace(NOT_IN_A_TOKEN, '')}`;
}
