import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTempDir } from '../support/guardian.js';
import { startNatsServer } from '../support/nats-server.js';
import { type RunResult, runProgram, startProgram } from '../support/program.js';
import { tools } from '../support/tools.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const packageDir = createTempDir('package');
const app = join(packageDir, 'app');
const globalPrefix = join(packageDir, 'global');
const globalLauncher = join(globalPrefix, 'lib', 'node_modules', 'natsctl', 'bin', 'natsctl.js');

let tarball: string;
let files: string[];

beforeAll(async () => {
  const packed = await npm(root, 'pack', '--json', '--ignore-scripts', '--pack-destination', packageDir);
  const [{ filename, files: entries }] = JSON.parse(packed.stdout);
  tarball = filename;
  files = entries.map((entry: { path: string }) => entry.path);
  mkdirSync(app);
  await npm(app, 'install', '--prefix', app, join(packageDir, filename));
  await npm(packageDir, 'install', '--global', '--prefix', globalPrefix, join(packageDir, filename));
}, 120_000);

/** Runs npm with the settings of this machine. */
async function npm(cwd: string, ...args: string[]): Promise<RunResult> {
  const result = await runProgram('npm', args, { cwd, env: process.env, timeoutMs: 100_000 });
  if (result.code !== 0) throw new Error(`npm ${args[0]}: ${result.stderr}`);
  return result;
}

/** A module that answers with an error of its own class, and with what it was told. */
const MODULE = `defineService({
  name: NAME, version: '1.0.0',
  endpoints: {
    value: { handler: () => value },
    error: { handler: () => { throw new ServiceError(418, 'from ' + NAME); } },
  },
})`;
const moduleOf = (name: string) => MODULE.replaceAll('NAME', `'${name}'`);
const ES_IMPORT = "import { defineService, ServiceError } from 'natsctl';\n";
const CJS_IMPORT = "const { defineService, ServiceError } = require('natsctl');\n";
/** Another natsctl, which is not to be what is imported. */
const OTHER_NATSCTL = {
  'package.json': '{ "name": "natsctl", "version": "0.0.1", "main": "./index.js" }',
  'index.js': 'throw new Error("this is not the running program");',
};

/** The modules of each kind of project, the first one of each is served; no natsctl is installed but a wrong one. */
const PROJECTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  esm: {
    'service.js': `${ES_IMPORT}import { value } from './value.js';\nexport default ${moduleOf('esm')}`,
    'package.json': '{ "type": "module" }',
    'value.js': "import { startServer } from 'natsctl/testing';\nexport const value = typeof startServer;",
    'node_modules/natsctl/package.json': OTHER_NATSCTL['package.json'],
    'node_modules/natsctl/index.js': OTHER_NATSCTL['index.js'],
  },
  cjs: {
    'service.js': `${CJS_IMPORT}const { value } = require('./value');\nmodule.exports = ${moduleOf('cjs')}`,
    'package.json': '{ "type": "commonjs" }',
    'value.js': "exports.value = typeof require('natsctl/testing').startServer;",
    'node_modules/natsctl/package.json': OTHER_NATSCTL['package.json'],
    'node_modules/natsctl/index.js': OTHER_NATSCTL['index.js'],
  },
  none: {
    'service.ts': `${ES_IMPORT}import { value } from './value';\nexport default ${moduleOf('none')}`,
    'value.ts':
      "import { startServer } from 'natsctl/testing';\nexport const value: string = await typeof startServer;",
  },
  paths: {
    'src/service.ts': `${ES_IMPORT}import { value } from '@lib/value';\nexport default ${moduleOf('paths')}`,
    'tsconfig.json': '{ "compilerOptions": { "paths": { "@lib/*": ["./src/lib/*"] } } } // with a comment',
    'src/lib/value.ts': "export const value: string = 'function';",
  },
  dependencies: {
    'service.ts': `${ES_IMPORT}import esm from 'esm-dep';\nimport { cjs } from 'cjs-dep';\nconst value = esm(ServiceError) && cjs(ServiceError) ? 'function' : '';\nexport default ${moduleOf('dependencies')}`,
    'node_modules/esm-dep/package.json': '{ "name": "esm-dep", "type": "module", "exports": "./index.js" }',
    'node_modules/esm-dep/index.js':
      "import { ServiceError } from 'natsctl';\nexport default (other) => other === ServiceError;",
    'node_modules/cjs-dep/package.json': '{ "name": "cjs-dep", "main": "./index.js" }',
    'node_modules/cjs-dep/index.js': "exports.cjs = (other) => other === require('natsctl').ServiceError;",
  },
};

