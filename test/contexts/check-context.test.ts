import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkContext } from '../../src/contexts/check-context.js';
import { startServer } from '../../src/testing/index.js';
import { createTempDir } from '../support/guardian.js';

const HOME = createTempDir('home');
const bad = join(HOME, 'bad.creds');
writeFileSync(bad, 'nothing');

const check = (fields: object, env: Record<string, string> = {}) =>
  checkContext('c', JSON.stringify({ url: 'nats://x', ...fields }), { env, home: HOME });

describe('a context that is checked', () => {
  it.each<[string, object, Record<string, string>]>([
    ['plain', { password: 'p', user: 'u', description: 'd' }, {}],
    ['a variable that is set', { token: 'env://T' }, { T: 'x' }],
    // A variable of natsctl's says nothing about the context, and still may be referred to.
    ['whatever variables say', { user: 'u', password: 'env://NATS_PASSWORD' }, { NATS_PASSWORD: 'x', NATS_URL: '?' }],
  ])('is of use: %s', async (_, fields, env) => {
    expect(await check(fields, env)).toEqual([]);
  });

  it.each<[string, object, readonly string[]]>([
    ['an address', { url: 'x://' }, ['invalid server address "x://" (context c)']],
    ['two kinds', { token: 't', creds: 'c' }, ['"creds" and "token" exclude each other (context c)']],
    ['a proxy', { socks_proxy: 'x' }, ['natsctl does not support "socks_proxy"']],
    ['nsc', { creds: 'nsc://a/b/c' }, ['natsctl does not support nsc:// references']],
    ['a variable that is not set', { token: 'env://NONE' }, ['the environment variable NONE is not set']],
    ['a file that is missing', { creds: '~/none' }, ['cannot read the creds file ~/none: no such file']],
    ['a file of another form', { creds: bad }, [`${bad} is not a creds file`]],
    ['each file', { creds: '/none', ca: '/none.pem' }, ['the creds file /none', 'the CA file /none.pem']],
    ['half a pair', { cert: 'c' }, ['the TLS key is missing']],
  ])('is of no use for %s', async (_, fields, messages) => {
    const problems = await check(fields);
    expect(problems.map(({ kind }) => kind)).toEqual(messages.map(() => 'usage'));
    for (const [index, message] of messages.entries()) expect(problems[index]?.message).toContain(message);
  });

  it('is of no use where it is no JSON', async () => {
    expect(await checkContext('c', '{', { env: {}, home: HOME })).toMatchObject([{ kind: 'usage' }]);
  });

  it('is connected with where that is asked for', async () => {
    await using server = await startServer({ token: 't' });
    const url = `nats://127.0.0.1:${server.port}`;
    const connect = (token: string) =>
      checkContext('c', JSON.stringify({ url, token }), { env: {}, home: HOME, connectWith: { timeout: '5s' } });
    expect(await connect('t')).toEqual([]);
    expect(await connect('wrong')).toMatchObject([{ kind: 'authorization' }]);
    await server.stop();
    expect(await connect('t')).toMatchObject([{ kind: 'connection' }]);
  });
});
