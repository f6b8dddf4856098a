import { mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { childrenOf, membersOfGroup } from '../support/processes.js';
import type { RunningProgram } from '../support/program.js';
import { project } from '../support/project.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { tools } from '../support/tools.js';
import { waitUntil } from '../support/wait-until.js';

/** A service `a` that replies with a text of another file. */
const entry = "import { text } from './lib/text.js';\nexport const say = () => text;";
const textOf = (text: string) => `export const text: string = '${text}';`;

describe.skipIf(tools.natsServer.path === undefined)('natsctl serve MODULE --watch', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNatsServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  interface Watched extends RunningProgram {
    readonly cwd: string;
    /** Writes a file as an editor does that replaces it. */
    save(name: string, text: string): void;
    /** Waits for the next line that says that all serve what is new, or another line. */
    until(line?: RegExp): Promise<string>;
    /** The processes of the workers, by the ready file. */
    workers(): number[];
    /** The children that are none of the workers. */
    others(): number[];
  }

  /** Serves, and waits until it says so and the spare is started. */
  async function watch(
    files: Readonly<Record<string, string>>,
    args: readonly string[] = ['./a.ts'],
    { node }: { node?: string } = {},
  ): Promise<Watched> {
    const cwd = project(files);
    const readyFile = join(cwd, 'ready.json');
    const program = startNatsctl(['serve', ...args, '--watch', '--ready-file', readyFile, '--log', 'off'], {
      cwd,
      env: { NATS_URL: server.url },
      ...(node === undefined ? {} : { node }),
    });
    await program.waitForLine('stderr', /^serving a /);
    const workers = () => JSON.parse(readFileSync(readyFile, 'utf8')).worker_pids as number[];
    const others = () => childrenOf(program.pid).filter((pid) => !workers().includes(pid));
    await waitUntil(() => others().length === 1);
    let read = 0;
    return Object.assign(program, {
      cwd,
      save(name: string, text: string) {
        writeFileSync(join(cwd, `${name}~`), text);
        renameSync(join(cwd, `${name}~`), join(cwd, name));
      },
      async until(line = /^\d+ workers? serves? the new .*$/) {
        for (;;) {
          const lines = program.stderr.text().slice(read).split('\n').slice(0, -1);
          const found = lines.findIndex((one) => line.test(one));
          if (found !== -1) {
            read += lines.slice(0, found + 1).join('\n').length + 1;
            return lines[found] as string;
          }
          await waitUntil(() => program.stderr.text().slice(read).split('\n').length - 1 > lines.length);
        }
      },
      workers,
      others,
    });
  }

  const ask = async () => {
    const { stdout } = await natsctl(['request', 'a.say', ''], { env: { NATS_URL: server.url } });
    return stdout.trim();
  };

  it('serves what is saved with all workers, and keeps the ready file', async () => {
    await using pool = await watch({ 'a.ts': "export const say = () => 'one';" }, ['./a.ts', 'time', '-w', '3']);
    const before = pool.workers();
    pool.save('a.ts', "export const say = () => 'two';\nexport const more = () => 'more';");
    expect(await pool.until(/changed/)).toBe('a.ts changed: replacing 3 workers');
    expect(await pool.until()).toMatch(/^3 workers serve the new a\.ts after \d+ ms$/);
    await pool.until(/^serving a on a\.(?:say, a\.more|more, a\.say) with 3 workers/);
    expect(await ask()).toBe('two');
    await waitUntil(() => pool.workers().every((pid) => !before.includes(pid)));
    await waitUntil(() => pool.others().length === 1);
    expect(pool.workers()).toHaveLength(3);
    expect((await pool.stop()).code).toBe(0);
    expect(membersOfGroup(pool.pid)).toEqual([]);
  });

  it.each<[what: string, files: Record<string, string>, args: string[], changed: string, text: string]>([
    ['TypeScript', { 'a.ts': entry, 'lib/text.ts': textOf('one') }, ['./a.ts'], 'lib/text.ts', textOf('two')],
    [
      'an ES module',
      {
        'a.mjs': "import { text } from './b.mjs';\nexport const say = () => text;",
        'b.mjs': "export const text = 'one';",
      },
      ['./a.mjs'],
      'b.mjs',
      "export const text = 'two';",
    ],
    [
      'CommonJS',
      { 'a.cjs': "const { text } = require('./b');\nexports.say = () => text;", 'b.js': "exports.text = 'one';" },
      ['./a.cjs'],
      'b.js',
      "exports.text = 'two';",
    ],
    [
      'JSON',
      { 'a.ts': "import data from './b.json';\nexport const say = () => data.text;", 'b.json': '{"text":"one"}' },
      ['./a.ts'],
      'b.json',
      '{"text":"two"}',
    ],
    [
      'by a path of tsconfig.json',
      {
        'tsconfig.json': '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }',
        'a.ts': "import { text } from '@lib/text';\nexport const say = () => text;",
        'lib/text.ts': textOf('one'),
      },
      ['./a.ts'],
      'lib/text.ts',
      textOf('two'),
    ],
    [
      'when it is asked for',
      {
        'a.ts': "export const say = async () => (await import('./b.ts')).text;",
        'b.ts': textOf('one'),
      },
      ['./a.ts'],
      'b.ts',
      textOf('two'),
    ],
  ])('serves a change of what is imported: %s', async (_, files, args, changed, text) => {
    for (const node of [undefined, ...tools.nodes.flatMap(({ path }) => path ?? []).slice(-1)]) {
      await using pool = await watch(files, args, node === undefined ? {} : { node });
      expect(await ask()).toBe('one');
      pool.save(changed, text);
      await pool.until();
      expect(await ask()).toBe('two');
    }
  });

  it('does nothing where a file is written with what is in it', async () => {
    await using pool = await watch({ 'a.ts': entry, 'lib/text.ts': textOf('one') });
    utimesSync(join(pool.cwd, 'a.ts'), new Date(), new Date());
    pool.save('a.ts', entry);
    pool.save('lib/text.ts', textOf('two'));
    await pool.until();
    expect(pool.stderr.text()).not.toMatch(/a\.ts changed/);
  });

  it('leaves the old workers serving where a module does not load, says why, and recovers', async () => {
    await using pool = await watch({ 'a.ts': entry, 'lib/text.ts': textOf('one') }, ['./a.ts', '-w', '2']);
    const before = pool.workers();
    for (const [name, text, why] of [
      ['a.ts', 'const a: = 1;', 'cannot load ./a.ts, line 1: Unexpected token'],
      ['a.ts', `\n\n${entry}\nnope();`, 'cannot load ./a.ts, line 5: ReferenceError: nope is not defined'],
      ['a.ts', `${entry}\nprocess.exit(0);`, 'cannot load a: it ended the process with 0 as it was loaded'],
      ['a.ts', `import './lib/gone.js';\n${entry}`, 'cannot load ./a.ts, line 1: cannot find ./lib/gone.js'],
    ] as const) {
      pool.save(name, text);
      expect(await pool.until(/^warning: /)).toBe(`warning: ${why}; what was served before is served on`);
      expect(await ask()).toBe('one');
    }
    expect(pool.workers()).toEqual(before);
    rmSync(join(pool.cwd, 'a.ts'));
    expect(await pool.until(/^warning: /)).toContain('cannot load ./a.ts: there is no such file any more;');
    pool.save('a.ts', `import './lib/gone.js';\n${entry}`);
    await pool.until(/^warning: /);
    pool.save('lib/gone.ts', '');
    expect(await pool.until(/changed/)).toBe('lib/gone.ts changed: replacing 2 workers');
    await pool.until();
    pool.save('lib/text.ts', textOf('two'));
    await pool.until();
    expect(await ask()).toBe('two');
  });

  it('serves what is imported by a path of tsconfig.json when that appears', async () => {
    await using pool = await watch({
      'tsconfig.json': '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }',
      'a.ts': "export const say = () => 'one';",
    });
    pool.save('a.ts', "import { text } from '@lib/deep/text';\nexport const say = () => text;");
    expect(await pool.until(/^warning: /)).toContain('cannot find @lib/deep/text');
    mkdirSync(join(pool.cwd, 'lib', 'deep'), { recursive: true });
    pool.save('lib/deep/text.ts', textOf('two'));
    expect(await pool.until(/changed/)).toBe('lib/deep/text.ts changed: replacing 1 worker');
    await pool.until();
    expect(await ask()).toBe('two');
  });

  it('starts over where a module changes while it is loaded', async () => {
    await using pool = await watch({ 'a.ts': "export const say = () => 'one';" }, ['./a.ts', '-w', '2']);
    pool.save(
      'a.ts',
      "await new Promise((resolve) => setInterval(() => undefined, 1000));\nexport const say = () => '2';",
    );
    await pool.until(/changed/);
    pool.save('a.ts', "export const say = () => 'three';");
    expect(await pool.until(/changed/)).toBe('a.ts changed: starting over');
    await pool.until();
    expect(await ask()).toBe('three');
  });

  it.each([1, 3])('loses no request with %d workers', async (workers) => {
    const version = (number: number) => `export const say = () => '${number} ' + process.pid;`;
    await using pool = await watch({ 'a.ts': version(0) }, ['./a.ts', '-w', String(workers)]);
    const connection = await connect({ servers: server.url });
    const heard = new Set<string>();
    const failures: unknown[] = [];
    let isOver = false;
    const callers = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        await connection.request('a.say', '', { timeout: 10_000 }).then(
          (reply) => heard.add(reply.string()),
          (error: unknown) => failures.push(error),
        );
      }
    });
    for (const number of [0, 1, 2]) {
      if (number > 0) {
        pool.save('a.ts', version(number));
        await pool.until();
      }
      await waitUntil(() => pool.workers().every((pid) => heard.has(`${number} ${pid}`)));
    }
    isOver = true;
    await Promise.all(callers);
    await connection.close();
    expect(failures).toEqual([]);
    expect(heard.size).toBe(3 * workers);
  });

  it('serves what was saved while the server was away, once it is back', async () => {
    const own = await startNatsServer();
    await using pool = await watch({ 'a.ts': "export const say = () => 'one';" }, ['./a.ts', '-s', own.url]);
    await own[Symbol.asyncDispose]();
    await pool.until(/connection to the server was lost/);
    pool.save('a.ts', "export const say = () => 'two';");
    await pool.until(/changed/);
    await using again = await startNatsServer({ port: own.port });
    await pool.until();
    const { stdout } = await natsctl(['request', 'a.say', '', '-s', again.url]);
    expect(stdout.trim()).toBe('two');
  });

  it('has a new spare where it was killed', async () => {
    await using pool = await watch({ 'a.ts': "export const say = () => 'one';" }, ['./a.ts', '--verbose']);
    const [spare = 0] = pool.others();
    process.kill(spare, 'SIGKILL');
    await pool.until(/the spare worker ended: it was ended by SIGKILL; replacing it at once/);
    await waitUntil(() => pool.others().length === 1);
    pool.save('a.ts', "export const say = () => 'two';");
    expect(await pool.until()).toMatch(/^1 worker serves the new a\.ts/);
    expect(await ask()).toBe('two');
  });

  it.each([
    ['waits', 'await new Promise(() => setInterval(() => undefined, 1000));'],
    ['is busy', 'for (;;);'],
  ])('leaves nothing running where it ends while a module %s as it is loaded', async (_, text) => {
    await using pool = await watch({ 'a.ts': "export const say = () => 'one';" }, [
      './a.ts',
      '-w',
      '2',
      '--grace',
      '300ms',
    ]);
    pool.save('a.ts', text);
    await pool.until(/changed/);
    expect(await pool.stop('SIGINT')).toMatchObject({ code: 0 });
    expect(membersOfGroup(pool.pid)).toEqual([]);
  });
});
