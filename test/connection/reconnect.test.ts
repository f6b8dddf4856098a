import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Connection, connect } from '../../src/connection/index.js';
import { createOperator } from '../support/credentials.js';
import { startNatsServer } from '../support/nats-server.js';
import { waitUntil } from '../support/wait-until.js';
import { watchWaiting } from '../support/waiting.js';
import { failureOf, planFor } from './planning.js';
import { connected, describeOnEachServer, greetAndRead, startOwnServer, welcome } from './serving.js';

/** Notes the events of a connection as they come. */
function eventsOf({ events }: Connection): string[] {
  const seen: string[] = [];
  events.on('disconnected', () => seen.push('disconnected'));
  events.on('reconnected', (server) => seen.push(`reconnected to ${server}`));
  return seen;
}

describeOnEachServer('a server that went away', ({ binary }) => {
  it('is found again within 2 s of its return, is told once each way, and subscriptions live on', async () => {
    await using server = await startNatsServer({ binary });
    await using serving = await connected(planFor(server.url));
    await using asking = await connected(planFor(server.url));
    serving.nats.subscribe('a', { queue: 'q', callback: (_error, message) => void message.respond('served') });
    await serving.confirm();
    const seen = eventsOf(serving);
    for (const end of ['stop', 'kill'] as const) {
      const bothBack = Promise.all([serving, asking].map(({ events }) => once(events, 'reconnected')));
      const gone = once(serving.events, 'disconnected');
      await server[end]();
      await gone;
      await server.restart();
      const endWatch = watchWaiting(() => [process.pid, server.pid]);
      const returned = performance.now();
      await bothBack;
      await serving.confirm();
      expect((await asking.nats.request('a')).string()).toBe('served');
      expect(performance.now() - returned).toBeLessThan(2_000 + endWatch());
      expect(seen.splice(0)).toEqual(['disconnected', `reconnected to ${server.url}`]);
    }
  });

  it('takes what was not confirmed with it', async () => {
    await using server = await startNatsServer({ binary });
    await using connection = await connected(planFor(server.url));
    const since = connection.epoch();
    server.suspend();
    connection.nats.publish('a', 'lost');
    const unconfirmed = failureOf(() => connection.confirm(since));
    await server.kill();
    await server.restart();
    expect(await unconfirmed).toMatchObject({ kind: 'connection', mayPass: true });
    expect(await failureOf(() => connection.confirm(since))).toMatchObject({ kind: 'connection' });
    await connection.confirm();
  });

  it('takes what was published meanwhile with it, too', async () => {
    await using server = await startNatsServer({ binary });
    await using connection = await connected(planFor(server.url));
    const gone = once(connection.events, 'disconnected');
    await server.kill();
    await gone;
    expect(connection.isConnected()).toBe(false);
    const since = connection.epoch();
    connection.nats.publish('a', 'lost');
    const back = once(connection.events, 'reconnected');
    await server.restart();
    await back;
    expect(connection.isConnected()).toBe(true);
    expect(await failureOf(() => connection.confirm(since))).toMatchObject({
      kind: 'connection',
      message: `the connection to ${server.url} was lost`,
    });
  });

  it('and no longer takes the password, closes the connection as refused', async () => {
    const config = (password: string): string => `authorization { user: me, password: ${password} }`;
    await using server = await startNatsServer({ binary, config: config('first-secret') });
    await using connection = await connected(planFor(server.url, { user: 'me', password: 'first-secret' }));
    const seen = eventsOf(connection);
    await server.restart(config('second-secret'));
    const reason = await connection.closed;
    expect(reason).toMatchObject({
      kind: 'authorization',
      message: `${server.url} refused the credentials (Authorization Violation): user "me", from --user`,
    });
    expect(await failureOf(() => connection.confirm())).toBe(reason);
    expect(seen).toEqual(['disconnected']);
  });

  it('is told to those who wait for a confirmation as the connection is refused', async () => {
    await using server = await startNatsServer({ binary, config: 'authorization { token: first }' });
    await using connection = await connected(planFor(server.url, { token: 'first' }));
    const gone = once(connection.events, 'disconnected');
    const restarted = server.restart('authorization { token: second }');
    await gone;
    const pending = failureOf(() => connection.confirm());
    await restarted;
    expect(await connection.closed).toMatchObject({ kind: 'authorization' });
    expect(['connection', 'authorization']).toContain((await pending).kind);
  });

  it('is told why it cannot be reconnected where a file is gone, once, and tried on', async () => {
    const operator = await createOperator();
    const { credsFile } = await operator.createUser();
    await using server = await startNatsServer({ binary, config: operator.config });
    await using connection = await connected(planFor(server.url, { creds: credsFile }));
    const hindrances: string[] = [];
    connection.events.on('hindered', ({ message }) => hindrances.push(message));
    for (let outage = 1; outage <= 2; outage++) {
      renameSync(credsFile, `${credsFile}.gone`);
      await server.restart();
      await waitUntil(() => hindrances.length === outage);
      const back = once(connection.events, 'reconnected');
      const epoch = connection.epoch();
      await waitUntil(() => connection.epoch() >= epoch + 2);
      renameSync(`${credsFile}.gone`, credsFile);
      await back;
    }
    await connection.confirm();
    expect(hindrances).toEqual(Array(2).fill(`cannot read the creds file ${credsFile}: no such file`));
  });

  it('does not come back once it is closed', async () => {
    await using server = await startNatsServer({ binary });
    const connection = await connect(planFor(server.url));
    const seen = eventsOf(connection);
    const gone = once(connection.events, 'disconnected');
    await server.stop();
    await gone;
    await connection.close();
    expect(await connection.closed).toBeUndefined();
    await server.restart();
    await using another = await connected(planFor(server.url));
    await another.confirm();
    expect(seen).toEqual(['disconnected']);
    expect(connection.nats.isClosed()).toBe(true);
  });
});

