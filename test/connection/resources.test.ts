import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { NatsConnectionImpl } from 'nats/lib/nats-base-client/nats.js';
import { describe, expect, it } from 'vitest';
import { type ConnectionFlags, connect } from '../../src/connection/index.js';
import { startNatsServer } from '../support/nats-server.js';
import { createCertificates, tlsConfig } from '../support/tls.js';
import { failureOf, planFor } from './planning.js';
import { describeOnEachServer, info, startOwnServer, unusedPort, welcome } from './serving.js';

const certificates = await createCertificates();

/** What keeps the process alive, of the kinds that a connection makes use of: sockets, timers, look-ups, files. */
function resources(): string[] {
  const kinds = /^(TCPSocketWrap|TLSWrap|TCPConnectWrap|Timeout|GetAddrInfoReqWrap|FSReq\w+)$/;
  return process.getActiveResourcesInfo().filter((kind) => kinds.test(kind));
}

/** Waits until nothing is left, for two seconds at most: handles are closed a turn later, and the runner has timers. */
async function expectNothingLeft(): Promise<void> {
  const until = performance.now() + 2_000;
  while (resources().length > 0 && performance.now() < until) await new Promise(setImmediate);
  expect(resources()).toEqual([]);
}

describeOnEachServer('nothing is left open', ({ binary }) => {
  it.each<[string, string, ConnectionFlags]>([
    ['in plain', '', {}],
    ['with TLS', tlsConfig(certificates), { tlsca: certificates.ca }],
  ])('by a connection that is closed, %s', async (_, config, flags) => {
    await using server = await startNatsServer({ binary, config });
    const connection = await connect(planFor(server.url, flags));
    connection.nats.subscribe('a', { callback: () => undefined });
    const answer = connection.nats.request('a', '', { timeout: 10_000 }).catch(() => 'ended');
    await connection.confirm();
    expect(resources()).toEqual(expect.arrayContaining(['TCPSocketWrap', 'Timeout']));
    await connection.close();
    expect(await answer).toBe('ended');
    await expectNothingLeft();
  });

  it.each<[string, string, ConnectionFlags]>([
    ['refused', 'authorization { token: right }', { token: 'wrong' }],
    ['mistrusted', tlsConfig(certificates), {}],
    ['refused for its certificate', tlsConfig(certificates, { verify: true }), { tlsca: certificates.ca }],
  ])('by a connect that failed: %s', async (_, config, flags) => {
    await using server = await startNatsServer({ binary, config });
    await failureOf(() => connect(planFor(server.url, flags)));
    await expectNothingLeft();
  });

  it('by a connection that is closed while the server is away', async () => {
    await using server = await startNatsServer({ binary });
    const connection = await connect(planFor(server.url));
    const gone = once(connection.events, 'disconnected');
    await server.stop();
    await gone;
    await connection.close();
    // nats.js may be in the middle of its pause, of half a second at most.
    await expectNothingLeft();
  });

  it('by a connection that was refused as it came back', async () => {
    await using server = await startNatsServer({ binary, config: 'authorization { token: first }' });
    const connection = await connect(planFor(server.url, { token: 'first' }));
    await server.restart('authorization { token: second }');
    await connection.closed;
    await expectNothingLeft();
  });
});

describe('nothing is left open by a connect that failed', () => {
  it('where nothing listens', async () => {
    await failureOf(() => unusedPort().then((port) => connect(planFor(`127.0.0.1:${port}`))));
    await expectNothingLeft();
  });

  it.each<[string, (socket: Socket) => void]>([
    ['never greets', () => undefined],
    ['never answers the login', (socket) => socket.resume().write(info())],
    ['never does the TLS it offers', (socket) => socket.resume().write(info({ tls_required: true }))],
    ['is none', (socket) => socket.write('HTTP/1.1\r\n')],
    ['sends nonsense behind its greeting', (socket) => socket.write(`${info()}nonsense\r\n`)],
  ])('to a server that %s', async (_, onConnection) => {
    await using server = await startOwnServer(onConnection);
    await failureOf(() => connect(planFor(server.url, { timeout: '100ms' })));
    await expectNothingLeft();
    expect(server.sockets.size).toBe(0);
  });
});

it('is left open by no dial that nats.js was about to begin as the connection was closed', async () => {
  let connections = 0;
  await using server = await startOwnServer((socket) => {
    connections += 1;
    welcome(socket);
  });
  for (let steps = 0; steps < 40; steps++) {
    const connection = await connect(planFor(server.url));
    const { protocol } = connection.nats as unknown as NatsConnectionImpl;
    // As if the last dial were long ago: the next comes at once.
    protocol.server.lastConnect = 0;
    const gone = protocol.transport.closed();
    for (const socket of server.sockets) socket.destroy();
    await gone;
    for (let step = 0; step < steps; step++) await undefined;
    await connection.close();
    await expectNothingLeft();
    expect(connections).toBe(steps + 1);
  }
});
