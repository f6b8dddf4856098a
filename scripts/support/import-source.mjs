import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const ENTRY = 'virtual:entry';
const here = fileURLToPath(import.meta.url);

/**
 * Imports TypeScript sources that the built package does not export, bundled into one module.
 *
 * @param {readonly string[]} paths as seen from this folder, `../../src/server/index.ts`
 * @returns {Promise<unknown>} all that they export
 */
export async function importSources(...paths) {
  const bundling = await rolldown({
    input: ENTRY,
    platform: 'node',
    // hdr-histogram-js asks for zlib in this way; the program's own build does without.
    checks: { eval: false },
    plugins: [
      {
        name: 'entry',
        resolveId(source, importer) {
          if (source === ENTRY) return ENTRY;
          return importer === ENTRY ? this.resolve(source, here) : null;
        },
        load: (id) => (id === ENTRY ? paths.map((path) => `export * from ${JSON.stringify(path)};`).join('\n') : null),
      },
    ],
  });
  const dir = mkdtempSync(join(tmpdir(), 'natsctl-sources-'));
  try {
    await bundling.write({ dir, format: 'esm', entryFileNames: 'sources.mjs', codeSplitting: false });
    return await import(pathToFileURL(join(dir, 'sources.mjs')).href);
  } finally {
    await bundling.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