function writeProjects(): { readonly folder: string; readonly services: readonly string[] } {
  const folder = createTempDir('projects');
  for (const [project, files] of Object.entries(PROJECTS)) {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, project, name)), { recursive: true });
      writeFileSync(join(folder, project, name), text);
    }
  }
  const services = Object.entries(PROJECTS).map(([project, files]) => `${project}/${Object.keys(files)[0]}`);
  return { folder, services };
}

describe('the package', () => {
  it('holds what a user needs and nothing of the workshop', () => {
    const rooms = new Set(files.map((file) => file.split('/')[0]));
    expect([...rooms].sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin',
      'completions',
      'dist',
      'package.json',
    ]);
  });

  it('holds every file that package.json points to', () => {
    const { '.': face } = manifest.exports;
    for (const target of [manifest.bin.natsctl, ...manifest.man, face.types, face.default]) {
      expect(existsSync(join(app, 'node_modules', 'natsctl', target)), target).toBe(true);
    }
  });

  it('holds the completions of all shells', () => {
    const completions = ['natsctl.bash', '_natsctl', 'natsctl.fish'].map((file) => `completions/${file}`);
    expect(files).toEqual(expect.arrayContaining(completions));
  });

  it('puts the program and its manual where a global install keeps those', async () => {
    const prefix = join(packageDir, 'prefix');
    await npm(packageDir, 'install', '--global', '--prefix', prefix, join(packageDir, tarball));
    expect(existsSync(join(prefix, 'bin', 'natsctl'))).toBe(true);
    expect(existsSync(join(prefix, 'share', 'man', 'man1', 'natsctl.1'))).toBe(true);
  });

  for (const { name, path } of tools.nodes) {
    describe.skipIf(path === undefined)(`installed into an empty folder, under ${name}`, () => {
      const node = path ?? '';

      it('runs', async () => {
        const result = await runProgram(node, [join(app, 'node_modules', '.bin', 'natsctl'), '--version']);
        expect(result).toMatchObject({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
      });

      it.skipIf(tools.natsServer.path === undefined)('serves modules of every kind, installed globally', async () => {
        const { folder, services } = writeProjects();
        await using server = await startNatsServer();
        const env = { NATS_URL: server.url };
        await using pool = startProgram(node, [globalLauncher, 'serve', ...services], { cwd: folder, env });
        await Promise.race([
          pool.waitForLine('stderr', /^serving dependencies /),
          pool.finished.then(({ stderr }) => Promise.reject(new Error(stderr))),
        ]);
        for (const name of Object.keys(PROJECTS)) {
          const ask = (subject: string) => runProgram(node, [globalLauncher, 'request', subject, ''], { env });
          expect(await ask(`${name}.value`), name).toMatchObject({ code: 0, stdout: 'function\n' });
          const told = expect.stringContaining(`error 418: from ${name}`);
          expect(await ask(`${name}.error`)).toMatchObject({ code: 7, stderr: told });
        }
        expect((await pool.stop()).code).toBe(0);
      });

      it('can be imported', async () => {
        const script = "import('natsctl').then((face) => console.log(typeof face.defineService))";
        expect(await runProgram(node, ['-e', script], { cwd: app })).toMatchObject({ code: 0, stdout: 'function\n' });
      });
    });
  }
});
