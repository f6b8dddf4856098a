import { describe, expect, it } from 'vitest';
import { describeAuth } from '../../src/connection/auth.js';
import { everythingIn, failureOf, type Given, contextOf as inContext, plan } from './planning.js';

const text = (value: string) => ({ kind: 'text', text: value, label: '' });
const file = (path: string, label = path) => ({ kind: 'file', path, label });
const SEED = `SUA${'A2'.repeat(27)}B`;
const JWT = 'eyJ0eXAi.eyJzdWIi.c2ln';

describe('the credentials', () => {
  it.each<[string, Given, object]>([
    ['none', {}, { method: 'none' }],
    [
      'user and password',
      { flags: { user: 'me', password: 'pw' } },
      { method: 'user', user: 'me', password: text('pw'), from: '--user' },
    ],
    [
      'user by flag, password by environment',
      { flags: { user: 'me' }, env: { NATS_PASSWORD: 'pw' } },
      { method: 'user', user: 'me', password: text('pw'), from: '--user' },
    ],
    [
      'user by environment, password by flag',
      { flags: { password: 'pw' }, env: { NATS_USER: 'me' } },
      { method: 'user', user: 'me', password: text('pw'), from: 'NATS_USER' },
    ],
    ['--user alone is a token', { flags: { user: 'me' } }, { method: 'token', token: text('me'), from: '--user' }],
    ['NATS_USER alone too', { env: { NATS_USER: 'me' } }, { method: 'token', token: text('me'), from: 'NATS_USER' }],
    [
      'a context’s user alone stays a user',
      { context: inContext({ user: 'me' }) },
      { method: 'user', user: 'me', password: text(''), from: 'context prod' },
    ],
    ['token', { env: { NATS_TOKEN: 't' } }, { method: 'token', token: text('t'), from: 'NATS_TOKEN' }],
    ['creds', { flags: { creds: '~/c' } }, { method: 'creds', creds: file('/home/me/c', '~/c'), from: '--creds' }],
    ['nkey', { env: { NATS_NKEY: '/n' } }, { method: 'nkey', seed: file('/n'), from: 'NATS_NKEY' }],
    [
      'JWT and seed themselves',
      { flags: { jwt: JWT, seed: SEED } },
      { method: 'jwt', jwt: text(JWT), seed: text(SEED), from: '--jwt' },
    ],
    [
      'JWT and seed in files',
      { flags: { jwt: '/j', seed: '/s' } },
      { method: 'jwt', jwt: file('/j'), seed: file('/s'), from: '--jwt' },
    ],
    [
      'a bearer’s JWT',
      { env: { NATS_JWT: JWT } },
      { method: 'jwt', jwt: text(JWT), seed: undefined, from: 'NATS_JWT' },
    ],
    [
      'a context’s JWT and seed',
      { context: inContext({ user_jwt: JWT, user_seed: 'env://S' }), env: { S: 's' } },
      { method: 'jwt', jwt: text(JWT), seed: { kind: 'text', text: 's', label: 'env://S' }, from: 'context prod' },
    ],
  ])('%s', (_, given, expected) => {
    expect(plan(given).auth).toEqual(expected);
    expect(plan(given).servers.map(({ auth }) => auth)).toEqual([expected]);
  });

  it.each<[string, Given, object]>([
    [
      'flag',
      { flags: { token: 'f' }, env: { NATS_CREDS: 'e' }, context: inContext({ nkey: 'c' }) },
      { from: '--token' },
    ],
    ['environment', { env: { NATS_CREDS: 'e' }, context: inContext({ nkey: 'c' }) }, { from: 'NATS_CREDS' }],
    ['context', { context: inContext({ nkey: 'c' }) }, { from: 'context prod' }],
  ])('are those of the nearest level that has any: %s', (_, given, expected) => {
    expect(plan(given).auth).toMatchObject(expected);
  });

  it.each<[Given, string]>([
    [{ flags: { creds: 'c', token: 't' } }, '--creds and --token exclude each other'],
    [{ flags: { user: 'u', token: 't' } }, '--user and --token exclude each other'],
    [{ flags: { nkey: 'n', jwt: 'j', user: 'u' } }, '--nkey and --jwt and --user exclude each other'],
    [{ env: { NATS_CREDS: 'c', NATS_USER: 'u' } }, 'NATS_CREDS and NATS_USER exclude each other'],
    [{ context: inContext({ creds: 'c', user: 'u' }) }, '"creds" and "user" exclude each other (context prod)'],
    [{ flags: { password: 'hunter2' } }, '--password needs --user'],
    [{ flags: { password: 'hunter2' }, env: { NATS_TOKEN: 't' } }, '--password needs --user'],
    [{ flags: { seed: SEED } }, '--seed needs --jwt'],
    [{ flags: { seed: SEED, creds: 'c' } }, '--seed needs --jwt'],
  ])('of two kinds or to no purpose are a usage error: %j', async (given, message) => {
    const failure = await failureOf(() => plan(given));
    expect(failure).toMatchObject({ kind: 'usage', message });
    expect(everythingIn(failure)).not.toMatch(new RegExp(`hunter2|${SEED}`));
  });

  it.each<[string, Given, string]>([
    ['a seed for --nkey', { flags: { nkey: SEED } }, '--nkey: this is the content of a file'],
    ['a seed for NATS_NKEY', { env: { NATS_NKEY: SEED } }, 'NATS_NKEY: this is the content of a file'],
    [
      'creds themselves',
      { env: { NATS_CREDS: `-----BEGIN NATS USER JWT-----\n${JWT}\n-----BEGIN USER NKEY SEED-----\n${SEED}\n` } },
      'NATS_CREDS: this is the content of a file',
    ],
  ])('where a path belongs are refused and not shown: %s', async (_, given, message) => {
    const failure = await failureOf(() => plan(given));
    expect(failure.kind).toBe('usage');
    expect(failure.message).toContain(message);
    expect(everythingIn(failure)).not.toContain(SEED);
  });
});

