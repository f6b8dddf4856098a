import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { describe, expect, it } from 'vitest';
import { type ConnectionFlags, connect } from '../../src/connection/index.js';
import { createTempDir } from '../support/guardian.js';
import { startNatsServer } from '../support/nats-server.js';
import { type CertificateFiles, createCertificates, tlsConfig } from '../support/tls.js';
import { everythingIn, failureOf, contextOf as inContext, plan, planFor } from './planning.js';
import { describeOnEachServer, info, roundTrip, startOwnServer } from './serving.js';

const certificates = await createCertificates();
const { ca, client, stranger } = certificates;
const withCa: ConnectionFlags = { tlsca: ca };
const withClient: ConnectionFlags = { ...withCa, tlscert: client.cert, tlskey: client.key };
const withStranger: ConnectionFlags = { ...withCa, tlscert: stranger.client.cert, tlskey: stranger.client.key };

/** A certificate that is its own authority. */
async function createSelfSigned(name: string, hoursLeft: number): Promise<CertificateFiles> {
  const hourMs = 3_600_000;
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 2 * hourMs),
    notAfterDate: new Date(Date.now() + hoursLeft * hourMs),
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
  });
  const directory = createTempDir('self-signed');
  const files = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };
  writeFileSync(files.cert, made.cert);
  writeFileSync(files.key, made.private);
  return files;
}

/** What no error may show: the key, and the addresses that OpenSSL puts into its messages. */
function expectTidy(shown: string): void {
  expect(shown).not.toContain('PRIVATE KEY');
  expect(shown).not.toContain(readFileSync(client.key, 'utf8').split('\n')[1]);
}

describeOnEachServer('TLS', ({ binary, doesTlsFirst }) => {
  it('is spoken where the server asks for it and its authority is trusted', async () => {
    await using server = await startNatsServer({ binary, config: tlsConfig(certificates) });
    await roundTrip(planFor(server.url, withCa));
    await roundTrip(planFor(`tls://127.0.0.1:${server.port}`, withCa));
    await roundTrip(planFor(`tls://localhost:${server.port}`, withCa));
    await roundTrip(plan({ env: { NATS_URL: server.url, NATS_CA: ca } }));
    await roundTrip(plan({ context: inContext({ url: server.url, ca }) }));
  });

  it.each<[string, (port: number) => [string, ConnectionFlags]]>([
    ['an authority that nobody named', (port) => [`nats://127.0.0.1:${port}`, {}]],
    ['an authority that nobody named, for tls://', (port) => [`tls://127.0.0.1:${port}`, {}]],
    ['another authority', (port) => [`nats://127.0.0.1:${port}`, { tlsca: stranger.ca }]],
  ])('is not trusted with %s', async (_, address) => {
    await using server = await startNatsServer({ binary, config: tlsConfig(certificates) });
    const [url, flags] = address(server.port);
    const failure = await failureOf(() => connect(planFor(url, flags)));
    expect(failure).toMatchObject({ kind: 'connection', mayPass: false });
    expect(failure.message).toContain(`no connection to ${url}: its TLS certificate is not trusted: `);
    expect(failure.hint).toContain('--tlsca');
  });

  it.each([
    ['has another name', 'elsewhere.example', 1, 'a host name that its certificate holds'],
    ['has expired', 'localhost', -1, 'a new certificate'],
  ])('is not trusted where the certificate %s', async (_, name, hoursLeft, hint) => {
    const own = await createSelfSigned(name, hoursLeft);
    const config = `tls { cert_file: "${own.cert}", key_file: "${own.key}" }`;
    await using server = await startNatsServer({ binary, config });
    const failure = await failureOf(() => connect(planFor(`nats://localhost:${server.port}`, { tlsca: own.cert })));
    expect(failure).toMatchObject({ kind: 'connection', mayPass: false });
    expect(failure.message).toContain('its TLS certificate is not trusted: ');
    expect(failure.hint).toContain(hint);
  });

  it.each(['nats', 'tls'])('shows a client certificate where one is asked for (%s://)', async (scheme) => {
    await using server = await startNatsServer({ binary, config: tlsConfig(certificates, { verify: true }) });
    await roundTrip(planFor(`${scheme}://127.0.0.1:${server.port}`, withClient));
  });

  it('is refused without a client certificate, or with one of a stranger, as often as one tries', async () => {
    await using server = await startNatsServer({ binary, config: tlsConfig(certificates, { verify: true }) });
    for (let round = 0; round < 20; round++) {
      const [missing, untrusted] = await Promise.all([
        failureOf(() => connect(planFor(server.url, withCa))),
        failureOf(() => connect(planFor(server.url, withStranger))),
      ]);
      expect(missing).toMatchObject({
        kind: 'authorization',
        message: expect.stringContaining('(client certificate refused): no client certificate was given'),
        hint: 'give --tlscert and --tlskey',
      });
      expect(untrusted).toMatchObject({
        kind: 'authorization',
        message: expect.stringContaining(`: client certificate ${stranger.client.cert}, from --tlscert`),
      });
      expectTidy(everythingIn(untrusted));
    }
  });

  it('carries a refused password', async () => {
    const config = `${tlsConfig(certificates)} authorization { user: me, password: right-secret }`;
    await using server = await startNatsServer({ binary, config });
    await roundTrip(planFor(server.url, { ...withCa, user: 'me', password: 'right-secret' }));
    for (let round = 0; round < 20; round++) {
      const failure = await failureOf(() =>
        connect(planFor(server.url, { ...withCa, user: 'me', password: 'wrong-secret' })),
      );
      expect(failure).toMatchObject({
        kind: 'authorization',
        message: expect.stringContaining('user "me", from --user'),
      });
    }
  });

  it.each<[string, ConnectionFlags]>([
    ['tls://', {}],
    ['nats://', withCa],
  ])('is not to be had of a server in plain: %s', async (scheme, flags) => {
    await using server = await startNatsServer({ binary });
    const failure = await failureOf(() => connect(planFor(`${scheme}127.0.0.1:${server.port}`, flags)));
    expect(failure).toMatchObject({ kind: 'connection', mayPass: false });
    expect(failure.message).toContain('the server does not offer TLS');
  });

  it('before the greeting is not to be had of a server in plain', async () => {
    await using server = await startNatsServer({ binary });
    const failure = await failureOf(() => connect(planFor(server.url, { tlsfirst: true })));
    expect(failure).toMatchObject({ kind: 'connection', mayPass: false });
    expect(failure.message).toMatch(/: the TLS handshake failed: [a-z ]+$/);
    expect(failure.hint).toContain('leave --tlsfirst out');
  });

  it('reads its files when it connects: one that was renewed meanwhile is used', async () => {
    const renewed = join(createTempDir('renewed'), 'ca.pem');
    writeFileSync(renewed, readFileSync(stranger.ca));
    await using server = await startNatsServer({ binary, config: tlsConfig(certificates) });
    const planned = planFor(server.url, { tlsca: renewed });
    expect(await failureOf(() => connect(planned))).toMatchObject({ kind: 'connection' });
    writeFileSync(renewed, readFileSync(ca));
    await roundTrip(planned);
  });

  describe.runIf(doesTlsFirst)('before the greeting', () => {
    const config = tlsConfig(certificates, { handshakeFirst: true });
    const verifying = tlsConfig(certificates, { handshakeFirst: true, verify: true });

    it('is spoken where asked for by flag or context', async () => {
      await using server = await startNatsServer({ binary, config });
      await roundTrip(planFor(server.url, { ...withCa, tlsfirst: true }));
      await roundTrip(
        plan({ flags: { tlsfirst: false }, context: inContext({ url: server.url, ca, tls_first: true }) }),
      );
    });

    it('is missed by who waits for the greeting', async () => {
      await using server = await startNatsServer({ binary, config });
      const failure = await failureOf(() => connect(planFor(server.url, { ...withCa, timeout: '200ms' })));
      expect(failure).toMatchObject({ kind: 'connection', mayPass: true });
      expect(failure.message).toContain('no greeting within 200 ms');
      expect(failure.hint).toContain('--tlsfirst');
    });

    it('shows a client certificate, and is refused without one or with a stranger’s', async () => {
      await using server = await startNatsServer({ binary, config: verifying });
      await roundTrip(planFor(server.url, { ...withClient, tlsfirst: true }));
      for (let round = 0; round < 20; round++) {
        for (const flags of [withCa, withStranger]) {
          const failure = await failureOf(() => connect(planFor(server.url, { ...flags, tlsfirst: true })));
          expect(failure.kind).toBe('authorization');
        }
      }
    });
  });
});

