import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connect } from '../../src/connection/index.js';
import { createNkeyUser, createOperator, nkeyConfig } from '../support/credentials.js';
import { createTempDir } from '../support/guardian.js';
import { startNatsServer } from '../support/nats-server.js';
import { everythingIn, failureOf, type Given, contextOf as inContext, plan } from './planning.js';
import { describeOnEachServer, roundTrip } from './serving.js';

const directory = createTempDir('login');
function fileWith(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

const base64 = (text: string): string => `data:;base64,${Buffer.from(text).toString('base64')}`;
const passwordFile = fileWith('password', 'right-secret\n');

const key = createNkeyUser();
const otherKey = createNkeyUser();
const operator = await createOperator();
const [user, otherUser, expired, stranger] = await Promise.all([
  operator.createUser(),
  operator.createUser(),
  operator.createUser({ expiresAt: new Date(Date.now() - 60_000) }),
  (await createOperator()).createUser(),
]);

/** What the server is set up for; who gets in; who does not, and what is said of them. */
interface Setup {
  readonly config: string;
  readonly right: readonly (Given & { readonly url?: string })[];
  readonly wrong: readonly (Given & { readonly url?: string; readonly told: string })[];
}

const SETUPS: Readonly<Record<string, Setup>> = {
  'user and password': {
    config: 'authorization { user: me, password: right-secret }',
    right: [
      { flags: { user: 'me', password: 'right-secret' } },
      { env: { NATS_USER: 'me', NATS_PASSWORD: 'right-secret' } },
      { context: inContext({ user: 'me', password: 'right-secret' }) },
      { context: inContext({ user: 'me', password: 'env://PW' }), env: { PW: 'right-secret' } },
      { context: inContext({ user: 'me', password: base64('right-secret') }) },
      { flags: { user: 'me', password: `file://${passwordFile}` } },
      { url: 'me:right-secret@' },
    ],
    wrong: [
      { told: 'no credentials were given' },
      { flags: { user: 'me', password: 'wrong-secret' }, told: 'user "me", from --user' },
      { env: { NATS_USER: 'you', NATS_PASSWORD: 'right-secret' }, told: 'user "you", from NATS_USER' },
      { context: inContext({ user: 'me', password: 'wrong-secret' }), told: 'user "me", from context prod' },
      { flags: { user: 'wrong-secret' }, told: 'token, from --user' },
      { flags: { token: 'right-secret' }, told: 'token, from --token' },
      { url: 'me:wrong-secret@', told: 'user "me", from the URL of --server' },
      { flags: { creds: user.credsFile }, told: `creds ${user.credsFile}, from --creds` },
    ],
  },
  'a token': {
    config: 'authorization { token: right-secret }',
    right: [
      { flags: { token: 'right-secret' } },
      { env: { NATS_TOKEN: 'right-secret' } },
      { flags: { user: 'right-secret' } },
      { context: inContext({ token: 'right-secret' }) },
      { url: 'right-secret@' },
    ],
    wrong: [
      { told: 'no credentials were given' },
      { flags: { token: 'wrong-secret' }, told: 'token, from --token' },
      { env: { NATS_TOKEN: 'wrong-secret' }, told: 'token, from NATS_TOKEN' },
      { flags: { user: 'me', password: 'right-secret' }, told: 'user "me", from --user' },
      { url: 'wrong-secret@', told: 'token, from the URL of --server' },
    ],
  },
  'an nkey': {
    config: nkeyConfig(key),
    right: [
      { flags: { nkey: key.seedFile } },
      { env: { NATS_NKEY: key.seedFile } },
      { context: inContext({ nkey: base64(key.seed) }) },
    ],
    wrong: [
      { told: 'no credentials were given' },
      { flags: { nkey: otherKey.seedFile }, told: `nkey ${otherKey.seedFile}, from --nkey` },
      { context: inContext({ nkey: base64(otherKey.seed) }), told: 'nkey data:, from context prod' },
    ],
  },
  'a JWT': {
    config: operator.config,
    right: [
      { flags: { creds: user.credsFile } },
      { env: { NATS_CREDS: user.credsFile } },
      { context: inContext({ creds: user.credsFile }) },
      { flags: { jwt: user.jwt, seed: user.seed } },
      { env: { NATS_JWT: user.jwtFile, NATS_SEED: user.seedFile } },
      { context: inContext({ user_jwt: user.jwt, user_seed: user.seed }) },
    ],
    wrong: [
      { told: 'no credentials were given' },
      { flags: { creds: stranger.credsFile }, told: `creds ${stranger.credsFile}, from --creds` },
      { env: { NATS_CREDS: expired.credsFile }, told: `creds ${expired.credsFile}, from NATS_CREDS` },
      { flags: { jwt: user.jwt, seed: otherUser.seed }, told: 'jwt, from --jwt' },
      { flags: { jwt: user.jwtFile, seed: otherUser.seedFile }, told: `jwt ${user.jwtFile}, from --jwt` },
      { env: { NATS_JWT: user.jwt }, told: 'jwt, from NATS_JWT' },
      { flags: { nkey: user.seedFile }, told: `nkey ${user.seedFile}, from --nkey` },
    ],
  },
};

const SECRETS = [
  'right-secret',
  'wrong-secret',
  key.seed,
  otherKey.seed,
  user.seed,
  otherUser.seed,
  user.jwt,
  expired.jwt,
];

describeOnEachServer('a login', ({ binary }) => {
  describe.each(Object.entries(SETUPS))('by %s', (_, { config, right, wrong }) => {
    it('succeeds in each form', async () => {
      await using server = await startNatsServer({ binary, config });
      for (const { url = '', flags, ...given } of right) {
        await roundTrip(plan({ ...given, flags: { ...flags, server: `nats://${url}127.0.0.1:${server.port}` } }));
      }
    });

    it('is refused with the method, the user or file, and where it was set', async () => {
      await using server = await startNatsServer({ binary, config });
      for (const { url = '', flags, told, ...given } of wrong) {
        const wrongPlan = plan({ ...given, flags: { ...flags, server: `nats://${url}127.0.0.1:${server.port}` } });
        const failure = await failureOf(() => connect(wrongPlan));
        expect(failure).toMatchObject({
          kind: 'authorization',
          mayPass: false,
          message: `${server.url} refused the credentials (Authorization Violation): ${told}`,
        });
        for (const secret of SECRETS) expect(everythingIn(failure)).not.toContain(secret);
      }
    });
  });

  // The server's word and the end of its connection come within microseconds of each other.
  it.each([
    ['a password', SETUPS['user and password']?.config, { user: 'me', password: 'wrong-secret' }, 50],
    ['an nkey', nkeyConfig(key), { nkey: otherKey.seedFile }, 10],
    ['a JWT', operator.config, { creds: expired.credsFile }, 10],
  ])('is refused for %s as often as one tries', async (_, config = '', flags, rounds) => {
    await using server = await startNatsServer({ binary, config });
    const wrongPlan = plan({ flags: { ...flags, server: server.url } });
    const kinds = new Set<string>();
    for (let round = 0; round < rounds; round++) {
      const failures = await Promise.all(Array.from({ length: 4 }, () => failureOf(() => connect(wrongPlan))));
      for (const { kind } of failures) kinds.add(kind);
    }
    expect([...kinds]).toEqual(['authorization']);
  });

  it('of no use to a server that asks for none does no harm', async () => {
    await using server = await startNatsServer({ binary });
    for (const flags of [{ token: 't' }, { nkey: key.seedFile }, { creds: user.credsFile }]) {
      await roundTrip(plan({ flags: { ...flags, server: server.url } }));
    }
  });

  it('takes each server’s own credentials from its URL, and gives none to another', async () => {
    const config = 'authorization { user: me, password: right-secret }';
    await using closed = await startNatsServer({ binary, config });
    await using open = await startNatsServer({ binary, config: 'authorization { token: other-secret }' });
    const both = `nats://me:right-secret@127.0.0.1:${closed.port},nats://127.0.0.1:${open.port}`;
    await roundTrip(plan({ flags: { server: both } }));
    await open.stop();
    const wrong = `nats://127.0.0.1:${closed.port},nats://me:right-secret@127.0.0.1:${open.port}`;
    expect(await failureOf(() => connect(plan({ flags: { server: wrong } })))).toMatchObject({
      kind: 'authorization',
      message: expect.stringContaining('no credentials were given'),
    });
  });
});
