import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTempDir } from '../support/guardian.js';
import { type RunResult, runProgram } from '../support/program.js';
import { tools } from '../support/tools.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const packageDir = createTempDir('package');
const app = join(packageDir, 'app');

let tarball: string;
let files: string[];

beforeAll(async () => {
  const packed = await npm(root, 'pack', '--json', '--ignore-scripts', '--pack-destination', packageDir);
  const [{ filename, files: entries }] = JSON.parse(packed.stdout);
  tarball = filename;
  files = entries.map((entry: { path: string }) => entry.path);
  mkdirSync(app);
  await npm(app, 'install', '--prefix', app, join(packageDir, filename));
}, 120_000);

/** Runs npm with the settings of this machine. */
async function npm(cwd: string, ...args: string[]): Promise<RunResult> {
  const result = await runProgram('npm', args, { cwd, env: process.env, timeoutMs: 100_000 });
  if (result.code !== 0) throw new Error(`npm ${args[0]}: ${result.stderr}`);
  return result;
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

      it('can be imported', async () => {
        const script = "import('natsctl').then((face) => console.log(typeof face.defineService))";
        expect(await runProgram(node, ['-e', script], { cwd: app })).toMatchObject({ code: 0, stdout: 'function\n' });
      });
    });
  }
});
