import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import * as library from '../../index.js';

/** What bin/own-name.js gives. */
interface OwnName {
  /** File by name, `natsctl` and all of `natsctl/*`. */
  readonly files: ReadonlyMap<string, string>;
  install(): void;
}

/** Where the modules find what this process runs, see bin/running-library.js. */
const RUNNING_LIBRARY = Symbol.for('natsctl.library');

let installed: OwnName | undefined;

/**
 * Has `natsctl` and `natsctl/*` mean the running program to every module that is loaded from now on.
 *
 * @param file bin/own-name.js; the build puts this program one folder above what is built
 * @returns the names and their files
 */
export function installOwnName(file: URL = new URL('../bin/own-name.js', import.meta.url)): OwnName['files'] {
  if (installed === undefined) {
    Object.assign(globalThis, { [RUNNING_LIBRARY]: library });
    installed = createRequire(file)(fileURLToPath(file)) as OwnName;
    installed.install();
  }
  return installed.files;
}

export { library };
