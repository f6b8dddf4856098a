import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createTempDir } from './guardian.js';

/** Writes files into a new folder. */
export function project(files: Readonly<Record<string, string>>): string {
  const folder = createTempDir('modules');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
