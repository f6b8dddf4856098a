import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtInServiceNames } from '../../src/services/built-in.js';
import { createTempDir } from '../support/guardian.js';
import { startNatsServer } from '../support/nats-server.js';
import { runProgram } from '../support/program.js';
import { tools } from '../support/tools.js';
import { root } from './serve-example.js';

const examples = join(root, 'examples');
const folders = readdirSync(examples, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const read = (...path: string[]): string => readFileSync(join(examples, ...path), 'utf8');
const readmes = folders.filter((name) => existsSync(join(examples, name, 'README.md')));

type Dependencies = Readonly<Record<string, string>>;
const dependenciesOf = (folder: string): Dependencies =>
  existsSync(join(examples, folder, 'package.json'))
    ? (JSON.parse(read(folder, 'package.json')).dependencies ?? {})
    : {};

/** A copy of an example, with what `npm install` would bring, and a natsctl for the PATH. */
function copyOf(name: string): { cwd: string; path: string } {
  const cwd = createTempDir(name);
  cpSync(join(examples, name), cwd, { recursive: true });
  for (const dependency of Object.keys(dependenciesOf(name))) linkPackage(cwd, dependency);
  const bin = createTempDir('bin');
  symlinkSync(join(root, 'bin', 'natsctl.js'), join(bin, 'natsctl'));
  return { cwd, path: `${bin}:${process.env['PATH']}` };
}

function linkPackage(folder: string, name: string): void {
  const target = join(folder, 'node_modules', name);
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(join(root, 'node_modules', name), target);
}

describe.skipIf(tools.natsServer.path === undefined)('the READMEs of the examples', () => {
  const scripts = readmes.flatMap((name) =>
    [...read(name, 'README.md').matchAll(/^```sh\n(.*?)^```$/gms)].map(([, script = '']) => ({ name, script })),
  );

  it.each(scripts)('say what works: $name', async ({ name, script }) => {
    const { cwd, path } = copyOf(name);
    await using server = await startNatsServer();
    const env = { PATH: path, NATS_URL: server.url, NO_COLOR: '1' };
    const result = await runProgram('sh', ['-c', `set -e\n${script}\nwait`], { cwd, env });
    expect(result.code, result.stderr).toBe(0);
    const printed = [...script.matchAll(/ # (.*)$/gm)].map(([, comment]) => comment);
    expect(result.stdout.trim().split('\n')).toEqual(printed);
  });

  it.runIf(builtInServiceNames.includes('registry'))('say what works: the walk through the registry', async () => {
    const { cwd, path } = copyOf('registry');
    await using server = await startNatsServer();
    const env = { PATH: path, NATS_URL: server.url, NO_COLOR: '1' };
    const result = await runProgram('sh', ['walkthrough.sh'], { cwd, env, timeoutMs: 20_000 });
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
      '{"name":"mail","instance":"mail","ttl":60,"heartbeat":20}',
      '[{"name":"mail","instance":"mail","endpoints":["mail.send"],"metadata":{},"ttl":60}]',
      'Hello, World!',
      '"endpoints":["greeter.greet"]',
      '[]',
      '{"name":"mail","instance":"mail"}',
      '[]',
    ]);
  });
});

describe('the examples', () => {
  it('are all in the list, and each README is a screen at most', () => {
    for (const name of folders) expect(read('README.md')).toContain(`](${name}/`);
    for (const name of readmes) expect(read(name, 'README.md').split('\n').length).toBeLessThanOrEqual(45);
  });

  it('need the versions that the tests run them with', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const needed = folders.flatMap((name) => Object.entries(dependenciesOf(name)));
    expect(needed.length).toBeGreaterThan(0);
    for (const [dependency, version] of needed)
      expect({ [dependency]: version }).toEqual({ [dependency]: devDependencies[dependency] });
  });

  it('are typed as a reader has them: natsctl installed, all rules strict', async () => {
    const cwd = createTempDir('examples');
    const modules = folders.flatMap((name) =>
      readdirSync(join(examples, name))
        .filter((file) => file.endsWith('.ts'))
        .map((file) => join(name, file)),
    );
    expect(modules.length).toBeGreaterThanOrEqual(6);
    for (const name of folders) cpSync(join(examples, name), join(cwd, name), { recursive: true });
    writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }');
    mkdirSync(join(cwd, 'node_modules'));
    symlinkSync(root, join(cwd, 'node_modules', 'natsctl'));
    for (const dependency of ['libsql', 'sharp', 'zod', '@types/node']) linkPackage(cwd, dependency);
    const flags =
      '--noEmit --strict --noUncheckedIndexedAccess --target es2023 --module nodenext --skipLibCheck --types node';
    const tsc = join(root, 'node_modules', '.bin', 'tsc');
    const result = await runProgram(tsc, [...flags.split(' '), ...modules], { cwd, timeoutMs: 60_000 });
    expect(result).toMatchObject({ code: 0, stdout: '' });
  });
});
