import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import type { RunningProgram } from '../support/program.js';
import { project } from '../support/project.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { tools } from '../support/tools.js';

describe.skipIf(tools.natsServer.path === undefined)('natsctl serve MODULE', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNatsServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const env = () => ({ NATS_URL: server.url });
  const ask = (subject: string, body = '', ...flags: string[]) =>
    natsctl(['request', subject, body, ...flags], { env: env() });

  /** Serves, and waits until it says so. */
  async function serve(
    cwd: string,
    args: readonly string[],
    more: { NODE_OPTIONS?: string } = {},
  ): Promise<RunningProgram> {
    const program = startNatsctl(['serve', ...args], { cwd, env: { ...env(), ...more } });
    await program.waitForLine('stderr', /^serving /);
    return program;
  }

  it('takes requests for none of its services before it can for all of them', async () => {
    const cwd = project({
      'slow.js': `
        import { existsSync } from 'node:fs';
        import { setTimeout as delay } from 'node:timers/promises';
        import { defineService } from 'natsctl';
        export default defineService({
          name: 'slow', version: '1.0.0',
          async start() {
            console.error('starting');
            while (!existsSync('gate')) await delay(10);
          },
          endpoints: { get: { handler: () => 'got' } },
        });`,
    });
    await using pool = startNatsctl(['serve', 'time', './slow.js'], { cwd, env: env() });
    await pool.waitForLine('stderr', /^starting$/);
    expect(await ask('time.now')).toMatchObject({ code: 5, stdout: '' });
    writeFileSync(join(cwd, 'gate'), '');
    await pool.waitForLine('stderr', /^serving slow /);
    expect(await ask('time.now')).toMatchObject({ code: 0 });
    expect(await ask('slow.get')).toMatchObject({ code: 0, stdout: 'got\n' });
  });

  it('serves several modules and a built-in service in each worker, and says what the functions became', async () => {
    const cwd = project({
      'orders.ts': `
        import { defineService, ServiceError } from 'natsctl';
        import { price } from './lib/price.js';
        enum Fruit { Apple = 'apple' }
        export default defineService({
          name: 'orders', version: '1.0.0',
          endpoints: {
            price: { handler: ({ text }): number => {
              if (text() !== Fruit.Apple) throw new ServiceError(404, 'no such fruit');
              return price;
            } },
          },
        });`,
      'lib/price.ts': 'export const price: number = await Promise.resolve(3);',
      'greetings.js': 'export const hello = ({ text }) => "Hello, " + text();\nexport const bye = async () => "Bye";',
    });
    await using pool = await serve(cwd, ['./orders.ts', 'greetings.js', 'time', '--workers', '2']);
    await pool.waitForLine('stderr', /^serving orders on orders\.price with 2 workers, queue q, /);
    await pool.waitForLine(
      'stderr',
      /^serving greetings on greetings\.(?:hello, greetings\.bye|bye, greetings\.hello) /,
    );
    await pool.waitForLine('stderr', /^serving time on time\.now, time\.unix /);
    expect(await ask('orders.price', 'apple')).toMatchObject({ code: 0, stdout: '3\n' });
    expect(await ask('orders.price', 'pear')).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('404: no such fruit'),
    });
    expect(await ask('greetings.hello', 'you')).toMatchObject({ stdout: 'Hello, you\n' });
    expect((await ask('time.now')).stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z\n$/);
    expect((await pool.stop()).code).toBe(0);
  });

  it.each<[what: string, files: Record<string, string>, message: string | RegExp]>([
    ['does not compile', { 'a.ts': 'const a = 1;\nconst b: = 2;' }, 'cannot load a.ts, line 2: Unexpected token'],
    [
      'fails as it is loaded',
      { 'a.ts': '\n\nnope();' },
      'cannot load a.ts, line 3: ReferenceError: nope is not defined',
    ],
    ['fails in JavaScript', { 'a.mjs': '\nthrow new Error("no luck");' }, 'cannot load a.mjs, line 2: no luck'],
    [
      'imports what fails',
      { 'a.ts': 'import "./b.ts";\nexport {}', 'b.ts': '\nnope();' },
      'cannot load a.ts: b.ts, line 2: ReferenceError: nope is not defined',
    ],
    [
      'imports what is missing',
      { 'a.ts': '\nimport { x } from "./gone.js";\nexport default x;' },
      'cannot load a.ts, line 2: cannot find ./gone.js',
    ],
    [
      'needs a package',
      { 'a.ts': 'import x from "left-pad";\nexport default x;' },
      'cannot load a.ts, line 1: cannot find left-pad',
    ],
    [
      'needs one in JavaScript',
      { 'a.mjs': '\nimport x from "left-pad";\nexport default x;' },
      'cannot load a.mjs, line 2: cannot find left-pad',
    ],
    [
      'requires what is missing',
      { 'a.cjs': '\n\nrequire("./gone");' },
      'cannot load a.cjs, line 3: cannot find ./gone',
    ],
    [
      'is no service',
      { 'a.ts': 'export default { name: "a", version: "1", endpoints: {} };' },
      'a.ts: version is "1", not a semantic version such as 1.0.0',
    ],
    ['ends the process', { 'a.ts': 'process.exit(0);' }, 'cannot load a: it ended the process with 0 as it was loaded'],
  ])('ends with 2 where a module %s', async (_, files, message) => {
    const { code, stdout, stderr } = await natsctl(['serve', Object.keys(files)[0] as string, '--workers', '3'], {
      cwd: project(files),
      env: env(),
    });
    expect({ code, stdout, told: stderr.split('\n')[0] }).toEqual({ code: 2, stdout: '', told: `error: ${message}` });
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
  });

  it('refuses two services of one name', async () => {
    expect(await natsctl(['serve', 'greeter', 'greeter'], { env: env() })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('two services are named greeter'),
    });
  });

  it('tells file and line in the JSON of the error', async () => {
    const cwd = project({ 'a.ts': '\nnope();' });
    const { stderr } = await natsctl(['serve', './a.ts', '--json'], { cwd, env: env() });
    expect(JSON.parse(stderr.trim().split('\n').at(-1) as string)).toMatchObject({
      error: { kind: 'usage', file: join(cwd, 'a.ts'), line: 2 },
    });
  });

  describe('survives handlers that misbehave', () => {
    const cwd = project({
      'bad.ts': `
        import { setTimeout as delay } from 'node:timers/promises';
        const cycle: { self?: object } = {}; cycle.self = cycle;
        export const throws = () => { throw new Error('boom\\n    at secret.ts:1'); };
        export const rejects = async () => { throw 'thrown text'; };
        export const never = () => new Promise(() => {});
        export const cyclic = () => cycle;
        export const late = async () => { await delay(5_000); return 'late'; };
        export const exits = () => process.exit(3);
        export const rejectsAside = () => { Promise.reject(new Error('nobody waits')); return new Promise(() => {}); };
        export const allocates = () => { const all = []; for (;;) all.push(new Array(100_000).fill(Math.random())); };
        export const fine = () => 'fine';`,
    });

    it('answers with an error, names the endpoint in the log, and replaces a worker that is gone', async () => {
      const flags = ['./bad.ts', '--workers', '2', '--handler-timeout', '2s'];
      await using pool = await serve(cwd, flags, { NODE_OPTIONS: '--max-old-space-size=48' });
      for (const [endpoint, error] of [
        ['throws', '500: boom     at secret.ts:1'],
        ['rejects', '500: thrown text'],
        ['never', '504: no answer within 2 s'],
        ['cyclic', '500: the handler returned what cannot be JSON: it refers to itself'],
        ['late', '504: no answer within 2 s'],
      ] as const) {
        const result = await ask(`bad.${endpoint}`);
        expect(result).toMatchObject({ code: 7, stderr: expect.stringContaining(`error ${error}`) });
        await pool.waitForLine('stderr', new RegExp(`\\(endpoint bad\\.${endpoint}\\)$`));
      }
      for (const [endpoint, cause] of [
        ['exits', 'it exited with 3'],
        ['allocates', 'it was ended by SIGABRT'],
      ] as const) {
        expect(await ask(`bad.${endpoint}`, '', '--timeout', '1s')).toMatchObject({ code: 6 });
        await pool.waitForLine(
          'stderr',
          new RegExp(`ended: ${cause}; the last request that it took was for bad\\.${endpoint};`),
        );
      }
      expect(await ask('bad.rejectsAside', '', '--timeout', '500ms')).toMatchObject({ code: 6 });
      await pool.waitForLine('stderr', /nobody waits/);
      expect(await ask('bad.fine', '', '--wait', '5s')).toMatchObject({ code: 0, stdout: 'fine\n' });
    });
  });

  it('kills and replaces a worker whose handler never lets go of the processor', async () => {
    const cwd = project({ 'bad.js': 'export const hangs = () => { for (;;); };\nexport const fine = () => "fine";' });
    await using pool = await serve(cwd, ['./bad.js', '--handler-timeout', '100ms', '--watchdog', '1s']);
    expect(await ask('bad.hangs', '', '--timeout', '1s')).toMatchObject({ code: 6 });
    const told = /it hung, silent for 1 s, and was killed; the last request that it took was for bad\.hangs;/;
    await pool.waitForLine('stderr', told);
    expect(await ask('bad.fine', '', '--wait', '5s')).toMatchObject({ code: 0, stdout: 'fine\n' });
  });

  it('runs a command with modules beside it', async () => {
    const cwd = project({ 'greetings.ts': 'export const hello = () => "Hello";' });
    const command = ['sh', '-c', 'test -n "$NATS_URL"'];
    const result = await natsctl(['run', '--serve', './greetings.ts', '--serve', 'greeter', '--', ...command], { cwd });
    expect(result).toMatchObject({ code: 0 });
    const bad = await natsctl(['run', '--serve', './gone.ts', '--', ...command], { cwd });
    expect(bad).toMatchObject({ code: 125, stderr: expect.stringContaining('there is no file ./gone.ts') });
    writeFileSync(join(cwd, 'broken.ts'), 'nope();');
    const broken = await natsctl(['run', '--serve', './broken.ts', '--', ...command], { cwd });
    expect(broken).toMatchObject({ code: 125, stderr: expect.stringContaining('cannot load ./broken.ts, line 1') });
  });
});
