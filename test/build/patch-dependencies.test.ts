import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { patchDependencies } from '../../build/patch-dependencies.js';
import { createTempDir } from '../support/guardian.js';
import { bundle, importBundle } from './bundle.js';

const patch = { file: 'greeter/index.js', why: 'greetings are slow', patches: [{ find: 'hello', replace: 'hi' }] };

/** Writes the package `greeter` into each of these folders. */
function install(text: string, ...folders: string[]): string[] {
  const root = createTempDir('packages');
  return folders.map((folder) => {
    const file = join(root, folder, 'node_modules', 'greeter', 'index.js');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `export const greeting = ${JSON.stringify(text)};`);
    return file;
  });
}

function reExport(files: readonly string[]): string {
  return files.map((file, index) => `export { greeting as greeting${index} } from ${JSON.stringify(file)};`).join('\n');
}

describe('patched dependencies', () => {
  it('are changed in the bundle', async () => {
    const entry = reExport(install('hello world', '.'));
    const face = await importBundle(entry, { plugins: [patchDependencies([patch])] });
    expect(face).toMatchObject({ greeting0: 'hi world' });
  });

  it('fail the build where the text has changed', async () => {
    const entry = reExport(install('good day', '.'));
    await expect(bundle(entry, { plugins: [patchDependencies([patch])] })).rejects.toThrow(
      /greeter\/index\.js has 0 of 1 expected places/,
    );
  });

  it('fail the build where the file has moved, so that it is not in the bundle', async () => {
    const moved = { ...patch, file: 'greeter/lib/index.js' };
    const entry = reExport(install('hello world', '.'));
    await expect(bundle(entry, { plugins: [patchDependencies([moved])] })).rejects.toThrow(
      /greeter\/lib\/index\.js is in the bundle 0 times, not once \(greetings are slow\)/,
    );
  });

  it('fail the build where there is a second copy of the package', async () => {
    const entry = reExport(install('hello world', '.', 'node_modules/other'));
    await expect(bundle(entry, { plugins: [patchDependencies([patch])] })).rejects.toThrow(
      /greeter\/index\.js is in the bundle 2 times, not once/,
    );
  });
});
