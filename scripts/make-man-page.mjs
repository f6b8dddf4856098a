#!/usr/bin/env node
/** Makes dist/natsctl.1, the manual page, out of the commands' definitions and the topics of the help. */
import { writeFileSync } from 'node:fs';
import { importSources } from './support/import-source.mjs';

const { makeManual } = /** @type {typeof import('../src/commands/manual.js')} */ (
  await importSources('../../src/commands/manual.ts')
);
writeFileSync(new URL('../dist/natsctl.1', import.meta.url), await makeManual());
