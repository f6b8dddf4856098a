import { connect, type TlsOptions } from 'nats';
import { describe, expect, it } from 'vitest';
import { type NatsServer, startNatsServer } from './nats-server.js';
import { type CertificateFiles, createCertificates, tlsConfig } from './tls.js';
import { natsServers, tools } from './tools.js';
import { waitUntil } from './wait-until.js';

const certificates = await createCertificates();

function trust(ca: string, client?: CertificateFiles): TlsOptions {
  return { caFile: ca, ...(client && { certFile: client.cert, keyFile: client.key }) };
}

async function tryConnecting(servers: string, tls: TlsOptions, timeout = 10_000) {
  await (await connect({ servers, tls, timeout })).close();
}

/** The client library sees no more of it than a time-out, so the server has to tell why. */
async function expectRefusal(server: NatsServer, tls: TlsOptions, reason: RegExp) {
  await expect(tryConnecting(server.url, tls, 500)).rejects.toThrow();
  await waitUntil(() => reason.test(server.log()));
}

for (const { name, path: binary } of natsServers) {
  describe.skipIf(binary === undefined)(`createCertificates with ${name}`, () => {
    const options = { binary: binary ?? '' };

    it('makes a server certificate for 127.0.0.1 and localhost that only its own authority vouches for', async () => {
      await using server = await startNatsServer({ ...options, config: tlsConfig(certificates) });
      const { ca, stranger } = certificates;
      await tryConnecting(server.url, trust(ca));
      await tryConnecting(`localhost:${server.port}`, trust(ca));
      await expect(tryConnecting(server.url, trust(stranger.ca))).rejects.toThrow('unable to verify');
    });

    it('makes client certificates, one that the server trusts and one that it does not', async () => {
      await using server = await startNatsServer({ ...options, config: tlsConfig(certificates, { verify: true }) });
      const { ca, client, stranger } = certificates;
      await tryConnecting(server.url, trust(ca, client));
      await expectRefusal(server, trust(ca, stranger.client), /signed by unknown authority/);
      await expectRefusal(server, trust(ca), /client didn't provide a certificate/);
    });
  });
}

it.skipIf(tools.natsServer.path === undefined)('configures a server to begin with TLS', async () => {
  await using server = await startNatsServer({ config: tlsConfig(certificates, { handshakeFirst: true }) });
  const tls = trust(certificates.ca);
  await tryConnecting(server.url, { ...tls, handshakeFirst: true });
  await expect(tryConnecting(server.url, tls, 500)).rejects.toThrow();
});
