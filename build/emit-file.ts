import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Plugin } from 'rolldown';

/** A plugin that copies a file beside the bundle, under its own name. */
export function emitFile(path: string): Plugin {
  return {
    name: 'emit-file',
    buildStart() {
      this.addWatchFile(path);
      this.emitFile({ type: 'asset', fileName: basename(path), source: readFileSync(path) });
    },
  };
}
