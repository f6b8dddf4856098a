import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadService, startService } from '../../src/services/index.js';
import { planFor } from '../connection/planning.js';
import { connected, describeOnEachServer, info, startOwnServer, unusedPort } from '../connection/serving.js';
import { createNkeyUser, createOperator, nkeyConfig } from '../support/credentials.js';
import { createTempDir } from '../support/guardian.js';
import { startNatsServer } from '../support/nats-server.js';
import { createCertificates, tlsConfig } from '../support/tls.js';
import { diagnosisOf } from './diagnosing.js';

const certificates = await createCertificates();
const { ca, client, stranger } = certificates;

const WELL = { context: 'ok', credentials: 'ok', certificates: 'ok', tcp: 'ok', greeting: 'ok', login: 'ok' };

describeOnEachServer('doctor finds all well', ({ binary, doesTlsFirst }) => {
  const reports = doesTlsFirst;

  it('with user and password', async () => {
    await using server = await startNatsServer({ binary, config: 'authorization { user: anna, password: hunter2 }' });
    const found = await diagnosisOf({ server: server.url, user: 'anna', password: 'hunter2' });
    expect(found.error).toBeUndefined();
    expect(found.statuses).toMatchObject({ ...WELL, round_trip: 'ok', permissions: reports ? 'ok' : 'unknown' });
    expect(found.of('login')[0]?.message).toContain('let in: user "anna", from --user');
    if (reports) expect(found.of('permissions')[0]?.facts).toMatchObject({ user: 'anna', account: '$G' });
    expect(JSON.stringify(found.findings)).not.toContain('hunter2');
  });

  it('with a token, an nkey, creds, and nothing', async () => {
    const nkey = createNkeyUser();
    const operator = await createOperator();
    const user = await operator.createUser();
    for (const [config, flags] of [
      ['authorization { token: hunter2 }', { token: 'hunter2' }],
      [nkeyConfig(nkey), { nkey: nkey.seedFile }],
      [operator.config, { creds: user.credsFile }],
      ['', {}],
    ] as const) {
      await using server = await startNatsServer({ binary, config });
      const found = await diagnosisOf({ server: server.url, ...flags });
      expect(found.error, config).toBeUndefined();
      expect(found.statuses).toMatchObject({ ...WELL, round_trip: 'ok' });
      for (const secret of ['hunter2', nkey.seed, user.seed, user.jwt]) {
        expect(JSON.stringify([found.findings, found.settings])).not.toContain(secret);
      }
    }
  });

  it('with TLS, and a client certificate', async () => {
    await using server = await startNatsServer({ binary, config: tlsConfig(certificates, { verify: true }) });
    const flags = { server: server.url.replace('nats:', 'tls:'), tlsca: ca, tlscert: client.cert, tlskey: client.key };
    const found = await diagnosisOf(flags);
    expect(found.error).toBeUndefined();
    // The certificates of the tests are good for a day.
    expect(found.statuses).toMatchObject({ ...WELL, certificates: 'warning', tls: 'warning' });
    expect(found.of('tls')[0]?.message).toMatch(
      /^TLSv1\.3, TLS_\w+; certificate for 127\.0\.0\.1, localhost, issued by/,
    );
    expect(found.of('certificates').map(({ message }) => message)).toEqual([
      expect.stringContaining(`authority ${ca}: CN=natsctl test, until`),
      expect.stringContaining(`client certificate ${client.cert}: CN=client, issued by CN=natsctl test, until`),
    ]);
  });

  it.skipIf(!doesTlsFirst)('with TLS first', async () => {
    await using server = await startNatsServer({ binary, config: tlsConfig(certificates, { handshakeFirst: true }) });
    const found = await diagnosisOf({ server: server.url, tlsca: ca, tlsfirst: true });
    expect(found.error).toBeUndefined();
    const order = found.findings.filter(({ where }) => where !== undefined).map(({ check }) => check);
    expect(order.slice(0, 4)).toEqual(['tcp', 'tls', 'greeting', 'login']);
  });

  it('and shows what the user may do', async () => {
    const permissions = '{ publish: { allow: ["a.>", "$SYS.REQ.USER.INFO"], deny: "a.b" }, subscribe: "_INBOX.>" }';
    const config = `authorization { users: [{ user: anna, password: hunter2, permissions: ${permissions} }] }`;
    await using server = await startNatsServer({ binary, config });
    const found = await diagnosisOf({ server: server.url, user: 'anna', password: 'hunter2' });
    const [finding] = found.of('permissions');
    if (reports) {
      expect(finding?.message).toContain('publish $SYS.REQ.USER.INFO, a.> but a.b; subscribe _INBOX.>');
      expect(finding?.facts).toMatchObject({ publish_deny: ['a.b'], subscribe_allow: ['_INBOX.>'] });
    } else expect(finding?.status).toBe('unknown');
  });

  it('and names the services that are there', async () => {
    await using server = await startNatsServer({ binary });
    expect((await diagnosisOf({ server: server.url })).of('services')[0]?.facts).toEqual({ services: {} });
    await using connection = await connected(planFor(server.url));
    const service = await loadService({ kind: 'built_in', name: 'greeter' });
    await startService(connection, service);
    expect((await diagnosisOf({ server: server.url })).of('services')[0]?.facts).toEqual({ services: { greeter: 1 } });
  });

  it('and warns where replies cannot come back', async () => {
    const config = 'authorization { users: [{ user: a, password: hunter2, permissions: { subscribe: "a.>" } }] }';
    await using server = await startNatsServer({ binary, config });
    const found = await diagnosisOf({ server: server.url, user: 'a', password: 'hunter2' });
    expect(found.error).toBeUndefined();
    expect(found.of('services')[0]).toMatchObject({ status: 'unknown' });
    expect(found.of('permissions')[0]).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('requests will fail: the server denies subscribing to _INBOX.'),
      hint: expect.stringContaining('--inbox-prefix'),
    });
  });
});

