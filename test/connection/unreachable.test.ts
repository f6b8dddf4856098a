import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { connect } from '../../src/connection/index.js';
import { startNatsServer } from '../support/nats-server.js';
import { failureOf, planFor } from './planning.js';
import { describeOnEachServer, info, roundTrip, startOwnServer, unusedPort } from './serving.js';

describe('no connection', () => {
  it('where nothing listens', async () => {
    const port = await unusedPort();
    expect(await failureOf(() => connect(planFor(`127.0.0.1:${port}`)))).toMatchObject({
      kind: 'connection',
      message: `no connection to nats://127.0.0.1:${port}: connection refused`,
      mayPass: true,
    });
  });

  it('to a host that nobody knows', async () => {
    // A name that no resolver is asked for: it cannot stand in a query.
    expect(await failureOf(() => connect(planFor('no..host')))).toMatchObject({
      kind: 'connection',
      message: 'no connection to nats://no..host:4222: unknown host',
      mayPass: true,
    });
  });

  it('to a server that greets in HTTP', async () => {
    await using server = await startOwnServer((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await failureOf(() => connect(planFor(server.url)))).toMatchObject({
      kind: 'connection',
      message: `no connection to ${server.url}: this is not a NATS server`,
      mayPass: false,
    });
  });

  it('to an HTTP server, which waits to be spoken to', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const { port } = server.address() as { port: number };
      const failure = await failureOf(() => connect(planFor(`127.0.0.1:${port}`, { timeout: '100ms' })));
      expect(failure).toMatchObject({
        kind: 'connection',
        message: `no connection to nats://127.0.0.1:${port}: no greeting within 100 ms`,
      });
      expect(failure.hint).toContain('is it a NATS server?');
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it.each<[string, string, string]>([
    ['an INFO that is no JSON', 'INFO {nonsense}\r\n', 'this is not a NATS server'],
    ['an INFO without fields', 'INFO\r\n', 'this is not a NATS server'],
    ['an empty line', '\r\n', 'this is not a NATS server'],
    ['a line without end', 'x'.repeat(1_100_000), 'this is not a NATS server'],
    ['an INFO and then nonsense', `${info()}HTTP/1.1\r\n`, 'this is not a NATS server'],
    [
      'an INFO and, in the same packet, that it is full',
      `${info()}-ERR 'maximum connections exceeded'\r\n`,
      'it said "max',
    ],
  ])('to a server that says %s', async (_, greeting, reason) => {
    await using server = await startOwnServer((socket) => socket.end(greeting));
    const failure = await failureOf(() => connect(planFor(server.url)));
    expect(failure.kind).toBe('connection');
    expect(failure.message).toContain(`no connection to ${server.url}: ${reason}`);
  });

  it.each<[string, (socket: import('node:net').Socket) => void]>([
    ['at once', (socket) => socket.destroy()],
    ['at once, with a reset', (socket) => socket.resetAndDestroy()],
    ['in the middle of its greeting', (socket) => socket.end('INFO {"server')],
    ['after its greeting', (socket) => socket.end(info())],
    ['at the login', (socket) => socket.write(info(), () => socket.once('data', () => socket.destroy()))],
    [
      'at the login, with a reset',
      (socket) => socket.write(info(), () => socket.once('data', () => socket.resetAndDestroy())),
    ],
  ])('to a server that closes %s, told without waiting for the time-out', async (_, onConnection) => {
    await using server = await startOwnServer(onConnection);
    const started = performance.now();
    expect(await failureOf(() => connect(planFor(server.url, { timeout: '10s' })))).toMatchObject({
      kind: 'connection',
      message: `no connection to ${server.url}: the server closed the connection`,
      mayPass: true,
    });
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it.each<[string, (socket: import('node:net').Socket) => void, string]>([
    ['accepts and says nothing', () => undefined, 'no greeting within 1 s'],
    ['stops in its greeting', (socket) => socket.write('INFO {'), 'no greeting within 1 s'],
    ['greets and says no more', (socket) => socket.write(info()), 'no answer to the login within 1 s'],
    [
      'offers TLS and does not do it',
      (socket) => socket.write(info({ tls_required: true })),
      'the TLS handshake failed: no answer within 1 s',
    ],
  ])('to a server that %s', async (_, onConnection, reason) => {
    await using server = await startOwnServer(onConnection);
    expect(await failureOf(() => connect(planFor(server.url, { timeout: '1s' })))).toMatchObject({
      kind: 'connection',
      message: `no connection to ${server.url}: ${reason}`,
      mayPass: true,
    });
  });

  it.each(['User Authentication Revoked', 'Authorization Violation', 'Account Authentication Expired'])(
    'where the server says %s, and it is a refusal',
    async (said) => {
      const answer = `-ERR '${said}'\r\n`;
      await using server = await startOwnServer((socket) => {
        socket.write(info(), () => socket.once('data', () => socket.end(answer)));
      });
      const started = performance.now();
      const failure = await failureOf(() => connect(planFor(server.url, { token: 't', timeout: '10s' })));
      expect(failure).toMatchObject({
        kind: 'authorization',
        message: `${server.url} refused the credentials (${said}): token, from --token`,
      });
      expect(performance.now() - started).toBeLessThan(5_000);
    },
  );
});

describeOnEachServer('several servers', ({ binary }) => {
  it('are tried until one answers', async () => {
    await using server = await startNatsServer({ binary });
    const port = await unusedPort();
    await using silent = await startOwnServer((socket) => socket.write('SSH-2.0\r\n'));
    for (let round = 0; round < 5; round++) {
      await roundTrip(planFor(`127.0.0.1:${port},${silent.url},${server.url}`));
    }
  });

  it('are each told of where none answers', async () => {
    const ports = [await unusedPort(), await unusedPort()];
    const failure = await failureOf(() => connect(planFor(ports.map((port) => `127.0.0.1:${port}`).join(','))));
    expect(failure.kind).toBe('connection');
    for (const port of ports) expect(failure.message).toContain(`nats://127.0.0.1:${port}: connection refused`);
  });

  it('are a refusal where one refuses and the others are down', async () => {
    await using server = await startNatsServer({ binary, config: 'authorization { token: right }' });
    const port = await unusedPort();
    for (let round = 0; round < 5; round++) {
      const failure = await failureOf(() => connect(planFor(`127.0.0.1:${port},${server.url}`)));
      expect(failure).toMatchObject({ kind: 'authorization', details: { server: server.url } });
    }
  });
});
