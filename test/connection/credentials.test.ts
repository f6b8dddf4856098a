import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Authenticator } from 'nats';
import { describe, expect, it } from 'vitest';
import type { Auth } from '../../src/connection/auth.js';
import { loadAuthenticator } from '../../src/connection/credentials.js';
import type { SecretSource } from '../../src/connection/secret.js';
import { createNkeyUser, createOperator } from '../support/credentials.js';
import { createTempDir } from '../support/guardian.js';
import { everythingIn, failureOf } from './planning.js';

const { seed, publicKey } = createNkeyUser();
const user = await (await createOperator()).createUser();
const creds = readFileSync(user.credsFile, 'utf8');
const directory = createTempDir('credentials');
let files = 0;

const text = (value: string): SecretSource => ({ kind: 'text', text: value, label: '' });

function file(content: string): SecretSource {
  const path = join(directory, `file-${files++}`);
  writeFileSync(path, content);
  return { kind: 'file', path, label: '~/file' };
}

const withCreds = (content: string): Auth => ({ method: 'creds', creds: file(content), from: '--creds' });
const withNkey = (content: string): Auth => ({ method: 'nkey', seed: file(content), from: '--nkey' });
const withJwt = (jwt: SecretSource, itsSeed?: SecretSource): Auth => ({
  method: 'jwt',
  jwt,
  seed: itsSeed,
  from: '--jwt',
});

/** What a server is answered whose greeting has this nonce. */
async function answer(auth: Auth): Promise<ReturnType<Authenticator>> {
  return (await loadAuthenticator(auth))('nonce');
}

describe('the login', () => {
  it('says nothing without credentials', async () => {
    expect(await answer({ method: 'none' })).toBeUndefined();
  });

  it('has the user and the password, a file’s final newline left out', async () => {
    const auth = (password: SecretSource): Auth => ({ method: 'user', user: 'me', password, from: '--user' });
    expect(await answer(auth(text(' p w ')))).toEqual({ user: 'me', pass: ' p w ' });
    expect(await answer(auth(file('pw\r\n')))).toEqual({ user: 'me', pass: 'pw' });
  });

  it('has the token', async () => {
    const auth = (token: SecretSource): Auth => ({ method: 'token', token, from: '--token' });
    expect(await answer(auth(text('t')))).toEqual({ auth_token: 't' });
    expect(await answer(auth(file('t\n')))).toEqual({ auth_token: 't' });
  });

  it.each([
    ['alone', seed],
    ['with blanks and line ends', `\n  ${seed}\r\n\r\n`],
    ['under a comment', `# my key\n${seed}\n`],
    ['decorated', `-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`],
    ['decorated by nsc', `-----BEGIN NATS USER NKEY SEED-----\r\n${seed}\r\n------END NATS USER NKEY SEED------\r\n`],
  ])('signs with the seed of an nkey file: %s', async (_, content) => {
    expect(await answer(withNkey(content))).toEqual({ nkey: publicKey, sig: expect.stringMatching(/^[\w-]{86}$/) });
  });

  it.each([
    ['as nsc writes it', creds],
    ['with CRLF', creds.replaceAll('\n', '\r\n')],
    ['without the word NATS', creds.replaceAll('NATS ', '')],
    ['with text around', `Dear friend,\n${creds}\nyours`],
    ['with other dashes', creds.replaceAll('-----', '---')],
  ])('has the JWT of a creds file and is signed with its seed: %s', async (_, content) => {
    expect(await answer(withCreds(content))).toMatchObject({ jwt: user.jwt, nkey: user.publicKey });
  });

  it.each<[string, SecretSource, SecretSource]>([
    ['themselves', text(user.jwt), text(user.seed)],
    ['of a creds file both', text(creds), text(creds)],
  ])('has JWT and seed: %s', async (_, jwt, itsSeed) => {
    expect(await answer(withJwt(jwt, itsSeed))).toMatchObject({ jwt: user.jwt, nkey: user.publicKey });
  });

  it('is not signed where a JWT has no seed', async () => {
    expect(await answer(withJwt(text(`${user.jwt}\n`)))).toEqual({ jwt: user.jwt, nkey: '', sig: '' });
  });
});

// Not the last letter: some of its bits mean nothing.
const brokenSeed = `${seed.slice(0, 20)}${seed[20] === 'A' ? 'B' : 'A'}${seed.slice(21)}`;

describe('a file that is not of its form is a usage error, its content not shown', () => {
  it.each<[string, Auth, string]>([
    ['no creds at all', withCreds('hunter2'), '~/file is not a creds file (--creds)'],
    ['creds without a seed', withCreds(creds.slice(0, creds.indexOf('BEGIN USER'))), '~/file is not a creds file'],
    ['creds without a JWT', withCreds(creds.slice(creds.indexOf('-----BEGIN USER'))), '~/file is not a creds file'],
    ['creds with a broken JWT', withCreds(creds.replace('eyJ', '!!!')), '~/file is not a creds file'],
    ['creds with a broken seed', withCreds(creds.replace(user.seed, brokenSeed)), 'creds ~/file does not hold a valid'],
    ['an empty nkey file', withNkey(''), 'nkey ~/file does not hold a valid nkey seed'],
    ['a public key', withNkey(publicKey), 'nkey ~/file does not hold a valid nkey seed'],
    ['a seed with a wrong letter', withNkey(brokenSeed), 'nkey ~/file does not hold a valid nkey seed'],
    ['a JWT that is none', withJwt(text('eyJhunter2')), 'jwt is not of that form (--jwt)'],
    ['a JWT file that is none', withJwt(file('hunter2')), 'jwt ~/file is not of that form (--jwt)'],
    ['a JWT’s seed that is none', withJwt(text(user.jwt), text(brokenSeed)), 'seed does not hold a valid nkey seed'],
  ])('%s', async (_, auth, message) => {
    const failure = await failureOf(() => loadAuthenticator(auth));
    expect(failure.kind).toBe('usage');
    expect(failure.message).toContain(message);
    const shown = everythingIn(failure);
    for (const secret of ['hunter2', user.seed, seed, brokenSeed, user.jwt]) expect(shown).not.toContain(secret);
  });
});
