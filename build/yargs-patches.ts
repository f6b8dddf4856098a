import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FilePatch } from './text-patch.js';

const require = createRequire(import.meta.url);

const noHelpInStore: FilePatch = {
  file: 'yargs/build/lib/command.js',
  why: 'yargs renders the whole help behind each handler, to have it at hand',
  patches: [{ find: 'yargs.getInternalMethods().getUsageInstance().cacheHelpMessage();', replace: '' }],
};

const noGuessedVersion: FilePatch = {
  file: 'yargs/build/lib/yargs-factory.js',
  why: 'yargs looks for a package.json above the current folder, to guess a version that the program sets itself',
  patches: [{ find: '        yargs.version();\n', replace: '' }],
};

const noArgumentChecks: FilePatch = {
  file: 'yargs/build/lib/argsert.js',
  why: 'yargs reads a signature anew at each call, to check what TypeScript has checked',
  patches: [
    {
      find: 'export function argsert(arg1, arg2, arg3) {\n',
      replace: 'export function argsert(arg1, arg2, arg3) {\n    return;\n',
    },
  ],
};

const lightShim: FilePatch = {
  file: 'yargs/lib/platform-shims/esm.mjs',
  why: 'node:assert takes 2 ms to load, and the bundle has no folder of its own to find things in',
  patches: [
    {
      find: "import { notStrictEqual, strictEqual } from 'assert'",
      replace: `
        const assertThat = (holds, message) => { if (!holds) throw new Error(message); };
        const notStrictEqual = (a, b, message) => assertThat(!Object.is(a, b), message);
        const strictEqual = (a, b, message) => assertThat(Object.is(a, b), message);`,
    },
    { find: 'fileURLToPath(import.meta.url)', replace: "''" },
    { find: 'createRequire(import.meta.url)', replace: 'undefined' },
    {
      // Opening the stream takes 2 ms, and natsctl says itself how wide its help is to be.
      find: "stdColumns: typeof process.stdout.columns !== 'undefined' ? process.stdout.columns : null",
      replace: 'stdColumns: null',
    },
  ],
};

const noExtendedConfig: FilePatch = {
  file: 'yargs/build/lib/utils/apply-extends.js',
  why: 'only a configuration file of yargs may extend a package; natsctl has none',
  patches: [{ find: 'import.meta.resolve(config.extends)', replace: 'undefined' }],
};

const lightParser: FilePatch = {
  file: 'yargs-parser/build/lib/index.js',
  why: 'a require function costs time; only a configuration file needs it, and natsctl has none',
  patches: [{ find: 'createRequire ? createRequire(import.meta.url) : undefined', replace: 'undefined' }],
};

const englishInside: FilePatch = {
  file: 'y18n/build/lib/index.js',
  why: "the texts of yargs' help come with the bundle, not from files beside it",
  patches: [
    {
      find: '    _readLocaleFile() {\n',
      replace: `    _readLocaleFile() {\n        this.cache[this.locale] = ${englishTexts()};\n        return;\n`,
    },
  ],
};

/** What yargs and its parser do that costs time at each start, and that natsctl has no use for. */
export const YARGS_PATCHES: readonly FilePatch[] = [
  noHelpInStore,
  noGuessedVersion,
  noArgumentChecks,
  lightShim,
  noExtendedConfig,
  lightParser,
  englishInside,
];

function englishTexts(): string {
  const folder = dirname(require.resolve('yargs/package.json'));
  return JSON.stringify(JSON.parse(readFileSync(join(folder, 'locales', 'en.json'), 'utf8')));
}
