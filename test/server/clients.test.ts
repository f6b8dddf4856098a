import {
  type ConnectionOptions,
  connect,
  Empty,
  ErrorCode,
  headers,
  type NatsConnection,
  type NatsError,
  RequestStrategy,
} from 'nats';
import { describe, expect, it } from 'vitest';
import { createCertificates } from '../support/tls.js';
import { type RunningTarget, targets } from './targets.js';

const certificates = await createCertificates();

for (const target of targets) {
  describe.skipIf(target.isMissing)(`nats.js with ${target.name}`, () => {
    it('publishes and subscribes, with wildcards and headers', async () => {
      await using server = await target.start();
      await using client = await open(server);
      const { connection } = client;
      const subscription = connection.subscribe('orders.*.>', { max: 2 });
      const h = headers();
      h.append('Kind', 'a');
      h.append('Kind', 'b');
      connection.publish('orders.1', 'not this');
      connection.publish('orders.1.new', 'first', { headers: h, reply: 'back' });
      connection.publish('orders.2.new.now', 'second');
      const seen = [];
      for await (const message of subscription) {
        seen.push([message.subject, message.string(), message.reply, message.headers?.values('Kind')]);
      }
      expect(seen).toEqual([
        ['orders.1.new', 'first', 'back', ['a', 'b']],
        ['orders.2.new.now', 'second', '', undefined],
      ]);
    });

    it('shares the messages of a queue group among members of several connections', async () => {
      await using server = await target.start();
      await using one = await open(server);
      await using two = await open(server);
      const counts = [0, 0];
      const everything: string[] = [];
      one.connection.subscribe('work', { queue: 'q', callback: () => void counts.splice(0, 1, (counts[0] ?? 0) + 1) });
      two.connection.subscribe('work', { queue: 'q', callback: () => void counts.splice(1, 1, (counts[1] ?? 0) + 1) });
      two.connection.subscribe('work', { callback: (_, message) => void everything.push(message.string()) });
      await Promise.all([one.connection.flush(), two.connection.flush()]);
      for (let index = 0; index < 1_000; index++) one.connection.publish('work', String(index));
      await one.connection.flush();
      await two.connection.flush();
      const [first = 0, second = 0] = counts;
      expect(first + second).toBe(1_000);
      expect(everything).toEqual(Array.from({ length: 1_000 }, (_, index) => String(index)));
      // With a fair coin, less than 400 of 1,000 come once in billions.
      expect(Math.min(first, second)).toBeGreaterThan(400);
    });

    it('requests and replies, one, many and none', async () => {
      await using server = await target.start();
      await using client = await open(server);
      const { connection } = client;
      connection.subscribe('greet', { callback: (_, message) => void message.respond(`Hello, ${message.string()}!`) });
      expect((await connection.request('greet', 'Anna')).string()).toBe('Hello, Anna!');
      connection.subscribe('greet', { callback: (_, message) => void message.respond('Hi.') });
      const replies = [];
      for await (const reply of await connection.requestMany('greet', 'Bert', {
        strategy: RequestStrategy.Count,
        maxMessages: 2,
        maxWait: 5_000,
      })) {
        replies.push(reply.string());
      }
      expect(replies.sort()).toEqual(['Hello, Bert!', 'Hi.']);
      await expect(connection.request('nobody', Empty)).rejects.toMatchObject({ code: ErrorCode.NoResponders });
    });

    it('carries large payloads, and refuses one over max_payload', async () => {
      await using server = await target.start({ maxPayload: 2_000_000 });
      await using client = await open(server);
      const { connection } = client;
      expect(connection.info?.max_payload).toBe(2_000_000);
      const payload = new Uint8Array(2_000_000).map((_, index) => index * 31);
      const subscription = connection.subscribe('large', { max: 3 });
      for (const size of [2_000_000, 65_536, 32_768]) connection.publish('large', payload.subarray(0, size));
      const sizes = [];
      for await (const { data } of subscription) {
        expect(Buffer.compare(data, payload.subarray(0, data.length))).toBe(0);
        sizes.push(data.length);
      }
      expect(sizes).toEqual([2_000_000, 65_536, 32_768]);
      expect(() => connection.publish('large', new Uint8Array(2_000_001))).toThrow(ErrorCode.MaxPayloadExceeded);
    });

    it('drains: what is on its way still arrives', async () => {
      await using server = await target.start();
      await using client = await open(server);
      const drained = await connect({ servers: server.url });
      let count = 0;
      const subscription = drained.subscribe('work', {
        callback: () => {
          count += 1;
        },
      });
      await drained.flush();
      for (let index = 0; index < 500; index++) client.connection.publish('work');
      await client.connection.flush();
      await drained.drain();
      expect([count, subscription.isClosed(), drained.isClosed()]).toEqual([500, true, true]);
    });

    it('is told, and reconnects when the server is back', async () => {
      await using first = await target.start();
      await using client = await open(first, { reconnectTimeWait: 10, maxReconnectAttempts: -1, reconnectJitter: 0 });
      const { connection } = client;
      const subscription = connection.subscribe('again', { max: 1 });
      const status = connection.status()[Symbol.asyncIterator]();
      await connection.flush();
      await first.stop();
      await using second = await target.start({ port: first.port });
      for (let type: string | undefined; type !== 'reconnect'; ) type = (await status.next()).value?.type;
      await connection.flush();
      await using other = await open(second);
      other.connection.publish('again', 'x');
      for await (const message of subscription) expect(message.string()).toBe('x');
    });

    it('lets in who has the password, and tells others', async () => {
      await using server = await target.start({ auth: { kind: 'user', user: 'anna', password: 'secret' } });
      await using client = await open(server, { user: 'anna', pass: 'secret' });
      await client.connection.flush();
      expect(await refusal(server, { user: 'anna', pass: 'other' })).toBe(ErrorCode.AuthorizationViolation);
      expect(await refusal(server, {})).toBe(ErrorCode.AuthorizationViolation);
    });

    it('lets in who has the token, and tells others', async () => {
      await using server = await target.start({ auth: { kind: 'token', token: 's3cr3t' } });
      await using client = await open(server, { token: 's3cr3t' });
      await client.connection.flush();
      expect(await refusal(server, { token: 'other' })).toBe(ErrorCode.AuthorizationViolation);
    });

    it('speaks TLS with one that trusts its authority, and with no other', async () => {
      await using server = await target.start({ tls: { files: certificates } });
      await using client = await open(server, { tls: { caFile: certificates.ca } });
      const payload = new Uint8Array(1_000_000).map((_, index) => index * 31);
      const subscription = client.connection.subscribe('secure', { max: 1 });
      client.connection.publish('secure', payload);
      for await (const { data } of subscription) expect(Buffer.compare(data, payload)).toBe(0);
      expect(await refusal(server, { tls: { caFile: certificates.stranger.ca } })).toBeDefined();
    });

    it('asks for a certificate, lets in one of its authority, and no other', async () => {
      await using server = await target.start({ tls: { files: certificates, verify: true } });
      const trust = { caFile: certificates.ca };
      const { client: mine, stranger } = certificates;
      await using client = await open(server, { tls: { ...trust, certFile: mine.cert, keyFile: mine.key } });
      await client.connection.flush();
      const strange = { ...trust, certFile: stranger.client.cert, keyFile: stranger.client.key };
      expect(await refusal(server, { tls: strange, timeout: 500 })).toBeDefined();
      expect(await refusal(server, { tls: trust, timeout: 500 })).toBeDefined();
    });

    it.skipIf(target.name === 'nats-server 2.9')('begins with TLS where told so', async () => {
      await using server = await target.start({ tls: { files: certificates, first: true } });
      const tls = { caFile: certificates.ca, handshakeFirst: true };
      await using client = await open(server, { tls });
      await client.connection.flush();
      expect(await refusal(server, { tls: { caFile: certificates.ca }, timeout: 500 })).toBeDefined();
    });
  });
}

async function open(
  server: RunningTarget,
  options: ConnectionOptions = {},
): Promise<AsyncDisposable & { readonly connection: NatsConnection }> {
  const connection = await connect({ servers: server.url, noAsyncTraces: true, ...options });
  return { connection, [Symbol.asyncDispose]: () => connection.close() };
}

/** The code with which a client is refused; undefined where it is let in. */
async function refusal(server: RunningTarget, options: ConnectionOptions): Promise<string | undefined> {
  try {
    await (await open(server, { reconnect: false, ...options })).connection.close();
  } catch (error) {
    return (error as NatsError).code;
  }
  return undefined;
}
