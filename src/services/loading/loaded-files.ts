import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { digestOf, digestOfFile } from './digest.js';

/** Hears of a file with the digest of what is in it, or without one where it is not there. */
export type TellLoaded = (file: string, digest: string | undefined) => void;

/** What an import may leave out of a file's name, and what TypeScript has it write instead. */
const ENDINGS = ['', '.ts', '.js', '.mts', '.mjs', '.cts', '.cjs', '.tsx', '.json'];
const COMPILED = /\.([cm]?)js$/;

/** Tells of the files of the user's that modules are loaded from, each once, before it is loaded. */
export class LoadedFiles {
  readonly #tell: TellLoaded;
  readonly #isForeign: (file: string) => boolean;
  readonly #told = new Set<string>();

  /** @param isForeign whether a file is none of the user's */
  constructor(tell: TellLoaded, isForeign: (file: string) => boolean) {
    this.#tell = tell;
    this.#isForeign = isForeign;
  }

  /** @param text what is in it, where that is known */
  add(file: string, text?: string): void {
    if (this.#told.has(file) || this.#isForeign(file) || /[/\\]node_modules[/\\]/.test(file)) return;
    this.#add(file, text === undefined ? digestOfFile(file) : digestOf(text));
  }

  /** Tells of the files above a module that say how what it imports is found. */
  addSettings(module: string): void {
    for (const name of ['package.json', 'tsconfig.json']) {
      const file = foldersAbove(dirname(module))
        .map((folder) => join(folder, name))
        .find((path) => existsSync(path));
      if (file !== undefined) this.add(file);
    }
  }

  /** Tells of the files that would have been what an import did not find. */
  async addMissing(specifier: string, importer: string): Promise<void> {
    // Imported here, since it is needed for this alone.
    const { createPathsMatcher, getTsconfig } = await import('get-tsconfig');
    const settings = getTsconfig(importer);
    const byPaths = (settings && createPathsMatcher(settings)?.(specifier)) ?? [];
    for (const path of [specifier, ...byPaths]) {
      for (const file of candidatesFor(path, importer)) this.#add(file, digestOfFile(file));
    }
  }

  #add(file: string, digest: string | undefined): void {
    if (this.#told.has(file)) return;
    this.#told.add(file);
    this.#tell(file, digest);
  }
}

/** Where a file would have to appear for an import to find it: beside the importer, or for a package in `node_modules`. */
export function candidatesFor(specifier: string, importer: string): readonly string[] {
  const folder = dirname(importer);
  if (!/^\.{0,2}[/\\]/.test(specifier)) {
    return foldersAbove(folder).map((above) => join(above, 'node_modules', specifier, 'package.json'));
  }
  const path = resolve(folder, specifier);
  return [
    ...ENDINGS.map((ending) => path + ending),
    ...(COMPILED.test(path) ? [path.replace(COMPILED, '.$1ts')] : []),
    ...ENDINGS.slice(1).map((ending) => join(path, `index${ending}`)),
  ];
}

function foldersAbove(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersAbove(above)];
}