describeOnEachServer('doctor names the cause and the mend', ({ binary, doesTlsFirst }) => {
  it('of a wrong password, and of none', async () => {
    await using server = await startNatsServer({ binary, config: 'authorization { user: anna, password: right }' });
    const wrong = await diagnosisOf({ server: server.url, user: 'anna', password: 'hunter2' });
    expect(wrong.error).toMatchObject({
      kind: 'authorization',
      hint: expect.stringContaining('are user and password'),
    });
    expect(wrong.statuses).toMatchObject({ tcp: 'ok', greeting: 'ok', login: 'failure' });
    const none = await diagnosisOf({ server: server.url });
    expect(none.error).toMatchObject({ kind: 'authorization', hint: expect.stringContaining('give --creds') });
    expect(JSON.stringify(wrong.findings)).not.toContain('hunter2');
  });

  it('of expired creds, twice: what the file says, and what the server says', async () => {
    const operator = await createOperator();
    const user = await operator.createUser({ expiresAt: new Date(Date.now() - 86_400_000) });
    await using server = await startNatsServer({ binary, config: operator.config });
    const found = await diagnosisOf({ server: server.url, creds: user.credsFile });
    expect(found.error).toMatchObject({
      kind: 'authorization',
      message: expect.stringContaining('the JWT expired on'),
    });
    expect(found.of('credentials').at(-1)).toMatchObject({
      status: 'failure',
      hint: expect.stringContaining('new ones'),
    });
    expect(found.statuses).toMatchObject({ login: 'failure' });
  });

  it('of creds of another operator', async () => {
    const [operator, other] = await Promise.all([createOperator(), createOperator()]);
    const user = await other.createUser();
    await using server = await startNatsServer({ binary, config: operator.config });
    const found = await diagnosisOf({ server: server.url, creds: user.credsFile });
    expect(found.error).toMatchObject({
      kind: 'authorization',
      hint: expect.stringMatching(/does the server know account A/),
    });
  });

  it('of an nkey that the server does not know', async () => {
    const nkey = createNkeyUser();
    await using server = await startNatsServer({ binary, config: nkeyConfig(createNkeyUser()) });
    const found = await diagnosisOf({ server: server.url, nkey: nkey.seedFile });
    expect(found.error?.hint).toContain(`is ${nkey.publicKey} among the nkeys`);
  });

  it('of an unknown authority, and looks at the certificate', async () => {
    await using server = await startNatsServer({ binary, config: tlsConfig(certificates) });
    for (const flags of [{}, { tlsca: stranger.ca }]) {
      const found = await diagnosisOf({ server: server.url, ...flags });
      expect(found.error).toMatchObject({ kind: 'connection', message: expect.stringContaining('is not trusted') });
      expect(found.of('tls')[0]).toMatchObject({
        status: 'failure',
        hint: "it is issued by CN=natsctl test: name this authority's certificate with --tlsca FILE",
        facts: { names: ['127.0.0.1', 'localhost'] },
      });
    }
  });

  it.skipIf(!doesTlsFirst)('of an unknown authority with TLS first', async () => {
    await using server = await startNatsServer({ binary, config: tlsConfig(certificates, { handshakeFirst: true }) });
    const found = await diagnosisOf({ server: server.url, tlsfirst: true });
    expect(found.of('tls')[0]?.hint).toContain('it is issued by CN=natsctl test');
    const silent = await diagnosisOf({ server: server.url, timeout: '200ms' });
    expect(silent.of('greeting')[0]?.hint).toContain('one that does TLS first needs --tlsfirst');
  });

  it('of a client certificate that is missing, or of a stranger', async () => {
    await using server = await startNatsServer({ binary, config: tlsConfig(certificates, { verify: true }) });
    const missing = await diagnosisOf({ server: server.url, tlsca: ca });
    expect(missing.error).toMatchObject({ kind: 'authorization', hint: 'give --tlscert and --tlskey' });
    const flags = { tlsca: ca, tlscert: stranger.client.cert, tlskey: stranger.client.key };
    const refused = await diagnosisOf({ server: server.url, ...flags });
    expect(refused.error).toMatchObject({
      kind: 'authorization',
      hint: expect.stringContaining('of an authority that the server trusts'),
    });
  });

  it('of a server without TLS, where TLS is asked for', async () => {
    await using server = await startNatsServer({ binary });
    const found = await diagnosisOf({ server: server.url.replace('nats:', 'tls:') });
    expect(found.error).toMatchObject({ kind: 'connection', message: expect.stringContaining('does not offer TLS') });
    expect(found.error?.hint).toContain('write nats://');
  });

  it('of files that cannot be read, and goes on to the greeting all the same', async () => {
    await using server = await startNatsServer({ binary, config: 'authorization { token: right }' });
    const found = await diagnosisOf({ server: server.url, creds: '/there/is/none', tlsca: '/neither' });
    expect(found.error).toMatchObject({ kind: 'usage', message: expect.stringContaining('2 failures') });
    expect(found.statuses).toMatchObject({
      credentials: 'failure',
      certificates: 'failure',
      greeting: 'ok',
      login: 'skipped',
    });
    // It was left before anything was said to it.
    expect(server.log()).not.toContain('authentication error');
  });

  it('of settings that contradict each other, and goes on to the greeting all the same', async () => {
    await using server = await startNatsServer({ binary });
    const found = await diagnosisOf({ server: server.url, creds: 'a', nkey: 'b' });
    expect(found.error).toMatchObject({ kind: 'usage', message: '--creds and --nkey exclude each other' });
    expect(found.statuses).toMatchObject({ settings: 'failure', greeting: 'ok', login: 'skipped' });
  });
});

