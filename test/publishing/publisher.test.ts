import { headers as createHeaders, type MsgHdrs } from 'nats';
import { expect, it, vi } from 'vitest';
import type { Connection } from '../../src/connection/index.js';
import { type OutgoingMessage, Publisher } from '../../src/publishing/publisher.js';
import { failureOf, planFor } from '../connection/planning.js';
import { connected, describeOnEachServer, greetAndRead, info, startOwnServer, welcome } from '../connection/serving.js';
import { startNatsServer } from '../support/nats-server.js';
import { tools } from '../support/tools.js';
import { waitUntil } from '../support/wait-until.js';

const DENYING = `
  authorization { users = [{ user: u, password: p, permissions: { publish: { deny: ["no.>"] } } }] }
`;

function message(subject: string, body: string, headers?: MsgHdrs): OutgoingMessage {
  return { subject, reply: undefined, headers, body: Buffer.from(body) };
}

/** A publisher, and whether it has told of its failure. */
function publisherOn(connection: Connection) {
  const onFailure = vi.fn();
  return { publisher: new Publisher(connection, onFailure), onFailure };
}

describeOnEachServer('a publisher', ({ binary }) => {
  it('has the server confirm all that it published', async () => {
    await using server = await startNatsServer({ binary });
    await using connection = await connected(planFor(server.url));
    await using listener = await connected(planFor(server.url));
    const received: string[] = [];
    listener.nats.subscribe('>', {
      callback: (_, { subject, reply, headers, data }) =>
        received.push(`${subject} ${reply ?? ''} ${headers?.values('x-Id') ?? ''} ${Buffer.from(data)}`),
    });
    await listener.confirm();
    const { publisher, onFailure } = publisherOn(connection);
    const headers = createHeaders();
    headers.append('x-Id', '1');
    headers.append('x-Id', '2');
    publisher.publish(message('a', 'one'));
    publisher.publish(message('a', 'two', headers));
    publisher.publish({ ...message('ä.b', ''), reply: 'r' });
    await publisher.finish();
    await listener.confirm();
    expect(received).toEqual(['a   one', 'a  1,2 two', 'ä.b r  ']);
    expect(publisher.delivery).toEqual({ confirmed: 3, inDoubt: 0, denied: 0 });
    expect(publisher).toMatchObject({ messages: 3, bytes: 6 });
    expect(onFailure).not.toHaveBeenCalled();
  });

  it('stops at a denied subject, and counts what the server took', async () => {
    await using server = await startNatsServer({ binary, config: DENYING });
    await using connection = await connected(planFor(server.url, { user: 'u', password: 'p' }));
    const { publisher, onFailure } = publisherOn(connection);
    for (let index = 0; index < 100; index++) publisher.publish(message('yes', 'x'));
    for (let index = 0; index < 10; index++) publisher.publish(message(index % 2 === 0 ? 'no.way' : 'yes', 'x'));
    publisher.flush();
    await waitUntil(() => onFailure.mock.calls.length > 0);
    publisher.publish(message('yes', 'too late'));
    expect(await failureOf(() => publisher.finish())).toMatchObject({
      kind: 'authorization',
      message: 'the server denies publishing to no.way',
    });
    expect(publisher.delivery).toEqual({ confirmed: 105, inDoubt: 0, denied: 5 });
    expect(onFailure).toHaveBeenCalledTimes(1);
  });

  it('refuses what is larger than the server takes, and goes on', async () => {
    await using server = await startNatsServer({ binary, config: 'max_payload: 100' });
    await using connection = await connected(planFor(server.url));
    const { publisher } = publisherOn(connection);
    const headers = createHeaders();
    headers.append('A', 'b');
    publisher.publish(message('a', 'x'.repeat(100)));
    expect(() => publisher.publish(message('a', 'x'.repeat(101)))).toThrow(
      expect.objectContaining({ kind: 'usage', message: 'the body has 101 bytes, and the server takes at most 100' }),
    );
    expect(() => publisher.publish(message('a', 'x'.repeat(90), headers))).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^body and headers have \d+ bytes/) }),
    );
    publisher.publish(message('a', 'x'));
    await publisher.finish();
    expect(publisher.delivery.confirmed).toBe(2);
  });
});

it('knows what the server has where it goes away, wherever that is, and publishes nothing after that', async () => {
  let lines = 0;
  let welcomes = 0;
  const received = new Map<number, number>();
  await using server = await startOwnServer((socket) => {
    welcomes += 1;
    const client = welcomes;
    let welcomed = false;
    received.set(client, 0);
    greetAndRead(socket, (line) => {
      if (socket.destroyed) return;
      if (welcomed) lines += 1;
      // In all places: before a message, before its bytes, behind them, before the PONG.
      if (welcomed && lines % 7 === 0) socket.destroy();
      else if (line === 'x') received.set(client, (received.get(client) ?? 0) + 1);
      else if (line === 'PING') {
        welcomed = true;
        socket.write('PONG\r\n');
      }
    });
  });
  for (let round = 0; round < 10; round++) {
    await using connection = await connected(planFor(server.url));
    const client = welcomes;
    const { publisher, onFailure } = publisherOn(connection);
    const back = new Promise((resolve) => connection.events.once('reconnected', resolve));
    for (let count = 0; onFailure.mock.calls.length === 0; count++) {
      publisher.publish(message('a', 'x'));
      publisher.flush();
      if (count % 2 === 0) await connection.confirm().catch(() => undefined);
    }
    await back;
    publisher.publish(message('a', 'x'));
    expect(await failureOf(() => publisher.finish())).toMatchObject({ kind: 'connection' });
    const { confirmed, inDoubt } = publisher.delivery;
    const taken = received.get(client) ?? 0;
    expect(taken).toBeGreaterThanOrEqual(confirmed);
    expect(taken).toBeLessThanOrEqual(confirmed + inDoubt);
    for (let other = client + 1; other <= welcomes; other++) expect(received.get(other)).toBe(0);
  }
});

it('has what was sent confirmed from time to time', async () => {
  await using server = await startOwnServer((socket) => welcome(socket));
  await using connection = await connected(planFor(server.url));
  const { publisher } = publisherOn(connection);
  for (let index = 1; index <= 3; index++) {
    publisher.publish(message('a', 'x'));
    publisher.flush();
    await waitUntil(() => publisher.delivery.confirmed === index);
  }
  await publisher.finish();
});

it('publishes no headers where the server takes none', async () => {
  await using server = await startOwnServer((socket) => {
    greetAndRead(
      socket,
      (line) => {
        if (line === 'PING') socket.write('PONG\r\n');
      },
      info({ headers: false }),
    );
  });
  await using connection = await connected(planFor(server.url));
  const { publisher } = publisherOn(connection);
  const headers = createHeaders();
  headers.append('A', 'b');
  expect(() => publisher.publish(message('a', 'x', headers))).toThrow(
    expect.objectContaining({ kind: 'usage', message: 'the server takes no headers' }),
  );
  await publisher.finish();
});

it.skipIf(tools.natsServer.path === undefined)('says what the server said of a subject that is too long', async () => {
  await using server = await startNatsServer({});
  await using connection = await connected(planFor(server.url));
  const { publisher } = publisherOn(connection);
  publisher.publish(message('a'.repeat(5_000), 'x'));
  expect(await failureOf(() => publisher.finish())).toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('the subject is longer than the server takes'),
  });
});
