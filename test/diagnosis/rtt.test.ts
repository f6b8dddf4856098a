import { describe, expect, it } from 'vitest';
import { judgeMeasurements, type Measurement, measureServers } from '../../src/diagnosis/rtt.js';
import { planFor } from '../connection/planning.js';
import { describeOnEachServer, startOwnServer, unusedPort, welcome } from '../connection/serving.js';
import { startNatsServer } from '../support/nats-server.js';
import { createCertificates, tlsConfig } from '../support/tls.js';

const certificates = await createCertificates();

async function measure(options: Parameters<typeof measureServers>[0]): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for await (const measurement of measureServers(options)) measurements.push(measurement);
  return measurements;
}

describeOnEachServer('rtt measures', ({ binary }) => {
  it('each server, in plain and with TLS, with the login and the version', async () => {
    await using plain = await startNatsServer({ binary, config: 'server_name: "one"' });
    await using secure = await startNatsServer({
      binary,
      config: `${tlsConfig(certificates)} authorization { user: anna, password: hunter2 }`,
    });
    const plan = planFor(`${plain.url},${secure.url.replace('//', '//anna:hunter2@')}`, { tlsca: certificates.ca });
    const [first, second] = await measure({
      plan: { ...plan, tls: undefined, servers: plan.servers.slice(0, 1) },
      count: 3,
    });
    expect(second).toBeUndefined();
    expect(first).toMatchObject({
      kind: 'measured',
      server: plain.url,
      roundTrips: { count: 3 },
      serverName: 'one',
      tls: undefined,
      auth: { method: 'none', status: 'not_asked' },
    });
    const [third] = await measure({ plan: { ...plan, servers: plan.servers.slice(1) }, count: 2 });
    expect(third).toMatchObject({
      kind: 'measured',
      tls: { version: 'TLSv1.3' },
      auth: { method: 'user', user: 'anna', status: 'accepted' },
    });
    expect(JSON.stringify(third)).not.toContain('hunter2');
  });

  it('each address of a name, and holds the certificate to the name', async () => {
    await using server = await startNatsServer({ binary, config: tlsConfig(certificates) });
    const plan = planFor(`tls://localhost:${server.port}`, { tlsca: certificates.ca });
    const addresses = ['127.0.0.1', '127.0.0.9'];
    const measurements = await measure({ plan, count: 1, resolve: async () => addresses });
    // The server listens on 127.0.0.1 alone.
    expect(measurements).toMatchObject([
      { kind: 'measured', server: `tls://localhost:${server.port}`, address: `127.0.0.1:${server.port}` },
      { kind: 'failed', server: `tls://localhost:${server.port}`, address: `127.0.0.9:${server.port}` },
    ]);
    expect(judgeMeasurements(measurements)).toBeUndefined();
    const other = { ...plan, servers: plan.servers.map((planned) => ({ ...planned, host: 'other.example' })) };
    const [mistrusted] = await measure({ plan: other, count: 1, resolve: async () => ['127.0.0.1'] });
    expect(mistrusted).toMatchObject({ kind: 'failed', failure: { hint: expect.stringContaining('host name') } });
  });

  it('nothing where it is refused', async () => {
    await using server = await startNatsServer({ binary, config: 'authorization { token: right }' });
    const measurements = await measure({ plan: planFor(server.url, { token: 'wrong' }), count: 1 });
    expect(judgeMeasurements(measurements)).toMatchObject({ kind: 'authorization' });
  });
});

describe('rtt', () => {
  it('tells of each server that is not reached, and goes on', async () => {
    const ports = [await unusedPort(), await unusedPort()];
    await using server = await startOwnServer((socket) => welcome(socket));
    const list = [`127.0.0.1:${ports[0]}`, server.url, `127.0.0.1:${ports[1]}`];
    const measurements = await measure({ plan: planFor(list.join(',')), count: 2 });
    expect(measurements.map(({ kind }) => kind)).toEqual(['failed', 'measured', 'failed']);
    expect(judgeMeasurements(measurements)).toMatchObject({
      kind: 'connection',
      message: expect.stringContaining('2 failures at 3 servers; the gravest:'),
    });
  });

  it('leaves nothing open', async () => {
    await using server = await startOwnServer((socket) => welcome(socket));
    await measure({ plan: planFor(server.url), count: 1 });
    await expect.poll(() => server.sockets.size).toBe(0);
  });
});
