import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type InputOptions, rolldown } from 'rolldown';
import { createTempDir } from '../support/guardian.js';

const ENTRY = 'virtual:entry';
const here = fileURLToPath(import.meta.url);

/**
 * Bundles the text of a module, whose imports are resolved as from this folder.
 *
 * @returns the path of the bundle
 */
export async function bundle(entry: string, { plugins = [], ...options }: InputOptions = {}): Promise<string> {
  const bundling = await rolldown({
    ...options,
    input: ENTRY,
    platform: 'node',
    plugins: [
      {
        name: 'entry',
        resolveId(source, importer) {
          if (source === ENTRY) return ENTRY;
          return importer === ENTRY ? this.resolve(source, here) : null;
        },
        load: (id) => (id === ENTRY ? entry : null),
      },
      plugins,
    ],
  });
  try {
    const dir = createTempDir('bundle');
    await bundling.write({ dir, format: 'esm', entryFileNames: 'bundle.mjs', codeSplitting: false });
    return join(dir, 'bundle.mjs');
  } finally {
    await bundling.close();
  }
}

/** Bundles the text of a module and imports the result. */
export async function importBundle<Face>(entry: string, options?: InputOptions): Promise<Face> {
  return import(pathToFileURL(await bundle(entry, options)).href);
}
