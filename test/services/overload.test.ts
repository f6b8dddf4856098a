import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineService, type Endpoint } from '../../src/services/define-service.js';
import { Gate } from '../../src/services/gate.js';
import { startService } from '../../src/services/running-service.js';
import { type OverloadPolicy, WaitingRoom } from '../../src/services/waiting-room.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { natsServers } from '../support/tools.js';
import { waitUntil } from '../support/wait-until.js';
import { connectTo, type OpenConnection } from './connect-to.js';

/** Handlers that begin and wait until they are let go. */
function holdHandlers() {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { released, release: () => release() };
}

/** What a server reads in vain for one that takes nothing; the sockets' own buffers hold several megabytes. */
const LARGE = Buffer.alloc(256 * 1024, 'x');

for (const { name, path: binary } of natsServers) {
  describe.skipIf(binary === undefined)(`a worker that is overloaded, on ${name}`, () => {
    let server: NatsServer;
    const open: OpenConnection[] = [];

    async function connected(): Promise<OpenConnection> {
      const connection = await connectTo(server.url);
      open.push(connection);
      return connection;
    }

    /** Serves as a worker does, one request at a time. */
    async function serve(
      overload: OverloadPolicy,
      maxQueued: number,
      endpoints: Readonly<Record<string, Endpoint>>,
      { concurrency = 1, handlerTimeoutMs = 30_000 } = {},
    ) {
      const connection = await connected();
      const calls = overload === 'queue' ? await connected() : connection;
      const definition = defineService({ name: 'test', version: '1.0.0', endpoints });
      const service = await startService(connection, definition, {
        workerGate: new Gate(concurrency),
        waitingRoom: new WaitingRoom({ maxQueued, overload }, connection),
        calls,
        handlerTimeoutMs,
      });
      return { connection, service };
    }

    async function client() {
      const { nats, confirm } = await connected();
      const ask = async (subject: string, body: string | Uint8Array = ''): Promise<string> => {
        const reply = await nats.request(subject, body, { timeout: 20_000 });
        const error = reply.headers?.get('Nats-Service-Error-Code');
        return error ? `${error} ${reply.headers?.get('Nats-Service-Error')}` : reply.string();
      };
      return { nats, confirm, ask };
    }

    beforeEach(async () => {
      server = await startNatsServer({ binary: binary ?? '' });
    });

    afterEach(async () => {
      await Promise.all(open.splice(0).map((connection) => connection.close()));
      await server[Symbol.asyncDispose]();
    });

    it('answers 429 at once where no more may wait, and the others in their turn', async () => {
      const { released, release } = holdHandlers();
      await serve('reject', 2, {
        held: {
          async handler({ text }) {
            await released;
            return text();
          },
        },
      });
      const { ask } = await client();
      const replies = [1, 2, 3, 4, 5].map((number) => ask('test.held', String(number)));
      expect(await Promise.all(replies.slice(3))).toEqual(
        Array(2).fill('429 overloaded: no more than 2 requests may wait'),
      );
      release();
      expect(await Promise.all(replies.slice(0, 3))).toEqual(['1', '2', '3']);
      expect(await ask('test.held', 'later')).toBe('later');
    });

    it('counts those that wait for an endpoint’s own limit, and makes room where one has waited too long', async () => {
      const { released, release } = holdHandlers();
      const held: Endpoint = {
        concurrency: 1,
        async handler() {
          await released;
          return 'done';
        },
      };
      await serve(
        'reject',
        1,
        { held, free: { handler: () => 'free' } },
        { concurrency: 100, handlerTimeoutMs: 1_000 },
      );
      const { ask } = await client();
      // In one go: they are all there before the first has waited too long.
      const replies = [ask('test.held'), ask('test.held')];
      const [tooMany, free] = [ask('test.held'), ask('test.free')];
      expect(await tooMany).toMatch(/^429 /);
      expect(await free).toBe('free');
      expect(await Promise.all(replies)).toEqual(Array(2).fill('504 no answer within 1 s'));
      const next = ask('test.held');
      release();
      expect(await next).toBe('done');
    });

    it('leaves unread what may not wait, and answers all of it when there is room', async () => {
      const { released, release } = holdHandlers();
      const { service } = await serve('queue', 10, {
        held: {
          async handler({ data }) {
            await released;
            return data.subarray(0, 10);
          },
        },
      });
      const { ask, confirm } = await client();
      const bodies = Array.from({ length: 3_000 }, (_, index) => String(index).padEnd(1_000, '.'));
      const replies = Promise.all(bodies.map((body) => ask('test.held', body)));
      await confirm();
      await waitUntil(() => service.inHand() > 10);
      await delay(200);
      // 64 KiB that were read already.
      expect(service.inHand()).toBeLessThan(11 + 70);
      release();
      expect(await replies).toEqual(bodies.map((body) => body.slice(0, 10)));
    });

    it('is not taken for gone by a server that pings it meanwhile', async () => {
      await server.restart('ping_interval: "500ms"\nping_max: 3');
      const { released, release } = holdHandlers();
      const { connection } = await serve('queue', 1, {
        held: {
          async handler() {
            await released;
            return 'done';
          },
        },
      });
      const lost = vi.fn();
      connection.events.on('disconnected', lost);
      const { ask } = await client();
      const replies = Array.from({ length: 1_000 }, () => ask('test.held', 'x'.repeat(1_000)));
      await delay(3_000);
      expect(lost).not.toHaveBeenCalled();
      release();
      expect(new Set(await Promise.all(replies))).toEqual(new Set(['done']));
      expect(lost).not.toHaveBeenCalled();
    });

    it('hears what its handlers ask others, and sends their streams, while it reads no requests', async () => {
      const { released, release } = holdHandlers();
      await serve('queue', 1, {
        asks: {
          async handler({ request }) {
            await released;
            return (await request('other')).text();
          },
        },
        streams: {
          async *handler() {
            await released;
            for (let item = 0; item < 8; item++) yield LARGE;
          },
        },
      });
      const { nats, ask, confirm } = await client();
      nats.subscribe('other', { callback: (_, message) => void message.respond('of another') });
      let streamed = 0;
      const ended = new Promise<void>((resolve) => {
        nats.subscribe('stream.reply', {
          callback(_, { data }) {
            streamed += data.length;
            if (data.length === 0) resolve();
          },
        });
      });
      nats.publish('test.streams', '', { reply: 'stream.reply' });
      const replies = Array.from({ length: 500 }, () => ask('test.asks', 'x'.repeat(1_000)));
      await confirm();
      await delay(100);
      release();
      await ended;
      expect(streamed).toBe(8 * LARGE.length);
      expect(new Set(await Promise.all(replies))).toEqual(new Set(['of another']));
    });

    it('answers all that is unread where it is drained', async () => {
      const { released, release } = holdHandlers();
      const { service } = await serve('queue', 5, {
        held: {
          async handler() {
            await released;
            return 'done';
          },
        },
      });
      const { ask, confirm } = await client();
      const replies = Array.from({ length: 1_000 }, () => ask('test.held', 'x'.repeat(1_000)));
      await confirm();
      await waitUntil(() => service.inHand() > 5);
      const drained = service.drain();
      await waitUntil(() => service.inHand() === 1_000);
      release();
      await drained;
      expect(new Set(await Promise.all(replies))).toEqual(new Set(['done']));
    });

    it('serves on where the server has given it up, since it left too much unread for too long', async () => {
      await server.restart('write_deadline: "500ms"');
      const { released, release } = holdHandlers();
      const { connection } = await serve('queue', 1, {
        held: {
          async handler() {
            await released;
            return 'done';
          },
        },
      });
      const disconnected = new Promise((resolve) => connection.events.once('disconnected', resolve));
      const { nats, ask } = await client();
      for (let number = 0; number < 100; number++) nats.publish('test.held', LARGE);
      expect(await disconnected).toMatchObject({ tooSlow: true });
      release();
      await waitUntil(() => connection.isConnected());
      // The server knows its subscriptions again.
      await connection.confirm();
      expect(await ask('test.held')).toBe('done');
    });
  });
}
