import { sep } from 'node:path';
import { CliError } from '../../errors.js';
import { formatDuration } from '../../units.js';
import type { ServiceDefinition } from '../define-service.js';
import { serviceOfExports } from './exports.js';
import { explainLoadFailure } from './failure.js';
import { installOwnName, library } from './own-name.js';

/** A module that waits for something at its top level has so long for it. */
const LOAD_TIMEOUT_MS = 30_000;

export interface LoadOptions {
  readonly timeoutMs?: number;
  /** See {@link installOwnName}. */
  readonly ownName?: URL;
}

/**
 * Loads a service from a module of the user's, TypeScript or JavaScript, ES module or CommonJS. `natsctl` and
 * `natsctl/*` are the running program to it and to all that it imports; everything else is found from its own folder,
 * by its `node_modules` and the `paths` of its tsconfig.json. Types are not checked.
 *
 * @param file absolute
 * @param given as the caller wrote it
 * @throws CliError `usage` with file, line and reason
 */
export async function loadModule(
  file: string,
  given: string,
  { timeoutMs = LOAD_TIMEOUT_MS, ownName }: LoadOptions = {},
): Promise<ServiceDefinition> {
  const own = installOwnName(ownName);
  // Imported here, so that built-in services start without it.
  const { createJiti } = await import('jiti');
  const jiti = createJiti(file, {
    // What is compiled would be kept where others may write; a module takes some 10 ms.
    fsCache: false,
    interopDefault: false,
    tsconfigPaths: true,
    virtualModules: { natsctl: library },
    alias: Object.fromEntries([...own].filter(([name]) => name !== 'natsctl')),
  });
  const exported = await within(timeoutMs, given, jiti.import(file)).catch((error: unknown) => {
    if (error instanceof CliError) throw error;
    throw explainLoadFailure(error, file, given, isForeign);
  });
  return serviceOfExports(exported, given);
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
