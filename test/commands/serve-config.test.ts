import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planFromFlags } from '../../src/commands/connection-plan.js';
import { globalFlags } from '../../src/commands/global-flags.js';
import { parseCommandLine } from '../../src/commands/parse.js';
import type { ServeFlags } from '../../src/commands/serve-flags.js';
import { requestToServe, type ServeRequest } from '../../src/commands/serve-request.js';
import type { Config } from '../../src/index.js';
import { createTempDir } from '../support/guardian.js';
import { runCommand } from './run-command.js';

const folder = createTempDir('serve-config');
mkdirSync(join(folder, 'tls'));
writeFileSync(join(folder, 'orders.ts'), '');

let written = 0;
/** Writes a file of pools; its path. */
function fileOf(config: object): string {
  const file = join(folder, `${++written}.json`);
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** What serve makes of a file, flags and variables. */
async function requested(
  config: Config,
  argv: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<ServeRequest> {
  const invocation = await parseCommandLine(['serve', '--config', fileOf(config), ...argv], 80);
  if (invocation.kind !== 'run') throw new Error('not to run');
  const flags = invocation.flags as unknown as ServeFlags;
  return requestToServe({ flags, global: invocation.global, services: [], program: [], env, folder });
}

const orders = { service: './orders.ts' };

describe('flags win over the file', () => {
  it('for each pool', async () => {
    const config = { pools: { a: { ...orders, workers: 2, grace: '1s' }, b: { service: 'echo', workers: 3 } } };
    const { pools } = await requested(config, ['--workers', '8', '--watch', '--register']);
    expect(pools.map(({ name, services, flags }) => [name, services, flags.workers, flags.grace, flags.watch])).toEqual(
      [
        ['a', ['./orders.ts'], '8', '1s', true],
        ['b', ['echo'], '8', undefined, false],
      ],
    );
    expect(pools.every(({ flags }) => flags.register)).toBe(true);
  });

  it('for what the pools share', async () => {
    const config = { log: 'off', health: 8080, readyFile: 'a.json', embedded: true, pools: { a: orders } } as const;
    const { shared } = await requested(config, ['--health', '9090', '--ready-file', 'b.json']);
    expect(shared.flags).toEqual({
      log: 'off',
      health: '9090',
      readyFile: 'b.json',
      embedded: true,
      noEmbedded: false,
    });
    expect((await requested(config, ['--no-embedded'])).shared.flags).toMatchObject({
      embedded: false,
      noEmbedded: true,
    });
    expect((await requested(config, [], { NATSCTL_EMBEDDED: '0' })).shared.flags).toMatchObject({ embedded: false });
  });
});

describe('where to connect', () => {
  const config: Config = {
    server: ['nats://a', 'nats://b'],
    creds: 'me.creds',
    tlsca: 'tls/ca.pem',
    timeout: '1s',
    pools: { a: orders },
  };
  const place = async (...args: [argv?: readonly string[], env?: Readonly<Record<string, string>>]) => {
    const { global } = (await requested(config, ...args)).shared;
    const { server, context, creds, tlsca, timeout } = global;
    return { server, context, creds, tlsca, timeout };
  };
  const own = {
    server: 'nats://a,nats://b',
    context: undefined,
    creds: join(folder, 'me.creds'),
    tlsca: join(folder, 'tls/ca.pem'),
    timeout: '1s',
  };
  const none = { server: undefined, context: undefined, creds: undefined, tlsca: undefined, timeout: '1s' };

  it.each<[string, object, string[]?, Record<string, string>?]>([
    ['is what the file says, its paths from its folder', own],
    [
      'is elsewhere where a flag names a server: no login of the file goes there',
      { ...none, server: 'nats://c' },
      ['-s', 'nats://c'],
    ],
    ['is elsewhere where a variable does', none, [], { NATS_URL: 'nats://c' }],
    ['is elsewhere where a context is named', { ...none, context: 'prod' }, ['--context', 'prod']],
    ['is elsewhere where a variable names one', none, [], { NATS_CONTEXT: 'prod' }],
    ['keeps the server where another login is given', { ...own, creds: undefined }, [], { NATS_TOKEN: 'x' }],
    ['leaves the time to a variable', { ...own, timeout: undefined }, [], { NATS_TIMEOUT: '9s' }],
  ])('%s', async (_, expected, argv, env) => {
    expect(await place(argv, env)).toEqual(expected);
  });

  it('knows all flags that say so', () => {
    // One that is added has to be put somewhere in serve-config.ts.
    const connection = Object.entries(globalFlags).filter(([, { group }]) => group === 'Connection:');
    expect(connection).toHaveLength(18);
  });
});

describe('an error names file and field', () => {
  const pool = (fields: object) => ({ pools: { orders: { ...orders, ...fields } } });
  it.each<[config: object, message: string, hint?: string]>([
    [pool({ workers: 0 }), 'pools.orders.workers: "0" is not a whole number from 1 to 256'],
    [pool({ queue: 'a b' }), 'pools.orders.queue: invalid queue group "a b"'],
    [pool({ handlerTimeout: '30' }), 'pools.orders.handlerTimeout: "30" is not a duration', '250ms'],
    [pool({ maxRequests: 1.5 }), 'pools.orders.maxRequests: "1.5" is not a whole number'],
    [pool({ memoryLimit: '1MB' }), 'pools.orders.memoryLimit: 1MB is too little'],
    [pool({ overload: 'queue' }), 'pools.orders.overload says nothing without maxQueued', 'add maxQueued'],
    [pool({ registerTtl: '5s' }), 'pools.orders.registerTtl says nothing without register'],
    [pool({ service: 'echo', watch: true }), 'pools.orders.watch: there is no module to watch'],
    [pool({ service: './nothing.ts' }), 'pools.orders.service: there is no file ./nothing.ts'],
    [pool({ service: 'greter' }), 'pools.orders.service: there is no service "greter"', 'greeter'],
    [pool({ subject: 'a' }), 'pools.orders.subject goes with exec or stdio'],
    [pool({ exec: true, subject: 'a', command: ['tr'] }), 'pools.orders.exec serves a program, and no service'],
    [{ pools: { up: { exec: true, command: ['tr'] } } }, 'pools.up.exec: subject is missing'],
    [{ pools: { up: { exec: true, subject: 'a' } } }, 'pools.up.exec: the program is missing'],
    [{ pools: { up: { exec: true, subject: 'a', command: ['no-such'] } } }, 'pools.up.command: no-such: not found'],
    [{ ...pool({}), log: 'loud' }, 'log: "loud" is none of text, json, off'],
    [{ ...pool({}), health: 'x' }, 'health: "x" is not a whole number'],
    [{ ...pool({}), timeout: '5' }, 'timeout: "5" is not a duration'],
    [{ ...pool({}), context: 'prod' }, 'context: there is no context "prod"'],
    [{ ...pool({}), server: 'nats://a', embedded: true }, 'embedded: a server is named already, by server'],
  ])('%j', async (config, message, hint = '') => {
    const file = fileOf(config);
    const { error } = await runCommand(['serve', '--config', file]);
    expect(error).toMatchObject({ kind: 'usage', message: expect.stringContaining(`${file}: ${message}`) });
    const { hint: told = '', message: whole } = error as { hint?: string; message: string };
    expect(told).toContain(hint);
    expect(`${whole}${told}`).not.toMatch(/--[a-z]/);
  });

  it.each([
    ['--grace', '10', '--grace: "10" is not a duration'],
    ['--workers', '0', '--workers: "0" is not a whole number from 1 to 256'],
    ['--log', 'loud', '--log: "loud" is none of text, json, off'],
    ['--timeout', '9', '--timeout: "9" is not a duration'],
  ])('and the flag where that is wrong: %s %s', async (flag, value, message) => {
    const config = { ...pool({ workers: 3 }), log: 'off', timeout: '1s' };
    const { error } = await runCommand(['serve', '--config', fileOf(config), flag, value]);
    expect(error).toMatchObject({ message: expect.stringMatching(new RegExp(`^${message}`)) });
  });

  it('and the variable', async () => {
    const env = { HOME: folder, NATS_TIMEOUT: '5' };
    const { shared } = await requested({ context: 'prod', timeout: '1s', pools: { a: orders } }, ['--no-context'], env);
    const reading = () => shared.read(() => planFromFlags(shared.global, env, 'a name'));
    expect(reading).toThrow(expect.objectContaining({ message: expect.stringMatching(/^NATS_TIMEOUT: "5" is not/) }));
  });

  it('refuses a service beside a file', async () => {
    for (const argv of [['greeter'], ['--exec', '--subject', 'a', '--', 'tr']]) {
      const { error } = await runCommand(['serve', '--config', fileOf(pool({})), ...argv]);
      expect(error).toMatchObject({ kind: 'usage', message: expect.stringContaining('--config: the file says what') });
    }
  });
});
