import type { NatsConnectionImpl } from 'nats/lib/nats-base-client/nats.js';
import { expect, it } from 'vitest';
import { connect } from '../../src/connection/index.js';
import { startNatsServer } from '../support/nats-server.js';
import { createCertificates, tlsConfig } from '../support/tls.js';
import { failureOf, planFor } from './planning.js';
import { connected, describeOnEachServer, startOwnServer, unusedPort, welcome } from './serving.js';

const certificates = await createCertificates();

async function timed<T>(call: Promise<T>): Promise<{ result: T; tookMs: number }> {
  const started = performance.now();
  const result = await call;
  return { result, tookMs: performance.now() - started };
}

describeOnEachServer('--wait-server', ({ binary }) => {
  it('waits for a server that starts later', async () => {
    const port = await unusedPort();
    const waiting = connected(planFor(`127.0.0.1:${port}`, { waitServer: '15s' }));
    await using _server = await startNatsServer({ binary, port });
    await using connection = await waiting;
    await connection.confirm();
  });

  it('waits for one that was down as the others still are', async () => {
    const [down, port] = [await unusedPort(), await unusedPort()];
    const waiting = connected(planFor(`127.0.0.1:${down},127.0.0.1:${port}`, { waitServer: '15s' }));
    await using server = await startNatsServer({ binary, port });
    await using connection = await waiting;
    expect(connection.server()).toBe(server.url);
  });

  it('ends at once where the credentials are refused', async () => {
    await using server = await startNatsServer({ binary, config: 'authorization { token: right }' });
    const plan = planFor(server.url, { token: 'wrong', waitServer: '15s' });
    const { result, tookMs } = await timed(failureOf(() => connect(plan)));
    expect(result.kind).toBe('authorization');
    expect(tookMs).toBeLessThan(5_000);
  });

  it('ends at once where the server came and refuses', async () => {
    const port = await unusedPort();
    const waiting = failureOf(() => connect(planFor(`127.0.0.1:${port}`, { token: 'wrong', waitServer: '15s' })));
    await using _server = await startNatsServer({ binary, port, config: 'authorization { token: right }' });
    expect(await timed(waiting)).toMatchObject({ result: { kind: 'authorization' } });
  });

  it('ends at once where the certificate is not trusted', async () => {
    await using server = await startNatsServer({ binary, config: tlsConfig(certificates) });
    const { result, tookMs } = await timed(failureOf(() => connect(planFor(server.url, { waitServer: '15s' }))));
    expect(result.kind).toBe('connection');
    expect(tookMs).toBeLessThan(5_000);
  });
});

it('ends at once where a file is of no use', async () => {
  const port = await unusedPort();
  const plan = planFor(`127.0.0.1:${port}`, { creds: '/none', waitServer: '15s' });
  const { result, tookMs } = await timed(failureOf(() => connect(plan)));
  expect(result).toMatchObject({ kind: 'usage', message: 'cannot read the creds file /none: no such file' });
  expect(tookMs).toBeLessThan(5_000);
});

it('ends at its own end, with the last failure', async () => {
  const port = await unusedPort();
  const { result, tookMs } = await timed(
    failureOf(() => connect(planFor(`127.0.0.1:${port}`, { waitServer: '600ms' }))),
  );
  expect(result).toMatchObject({ kind: 'connection', message: expect.stringContaining('connection refused') });
  expect(tookMs).toBeGreaterThan(190);
  expect(tookMs).toBeLessThan(3_000);
});

it('ends at its own end where a server is silent, though a try might take longer', async () => {
  let tries = 0;
  await using server = await startOwnServer((socket) => {
    tries += 1;
    // The first one ends soon; the next would take its whole time.
    if (tries === 1) socket.destroy();
  });
  const plan = planFor(server.url, { timeout: '30s', waitServer: '2s' });
  const { result, tookMs } = await timed(failureOf(() => connect(plan)));
  expect(result.message).toMatch(/no greeting within [\d.]+ m?s$/);
  expect(tries).toBe(2);
  expect(tookMs).toBeLessThan(5_000);
});

it('is off by default: one try', async () => {
  let tries = 0;
  await using server = await startOwnServer((socket) => {
    tries += 1;
    socket.destroy();
  });
  expect(await failureOf(() => connect(planFor(server.url)))).toMatchObject({ kind: 'connection', mayPass: true });
  expect(tries).toBe(1);
});

it('leaves a later reconnect its whole time', async () => {
  let tries = 0;
  await using server = await startOwnServer((socket) => {
    tries += 1;
    if (tries === 1) socket.destroy();
    else welcome(socket);
  });
  await using connection = await connected(planFor(server.url, { timeout: '30s', waitServer: '5s' }));
  const { options } = connection.nats as unknown as NatsConnectionImpl;
  expect(options.timeout).toBe(30_000);
});