describe('a secret of a context goes with nothing of another level', () => {
  it('not its password with the user of a flag', () => {
    const given = { flags: { user: 'me' }, context: inContext({ user: 'you', password: 'theirs' }) };
    expect(plan(given).auth).toEqual({ method: 'token', token: text('me'), from: '--user' });
    expect(JSON.stringify(plan(given))).not.toContain('theirs');
  });

  it('not its password with the user of the environment', () => {
    const given = { env: { NATS_USER: 'me' }, context: inContext({ user: 'you', password: 'theirs' }) };
    expect(JSON.stringify(plan(given))).not.toContain('theirs');
  });

  it('not its seed with the JWT of a flag', () => {
    const given = { flags: { jwt: JWT }, context: inContext({ user_jwt: 'eyJ', user_seed: SEED }) };
    expect(plan(given).auth).toMatchObject({ method: 'jwt', seed: undefined });
  });

  it('but a password that is nearer replaces its own', () => {
    const context = inContext({ user: 'you', password: 'theirs' });
    expect(plan({ flags: { password: 'mine' }, context }).auth).toMatchObject({ user: 'you', password: text('mine') });
    expect(plan({ env: { NATS_PASSWORD: 'mine' }, context }).auth).toMatchObject({ password: text('mine') });
  });
});

describe('credentials in an address', () => {
  it('are for that server alone', () => {
    const { servers, auth } = plan({ flags: { server: 'nats://me:pw@a,nats://t@b,nats://c' } });
    expect(servers.map((server) => server.auth)).toEqual([
      { method: 'user', user: 'me', password: text('pw'), from: 'the URL of --server' },
      { method: 'token', token: text('t'), from: 'the URL of --server' },
      { method: 'none' },
    ]);
    expect(auth).toEqual({ method: 'none' });
  });

  it.each<[string, Given, string]>([
    [
      'win over those of the same level',
      { flags: { server: 'nats://me:pw@a', token: 't' } },
      'user "me", from the URL of --server',
    ],
    [
      'win over those of a level farther off',
      { flags: { server: 'nats://me:pw@a' }, env: { NATS_TOKEN: 't' } },
      'user "me", from the URL of --server',
    ],
    [
      'yield to those of a nearer level',
      { flags: { token: 't' }, env: { NATS_URL: 'nats://me:pw@a' } },
      'token, from --token',
    ],
    [
      'yield to the environment where they stand in a context',
      { env: { NATS_TOKEN: 't' }, context: inContext({ url: 'nats://me:pw@a' }) },
      'token, from NATS_TOKEN',
    ],
    [
      'hold in a context without others',
      { context: inContext({ url: 'nats://me:pw@a' }) },
      'user "me", from the URL in context prod',
    ],
  ])('%s', (_, given, described) => {
    expect(plan(given).servers.map(({ auth }) => describeAuth(auth))).toEqual([described]);
  });
});

describe('in words', () => {
  it.each<[Given, string]>([
    [{}, 'no credentials were given'],
    [{ flags: { user: 'm"e', password: 'hunter2' } }, 'user "m\\"e", from --user'],
    [{ flags: { token: 'hunter2' } }, 'token, from --token'],
    [{ flags: { user: 'hunter2' } }, 'token, from --user'],
    [{ context: inContext({ creds: '~/x.creds' }) }, 'creds ~/x.creds, from context prod'],
    [{ env: { NATS_NKEY: '/n' } }, 'nkey /n, from NATS_NKEY'],
    [{ flags: { jwt: JWT, seed: SEED } }, 'jwt, from --jwt'],
    [{ flags: { jwt: 'file:///j', seed: SEED } }, 'jwt /j, from --jwt'],
    [{ context: inContext({ creds: 'data:;base64,aHVudGVyMg==' }) }, 'creds data:, from context prod'],
  ])('%j', (given, described) => {
    expect(describeAuth(plan(given).auth)).toBe(described);
  });
});
