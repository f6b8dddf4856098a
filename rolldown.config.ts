import { defineConfig } from 'rolldown';
import { asciiOnly } from './build/ascii-only.js';
import { emitFile } from './build/emit-file.js';
import { forbidModules } from './build/forbid-modules.js';
import { HDR_PATCHES } from './build/hdr-patches.js';
import { importByLauncher } from './build/import-by-launcher.js';
import { NATS_PATCHES } from './build/nats-patches.js';
import { patchDependencies } from './build/patch-dependencies.js';
import { STRING_WIDTH_FILE, STRING_WIDTH_PATCH } from './build/string-width-patch.js';
import { thirdPartyLicenses } from './build/third-party-licenses.js';
import { YARGS_PATCHES } from './build/yargs-patches.js';

/** The oldest Node that `engines` allows. */
const transform = { target: 'node20.19' };

export default defineConfig([
  {
    // The program, with all it needs inside: a chunk for what is shared and for each import().
    input: { cli: 'src/cli.ts', worker: 'src/workers/worker.ts', 'bench-thread': 'src/bench/thread.ts' },
    platform: 'node',
    transform,
    // Only modules of users need it, and it looks for files beside its own.
    external: ['jiti'],
    resolve: { alias: { 'string-width': STRING_WIDTH_FILE } },
    plugins: [
      patchDependencies([STRING_WIDTH_PATCH, ...YARGS_PATCHES, ...NATS_PATCHES, ...HDR_PATCHES]),
      forbidModules([
        /\/nats\/lib\/(jetstream|src)\//,
        /\/nats-base-client\/internal_mod\.js$/,
        /\/pako\//,
        /\/hdr-histogram-js\/dist\/wasm\//,
      ]),
      importByLauncher(),
      asciiOnly(),
      thirdPartyLicenses(),
      emitFile('src/bench/report/report.schema.json'),
      emitFile('src/config/config.schema.json'),
      emitFile('src/bench/suite.schema.json'),
    ],
    output: {
      dir: 'dist',
      cleanDir: true,
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name]-[hash].cjs',
      charset: 'ascii',
      comments: false,
    },
  },
  {
    // The library, with the packages it needs left to the user's package manager.
    input: { index: 'src/index.ts', testing: 'src/testing/index.ts' },
    platform: 'node',
    transform,
    external: /^[^./]/,
    output: { dir: 'dist', format: 'esm' },
  },
]);