describe('TLS files', () => {
  const directory = createTempDir('tls-files');
  const fileWith = (name: string, content: string): string => {
    const path = join(directory, name);
    writeFileSync(path, content);
    return path;
  };
  const text = fileWith('text.pem', 'hunter2');
  const broken = '-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n';
  const brokenCertificate = fileWith('broken.pem', broken);
  const cutCa = fileWith('cut.pem', `${readFileSync(ca, 'utf8')}-----BEGIN CERTIFICATE-----\nhunter2`);
  const brokenKey = fileWith('broken-key.pem', '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n');

  it.each<[string, ConnectionFlags, string]>([
    ['a CA that is missing', { tlsca: '/none.pem' }, 'cannot read the CA file /none.pem: no such file'],
    ['a CA that is none', { tlsca: text }, `CA ${text} is not a PEM file with a certificate`],
    [
      'a CA that cannot be read',
      { tlsca: brokenCertificate },
      `CA ${brokenCertificate} holds a certificate that cannot`,
    ],
    ['a CA that is cut off', { tlsca: cutCa }, `CA ${cutCa} holds a certificate that cannot be read`],
    [
      'a certificate that is missing',
      { tlscert: '/none', tlskey: client.key },
      'cannot read the certificate file /none',
    ],
    ['a certificate that is none', { tlscert: text, tlskey: client.key }, `certificate ${text} is not a PEM file`],
    ['a certificate that cannot be read', { tlscert: brokenCertificate, tlskey: client.key }, 'cannot be used'],
    ['a key that is missing', { tlscert: client.cert, tlskey: '/none' }, 'cannot read the key file /none'],
    ['a key that is none', { tlscert: client.cert, tlskey: text }, `key ${text} is not a PEM file with a private key`],
    ['a key that cannot be read', { tlscert: client.cert, tlskey: brokenKey }, 'cannot be used'],
    ['the key of another certificate', { tlscert: client.cert, tlskey: stranger.client.key }, 'cannot be used'],
  ])('of no use are a usage error: %s', async (_, flags, message) => {
    await using server = await startOwnServer((socket) => socket.write(info({ tls_required: true })));
    const failure = await failureOf(() => connect(planFor(server.url, flags)));
    expect(failure.kind).toBe('usage');
    expect(failure.message).toContain(message);
    expect(everythingIn(failure)).not.toContain('hunter2');
  });
});
