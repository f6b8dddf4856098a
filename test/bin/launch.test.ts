import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { createTempDir } from '../support/guardian.js';
import { type RunResult, runProgram, startProgram } from '../support/program.js';
import { tools } from '../support/tools.js';

const bin = fileURLToPath(new URL('../../bin', import.meta.url));

/** What stands for the program: it loads a chunk, and imports a module of Node's and one of a user's. */
const CLI = `
const { greet } = require('./greet.cjs');
const importModule = require('../bin/import-module.js');
const [command, ...names] = process.argv.slice(2);
(async () => {
  const { EOL, default: os } = await importModule('node:os');
  if (os.EOL !== EOL) throw new Error('not as an import gives it');
  if (command === 'import') console.log((await importModule(names[0])).default);
  else if (command === 'fail') process.exit(Number(names[0]));
  else if (command === 'throw') greet();
  else if (command === 'paths') console.log([__filename, __dirname].join(EOL));
  else console.log(greet(command));
})();
`;
const GREET = `
exports.greet = function greet(name) {
  return 'Hello, ' + name.toUpperCase() + '!';
};
`;

let root: string;
let home: string;

beforeEach(() => {
  root = createTempDir('launch');
  home = createTempDir('home');
  cpSync(bin, join(root, 'bin'), { recursive: true });
  mkdirSync(join(root, 'dist'));
  writeFileSync(join(root, 'dist', 'cli.cjs'), CLI);
  writeFileSync(join(root, 'dist', 'greet.cjs'), GREET);
});

function launch(args: readonly string[], { node = process.execPath, env = {} } = {}): Promise<RunResult> {
  return runProgram(node, [join(root, 'bin', 'natsctl.js'), ...args], { env: { HOME: home, ...env } });
}

const cache = (): string => join(home, '.cache', 'natsctl');
const stores = (): string[] => readdirSync(cache()).map((name) => join(cache(), name));

/** The one store that there is. */
function store(): string {
  const [only, ...others] = stores();
  expect(others).toEqual([]);
  return only as string;
}

const inode = (file: string): number => statSync(file).ino;

describe.each(tools.nodes)('the launcher under $name', ({ path }) => {
  const node = path ?? '';

  it.skipIf(path === undefined)('keeps the compiled program, and runs from that the next time', async () => {
    expect(await launch(['World'], { node })).toMatchObject({ code: 0, stdout: 'Hello, WORLD!\n', stderr: '' });
    const written = inode(store());
    expect(await launch(['World'], { node })).toMatchObject({ code: 0, stdout: 'Hello, WORLD!\n', stderr: '' });
    // It took what it found, or it would have written anew.
    expect(inode(store())).toBe(written);
  });

  it.skipIf(path === undefined)("imports Node's modules and a user's", async () => {
    const module = join(home, 'greeting.mjs');
    writeFileSync(module, "await null; export default 'from a module';");
    for (let run = 0; run < 2; run++) {
      const expected = { code: 0, stdout: 'from a module\n', stderr: '' };
      expect(await launch(['import', module], { node })).toMatchObject(expected);
    }
  });

  it.skipIf(path === undefined)('writes a damaged store anew, and runs all the same', async () => {
    await launch(['World'], { node });
    const whole = readFileSync(store());
    const damages = [
      () => truncateSync(store(), 0),
      () => truncateSync(store(), Math.floor(whole.length / 2)),
      () => truncateSync(store(), whole.length - 1),
      () => writeFileSync(store(), Buffer.from(whole).fill(0xff, Math.floor(whole.length / 3), whole.length / 2)),
    ];
    for (const damage of damages) {
      damage();
      const damaged = readFileSync(store());
      expect(await launch(['World'], { node })).toMatchObject({ code: 0, stdout: 'Hello, WORLD!\n', stderr: '' });
      expect(readFileSync(store()).equals(damaged)).toBe(false);
      const repaired = inode(store());
      await launch(['World'], { node });
      expect(inode(store())).toBe(repaired);
    }
  });
});

