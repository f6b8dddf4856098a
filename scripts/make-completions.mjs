#!/usr/bin/env node
/** Makes the completions of bash, zsh and fish in completions/ out of the commands' definitions. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importSources } from './support/import-source.mjs';

const sources =
  /** @type {typeof import('../src/completion/index.js') & typeof import('../src/commands/completion-model.js')} */ (
    await importSources('../../src/completion/index.ts', '../../src/commands/completion-model.ts')
  );
const root = new URL('..', import.meta.url);
const scripts = sources.makeScripts(await sources.loadProgramModel(), new URL('src/completion/', root));
for (const [file, script] of Object.entries(scripts)) {
  writeFileSync(fileURLToPath(new URL(`completions/${file}`, root)), script);
  console.log(`completions/${file}`);
}
