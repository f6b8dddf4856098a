import { existsSync } from 'node:fs';
import { sep } from 'node:path';
import type { JitiOptions } from 'jiti';
import { CliError, usageError } from '../../errors.js';
import { formatDuration } from '../../units.js';
import type { ServiceDefinition } from '../define-service.js';
import { serviceOfExports } from './exports.js';
import { explainLoadFailure, findMissing } from './failure.js';
import { LoadedFiles, type TellLoaded } from './loaded-files.js';
import { installOwnName, library } from './own-name.js';

/** A module that waits for something at its top level has so long for it. */
const LOAD_TIMEOUT_MS = 30_000;

export interface LoadOptions {
  readonly timeoutMs?: number;
  /** Hears of the files of the user's that are loaded, and of those that were looked for in vain. */
  readonly tellLoaded?: TellLoaded | undefined;
  /** See {@link installOwnName}. */
  readonly ownName?: URL;
}

/** Types are left out, and what is imported is loaded by the same means. */
const SAMPLE = 'import type { A } from "a"; export default async (a: A): Promise<number> => Number(await a);';

/** Does all of loading that does not depend on the module, which is most of the time that it takes. */
export async function prepareToLoad({ tellLoaded, ownName }: LoadOptions = {}): Promise<void> {
  prepareResolution(tellLoaded, ownName);
  const { createJiti } = await import('jiti');
  createJiti(import.meta.url, { fsCache: false }).transform({ source: SAMPLE, ts: true, async: true });
}

/**
 * Loads a service from a module of the user's, see {@link importModule}.
 *
 * @throws CliError `usage` with file, line and reason
 */
export async function loadModule(file: string, given: string, options?: LoadOptions): Promise<ServiceDefinition> {
  return serviceOfExports(await importModule(file, given, options), given);
}

/**
 * Loads a module of the user's, TypeScript or JavaScript, ES module or CommonJS. `natsctl` and
 * `natsctl/*` are the running program to it and to all that it imports; everything else is found from its own folder,
 * by its `node_modules` and the `paths` of its tsconfig.json. Types are not checked.
 *
 * @param file absolute
 * @param given as the caller wrote it
 * @returns what it exports
 * @throws CliError `usage` with file, line and reason
 */
export async function importModule(
  file: string,
  given: string,
  { timeoutMs = LOAD_TIMEOUT_MS, tellLoaded, ownName }: LoadOptions = {},
): Promise<unknown> {
  const { files, flush, loaded } = prepareResolution(tellLoaded, ownName);
  loaded?.add(file);
  loaded?.addSettings(file);
  if (!existsSync(file)) throw usageError(`cannot load ${given}: there is no such file any more`);
  // Imported here, so that built-in services start without it.
  const { createJiti } = await import('jiti');
  const { transform } = createJiti(import.meta.url, { fsCache: false }).options;
  const jiti = createJiti(file, {
    // What is compiled would be kept where others may write; a module takes some 10 ms.
    fsCache: false,
    interopDefault: false,
    tsconfigPaths: true,
    virtualModules: { natsctl: library },
    alias: Object.fromEntries([...files].filter(([name]) => name !== 'natsctl')),
    transform(module) {
      // What is not compiled is loaded by Node, whose hooks tell of it.
      if (module.filename !== undefined) loaded?.add(module.filename, module.source);
      return (transform as Transform)(module);
    },
  });
  try {
    return await within(timeoutMs, given, jiti.import(file));
  } catch (error) {
    const missing = findMissing(error, file);
    if (missing !== undefined) await loaded?.addMissing(missing.specifier, missing.importer);
    throw error instanceof CliError ? error : explainLoadFailure(error, file, given, isForeign);
  } finally {
    flush();
  }
}

type Transform = NonNullable<JitiOptions['transform']>;

/** What is loaded in this process is told to the first who asks: it is loaded once. */
let loadedFiles: LoadedFiles | undefined;

function prepareResolution(tell: TellLoaded | undefined, ownName: URL | undefined) {
  if (tell !== undefined) loadedFiles ??= new LoadedFiles(tell, isForeign);
  const loaded = loadedFiles;
  const own = installOwnName(ownName, loaded && ((file) => loaded.add(file)));
  return { ...own, loaded };
}

async function within<T>(timeoutMs: number, given: string, loading: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    const late = new CliError('usage', `cannot load ${given}: not done after ${formatDuration(timeoutMs)}`, {
      hint: 'it waits for something at its top level; what takes long belongs into start or context',
    });
    timer = setTimeout(() => reject(late), timeoutMs);
  });
  try {
    return await Promise.race([loading, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Files of Node, of this program and of what loads the module: no place of a mistake. */
function isForeign(file: string): boolean {
  return file.startsWith('node:') || /[/\\]node_modules[/\\]jiti[/\\]/.test(file) || file.startsWith(OWN_FOLDER);
}

const OWN_FOLDER = new URL('.', import.meta.url).pathname.replaceAll('/', sep);