describe('doctor names the cause and the mend', () => {
  it('of a closed port', async () => {
    const port = await unusedPort();
    const found = await diagnosisOf({ server: `127.0.0.1:${port}` });
    expect(found.error).toMatchObject({ kind: 'connection', hint: expect.stringContaining('nothing listens there') });
    expect(found.statuses['tcp']).toBe('failure');
  });

  it('of a host that does not resolve', async () => {
    const found = await diagnosisOf({ server: 'no..host' });
    expect(found.error).toMatchObject({ kind: 'connection', message: expect.stringContaining('unknown host') });
    expect(found.statuses['dns']).toBe('failure');
  });

  it('of an HTTP server', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const { port } = server.address() as { port: number };
      const found = await diagnosisOf({ server: `127.0.0.1:${port}`, timeout: '200ms' });
      expect(found.statuses).toMatchObject({ tcp: 'ok', greeting: 'failure' });
      expect(found.error?.hint).toMatch(/is it a NATS server\?.*8222 is for monitoring/);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it.each<[string, string, RegExp]>([
    ['accepts and never greets', '', /no greeting within 1 s/],
    ['says something else', 'SSH-2.0\r\n', /this is not a NATS server/],
    ['is full', `${info()}-ERR 'maximum connections exceeded'\r\n`, /it said "maximum connections exceeded"/],
    ['greets and says no more', info(), /no answer to the login within 1 s/],
  ])('of a server that %s', async (_, greeting, message) => {
    await using server = await startOwnServer((socket) => socket.write(greeting));
    const found = await diagnosisOf({ server: server.url, timeout: '1s' });
    expect(found.error).toMatchObject({ kind: 'connection', message: expect.stringMatching(message) });
    if (greeting.startsWith('SSH')) expect(found.error?.hint).toContain('it said "SSH-2.0"');
    expect(found.statuses['tcp']).toBe('ok');
  });

  it('of a server that falls silent behind the login', async () => {
    await using server = await startOwnServer((socket) => {
      let pings = 0;
      socket.on('data', (chunk) => {
        pings += chunk.toString('latin1').split('PING').length - 1;
        if (pings === 1) socket.write('PONG\r\n');
      });
      socket.write(info());
    });
    const found = await diagnosisOf({ server: server.url, timeout: '1s' });
    expect(found.error).toMatchObject({ kind: 'timeout', message: expect.stringContaining('no answer to a PING') });
  });

  it('of an address that is none', async () => {
    const found = await diagnosisOf({ server: 'http://anna:hunter2@host' });
    expect(found.error).toMatchObject({ kind: 'usage', message: expect.stringContaining('invalid server address') });
    expect(JSON.stringify([found.settings, found.findings])).not.toContain('hunter2');
  });

  it('of a context that is not there, and looks at the files all the same', async () => {
    const found = await diagnosisOf({ context: 'nope', tlsca: '/neither' });
    expect(found.error).toMatchObject({ kind: 'usage', message: expect.stringContaining('no context "nope"') });
    expect(found.of('settings')[0]).toMatchObject({ status: 'failure', hint: 'no contexts are saved on this machine' });
    expect(found.statuses['certificates']).toBe('failure');
    expect(found.statuses['tcp']).toBeUndefined();
  });

  it('of several servers: each of them', async () => {
    const ports = [await unusedPort(), await unusedPort()];
    const found = await diagnosisOf({ server: ports.map((port) => `127.0.0.1:${port}`).join(',') });
    expect(found.of('tcp').map(({ status }) => status)).toEqual(['failure', 'failure']);
    expect(found.error?.message).toContain('2 failures; the gravest: no connection to');
  });
});

describe('doctor tells of the context', () => {
  function homeWithContext(fields: object): string {
    const home = createTempDir('home');
    mkdirSync(join(home, '.config/nats/context'), { recursive: true });
    writeFileSync(join(home, '.config/nats/context.txt'), 'prod');
    writeFileSync(join(home, '.config/nats/context/prod.json'), JSON.stringify(fields));
    return home;
  }

  it('that is in use', async () => {
    const port = await unusedPort();
    const home = homeWithContext({ url: `nats://127.0.0.1:${port}`, user: 'anna', password: 'hunter2' });
    const found = await diagnosisOf({}, { HOME: home });
    expect(found.of('context')[0]).toMatchObject({ status: 'ok', message: 'prod, the selected one' });
    expect(found.settings).toContainEqual({
      name: 'password',
      value: '[masked]',
      from: 'context prod',
      unused: undefined,
    });
    expect(JSON.stringify([found.settings, found.findings])).not.toContain('hunter2');
  });

  it('that is left out since a server is named', async () => {
    const port = await unusedPort();
    const found = await diagnosisOf({}, { HOME: homeWithContext({ token: 'x' }), NATS_URL: `127.0.0.1:${port}` });
    expect(found.of('context')[0]).toMatchObject({
      message: 'none in use: the selected one, prod, is left out, since a server is named',
      hint: expect.stringContaining('--context prod'),
    });
  });
});