describe('the launcher', () => {
  it('keeps a store for each Node', async () => {
    const nodes = tools.nodes.flatMap(({ path }) => path ?? []);
    for (const node of [...nodes, ...nodes]) {
      expect(await launch(['World'], { node })).toMatchObject({ code: 0, stdout: 'Hello, WORLD!\n' });
    }
    expect(stores()).toHaveLength(nodes.length);
  });

  it('runs a program that was built anew, also where its size is the same', async () => {
    await launch(['World']);
    writeFileSync(join(root, 'dist', 'greet.cjs'), GREET.replace('Hello', 'Howdy'));
    expect(await launch(['World'])).toMatchObject({ stdout: 'Howdy, WORLD!\n' });
    expect(await launch(['World'])).toMatchObject({ stdout: 'Howdy, WORLD!\n' });
  });

  it('runs for several at once, who leave one store behind', async () => {
    const runs = await Promise.all(Array.from({ length: 6 }, () => launch(['World'])));
    for (const run of runs) expect(run).toMatchObject({ code: 0, stdout: 'Hello, WORLD!\n', stderr: '' });
    const written = inode(store());
    await launch(['World']);
    expect(inode(store())).toBe(written);
  });

  it('keeps what a process has needed to start, also of one that is killed in the end', async () => {
    writeFileSync(join(root, 'dist', 'cli.cjs'), 'setInterval(() => undefined, 1_000);');
    await using _program = startProgram(process.execPath, [join(root, 'bin', 'natsctl.js')], { env: { HOME: home } });
    await expect.poll(() => existsSync(cache()) && stores().length, { timeout: 10_000 }).toBe(1);
  });

  it.each([
    ['with NODE_DISABLE_COMPILE_CACHE', { NODE_DISABLE_COMPILE_CACHE: '1' }],
    ['where no folder can be made', { HOME: '/proc/natsctl' }],
    ['without a home', { HOME: undefined }],
  ])('runs without a cache %s', async (_, env) => {
    for (let run = 0; run < 2; run++) {
      expect(await launch(['World'], { env })).toMatchObject({ code: 0, stdout: 'Hello, WORLD!\n', stderr: '' });
    }
    expect(readdirSync(home)).toEqual([]);
  });

  it('keeps nothing of a run that failed by misuse', async () => {
    expect(await launch(['fail', '2'])).toMatchObject({ code: 2 });
    expect(stores()).toEqual([]);
    expect(await launch(['fail', '5'])).toMatchObject({ code: 5 });
    expect(stores()).toHaveLength(1);
  });

  it('shows where an error was thrown', async () => {
    for (let run = 0; run < 2; run++) {
      const { code, stderr } = await launch(['throw']);
      expect(code).toBe(1);
      expect(stderr).toContain(`at greet (${join(root, 'dist', 'greet.cjs')}:3:27)`);
    }
  });

  it('gives a file its own path and folder', async () => {
    const { stdout } = await launch(['paths']);
    expect(stdout).toBe(`${join(root, 'dist', 'cli.cjs')}\n${join(root, 'dist')}\n`);
  });

  it('says that it is not built', async () => {
    rmSync(join(root, 'dist'), { recursive: true });
    const expected = { code: 1, stdout: '', stderr: 'natsctl is not built: run `npm run build`\n' };
    expect(await launch(['--version'])).toMatchObject(expected);
    expect(await launch(['request'])).toMatchObject(expected);
  });

  it.each(['14.21.3', '18.20.8', '20.18.3', '21.7.3', '22.11.0'])('says that Node %s is too old', async (version) => {
    const { code, stdout, stderr } = await launchAs(version);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^natsctl needs Node\.js 20\.19, 22\.12 or 24 and later; this is v\d+\S+\n$/);
  });

  it.each(['20.19.0', '22.12.0', '24.0.0', '26.1.0'])('runs under Node %s', async (version) => {
    expect(await launchAs(version)).toMatchObject({ code: 0, stdout: 'Hello, WORLD!\n' });
  });

  function launchAs(version: string): Promise<RunResult> {
    const pretend = join(home, 'pretend.cjs');
    const versions = `{ ...process.versions, node: ${JSON.stringify(version)} }`;
    writeFileSync(pretend, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
    return launch(['World'], { env: { NODE_OPTIONS: `--require ${pretend}` } });
  }
});
