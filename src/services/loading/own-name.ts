import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import * as library from '../../index.js';

/** What bin/own-name.js gives. */
interface OwnName {
  /** File by name, `natsctl` and all of `natsctl/*`. */
  readonly files: ReadonlyMap<string, string>;
  install(tell?: (file: string) => void): () => void;
}

/** Where the modules find what this process runs, see bin/running-library.js. */
const RUNNING_LIBRARY = Symbol.for('natsctl.library');

export interface InstalledName {
  /** The names and their files. */
  readonly files: OwnName['files'];
  /** Has those files told that are still on their way. */
  readonly flush: () => void;
}

let installed: InstalledName | undefined;

/**
 * Has `natsctl` and `natsctl/*` mean the running program to every module that is loaded from now on; once in a process.
 *
 * @param file bin/own-name.js; the build puts this program one folder above what is built
 * @param tell hears of each file that Node is about to load
 */
export function installOwnName(
  file: URL = new URL('../bin/own-name.js', import.meta.url),
  tell?: (file: string) => void,
): InstalledName {
  if (installed === undefined) {
    Object.assign(globalThis, { [RUNNING_LIBRARY]: library });
    const own = createRequire(file)(fileURLToPath(file)) as OwnName;
    installed = { files: own.files, flush: own.install(tell) };
  }
  return installed;
}

export { library };