it('lives on where a server refuses once and then no more', async () => {
  let logins = 0;
  await using server = await startOwnServer((socket) => {
    logins += 1;
    if (logins === 2) greetAndRead(socket, () => socket.end("-ERR 'Authorization Violation'\r\n"));
    else welcome(socket);
  });
  await using connection = await connected(planFor(server.url, { token: 't' }));
  const seen = eventsOf(connection);
  const back = once(connection.events, 'reconnected');
  for (const socket of server.sockets) socket.destroy();
  await back;
  await connection.confirm();
  expect(logins).toBe(3);
  expect(seen).toEqual(['disconnected', `reconnected to ${server.url}`]);
});

it('tells of one disconnect, however many logins fail behind it', async () => {
  let logins = 0;
  await using server = await startOwnServer((socket) => {
    logins += 1;
    if (logins === 2) greetAndRead(socket, () => socket.destroy());
    else if (logins === 3) greetAndRead(socket, () => socket.end("-ERR 'maximum connections exceeded'\r\n"));
    else if (logins === 4) socket.write('HTTP/1.1\r\n');
    else welcome(socket);
  });
  await using connection = await connected(planFor(server.url));
  const seen = eventsOf(connection);
  const back = once(connection.events, 'reconnected');
  for (const socket of server.sockets) socket.destroy();
  await back;
  expect(logins).toBe(5);
  expect(seen).toEqual(['disconnected', `reconnected to ${server.url}`]);
});

it('reconnects where the server sends what is not the protocol', async () => {
  await using server = await startOwnServer((socket) => welcome(socket));
  await using connection = await connected(planFor(server.url));
  const back = once(connection.events, 'reconnected');
  for (const socket of server.sockets) socket.write('nonsense\r\n');
  await back;
  await connection.confirm();
});

it('ends a wait for confirmation as it is closed', async () => {
  await using server = await startOwnServer((socket) => {
    let pings = 0;
    greetAndRead(socket, (line) => {
      if (line === 'PING' && pings++ === 0) socket.write('PONG\r\n');
    });
  });
  const connection = await connect(planFor(server.url));
  const pending = failureOf(() => connection.confirm());
  await connection.close();
  expect(await pending).toMatchObject({ kind: 'connection' });
  expect(await failureOf(() => connection.confirm())).toMatchObject({ kind: 'connection' });
  expect(await connection.closed).toBeUndefined();
});
