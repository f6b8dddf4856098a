import { once } from 'node:events';
import { headers } from 'nats';
import { expect, it } from 'vitest';
import { explainClientError } from '../../src/connection/index.js';
import { requestOnce } from '../../src/requests/request.js';
import { startNatsServer } from '../support/nats-server.js';
import { failureOf, planFor } from './planning.js';
import { connected, describeOnEachServer } from './serving.js';

const config = `
  authorization {
    users: [
      { user: me, password: pw, permissions: {
        publish: { deny: ["closed.>"] }
        subscribe: { deny: ["closed.>", "deaf.>"] }
      } }
    ]
  }`;
const login = { user: 'me', password: 'pw' };
/** Far longer than a denial takes. */
const timeoutMs = 15_000;
const denied = (operation: string, subject: string) => ({
  kind: 'authorization',
  mayPass: false,
  message: `the server denies ${operation} ${subject}`,
  details: { subject },
});

describeOnEachServer('a denied subject', ({ binary }) => {
  it('is told by confirm() after each publish, 200 times in a row', async () => {
    await using server = await startNatsServer({ binary, config });
    await using connection = await connected(planFor(server.url, login));
    for (let round = 0; round < 200; round++) {
      connection.nats.publish(`closed.${round}`, 'x');
      expect(await failureOf(() => connection.confirm())).toMatchObject(denied('publishing to', `closed.${round}`));
    }
    connection.nats.publish('open');
    await connection.confirm();
  });

  it('is told on 200 connections, each for one publish', async () => {
    await using server = await startNatsServer({ binary, config });
    for (let round = 0; round < 50; round++) {
      const failures = Array.from({ length: 4 }, async () => {
        await using connection = await connected(planFor(server.url, login));
        const since = connection.epoch();
        connection.nats.publish('closed.a', 'x'.repeat(40_000), { headers: headers() });
        return await failureOf(() => connection.confirm(since));
      });
      for (const failure of await Promise.all(failures)) {
        expect(failure).toMatchObject(denied('publishing to', 'closed.a'));
      }
    }
  });

  it('ends a request at once', async () => {
    await using server = await startNatsServer({ binary, config });
    await using connection = await connected(planFor(server.url, login));
    const started = performance.now();
    const request = { subject: 'closed.a', body: Buffer.from('x'), headers: undefined, timeoutMs };
    for (let round = 0; round < 50; round++) {
      expect(await failureOf(() => requestOnce(connection, request))).toMatchObject(
        denied('publishing to', 'closed.a'),
      );
    }
    expect(performance.now() - started).toBeLessThan(timeoutMs / 3);
  });

  it('ends a request at once where it is the inbox', async () => {
    await using server = await startNatsServer({ binary, config });
    await using connection = await connected(planFor(server.url, { ...login, inboxPrefix: 'deaf.me' }));
    connection.nats.subscribe('open', { callback: (_error, message) => void message.respond('x') });
    const started = performance.now();
    for (let round = 0; round < 5; round++) {
      const request = { subject: 'open', body: Buffer.from('x'), headers: undefined, timeoutMs };
      const failure = await failureOf(() => requestOnce(connection, request));
      expect(failure.kind).toBe('authorization');
      expect(failure.message).toMatch(/^the server denies subscribing to deaf\.me\.\w+\.\*$/);
    }
    expect(performance.now() - started).toBeLessThan(timeoutMs / 3);
  });

  it('ends a subscription, and is told by confirm() and by the event', async () => {
    await using server = await startNatsServer({ binary, config });
    await using connection = await connected(planFor(server.url, login));
    const event = once(connection.events, 'denied');
    const subscription = connection.nats.subscribe('closed.>');
    expect(await failureOf(() => connection.confirm())).toMatchObject(denied('subscribing to', 'closed.>'));
    expect(await event).toEqual([{ operation: 'subscription', subject: 'closed.>' }]);
    const read = async (): Promise<void> => {
      for await (const _ of subscription);
    };
    const explained = failureOf(async () => {
      await read().catch((error: unknown) => {
        throw explainClientError(error, { connection, subject: 'closed.>', timeoutMs });
      });
    });
    expect(await explained).toMatchObject(denied('subscribing to', 'closed.>'));
  });

  it('is told of one in a queue group, too', async () => {
    await using server = await startNatsServer({ binary, config });
    await using connection = await connected(planFor(server.url, login));
    connection.nats.subscribe('closed.a', { queue: 'q', callback: () => undefined });
    expect(await failureOf(() => connection.confirm())).toMatchObject(denied('subscribing to', 'closed.a'));
  });

  it('leaves the connection of use', async () => {
    await using server = await startNatsServer({ binary, config });
    await using connection = await connected(planFor(server.url, login));
    connection.nats.subscribe('open', { callback: (_error, message) => void message.respond('x') });
    connection.nats.publish('closed.a');
    expect(await failureOf(() => connection.confirm())).toMatchObject({ kind: 'authorization' });
    await connection.confirm();
    const request = { subject: 'open', body: new Uint8Array(0), headers: undefined, timeoutMs };
    expect(Buffer.from((await requestOnce(connection, request)).body).toString()).toBe('x');
  });
});
