import { setImmediate as nextTurn } from 'node:timers/promises';
import { createInbox, type Msg } from 'nats';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineService, type Handler, ServiceError } from '../../src/services/define-service.js';
import { greeter } from '../../src/services/greeter.js';
import { type AnsweredRequest, startService } from '../../src/services/running-service.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { natsServers } from '../support/tools.js';
import { connectTo, type OpenConnection } from './connect-to.js';

const maxPayload = 4_096;
const config = `
max_payload: ${maxPayload}
authorization { users: [
  { user: full, password: p }
  { user: no_greeter, password: p, permissions: { subscribe: { deny: "greeter.greet" } } }
  { user: no_group, password: p, permissions: { subscribe: { deny: "greeter.greet greeters" } } }
  { user: no_discovery, password: p, permissions: { subscribe: { deny: "$SRV.>" } } }
  { user: no_ping, password: p, permissions: { subscribe: { deny: "$SRV.PING" } } }
] }
`;

/** A service of one endpoint, on the subject `test`. */
function serviceOf(handler: Handler) {
  return defineService({
    name: 'test',
    version: '1.0.0',
    queue: 'testers',
    endpoints: { only: { subject: 'test', handler } },
  });
}

function errorOf(reply: Msg) {
  return {
    code: reply.headers?.get('Nats-Service-Error-Code'),
    message: reply.headers?.get('Nats-Service-Error'),
  };
}

for (const { name, path: binary } of natsServers) {
  describe.skipIf(binary === undefined)(`a service on ${name}`, () => {
    let server: NatsServer;
    let connection: OpenConnection;
    let client: OpenConnection;

    const connectAs = (user: string) => connectTo(server.url, { user, password: 'p' });

    async function ask(subject: string, body: string | Uint8Array = '') {
      return await client.nats.request(subject, body, { timeout: 5_000 });
    }

    async function askJson(subject: string) {
      return (await ask(subject)).json();
    }

    beforeAll(async () => {
      server = await startNatsServer({ binary: binary ?? '', config });
    });

    afterAll(async () => {
      await server[Symbol.asyncDispose]();
    });

    beforeEach(async () => {
      [connection, client] = await Promise.all([connectAs('full'), connectAs('full')]);
    });

    afterEach(async () => {
      await Promise.all([connection.close(), client.close()]);
    });

    describe('once it is started', () => {
      it('answers requests', async () => {
        await startService(connection, greeter);
        expect((await ask('greeter.greet', 'World')).string()).toBe('Hello, World!');
      });

      it('has been confirmed by the server', async () => {
        server.suspend();
        const started = startService(connection, greeter).then(() => 'started');
        await nextTurn();
        expect(await Promise.race([started, nextTurn('not confirmed')])).toBe('not confirmed');
        server.resume();
        expect(await started).toBe('started');
      });

      it('shares the requests of its queue group with other instances', async () => {
        await using other = await connectAs('full');
        const [first, second] = [vi.fn(), vi.fn()];
        await startService(connection, greeter, { onAnswered: first });
        await startService(other, greeter, { onAnswered: second });
        await Promise.all(Array.from({ length: 200 }, () => ask('greeter.greet', 'World')));
        const counts = [first.mock.calls.length, second.mock.calls.length] as const;
        expect(Math.min(...counts)).toBeGreaterThan(20);
        expect(counts[0] + counts[1]).toBe(200);
      });

      it('joins the queue group that it is given', async () => {
        await startService(connection, greeter, { queue: 'my.group' });
        expect(await askJson('$SRV.INFO.greeter')).toMatchObject({ endpoints: [{ queue_group: 'my.group' }] });
      });

      it('takes its part only in the discovery of its own name', async () => {
        await startService(connection, greeter);
        await expect(ask('$SRV.PING.other')).rejects.toMatchObject({ code: '503' });
      });
    });

    describe('a handler', () => {
      it.each<[does: string, handler: Handler, code: string, message: string]>([
        [
          'throws an error of its own',
          () => {
            throw new ServiceError(404, 'no such order');
          },
          '404',
          'no such order',
        ],
        [
          'rejects with one',
          async () => Promise.reject(new ServiceError(404, 'no such order')),
          '404',
          'no such order',
        ],
        [
          'throws',
          () => {
            throw new Error('boom');
          },
          '500',
          'boom',
        ],
        ['rejects', async () => Promise.reject(new Error('boom')), '500', 'boom'],
        ['rejects with a text', async () => Promise.reject('boom'), '500', 'boom'],
        ['rejects without a message', async () => Promise.reject(new Error('')), '500', 'the handler failed'],
        ['rejects on several lines', async () => Promise.reject(new Error('a\r\nB: c\n')), '500', 'a B: c'],
        ['rejects in another script', async () => Promise.reject(new Error('größer 👋')), '500', 'größer 👋'],
        [
          'rejects with a code that is no number',
          async () => Promise.reject(new ServiceError(Number.NaN, 'boom')),
          '500',
          'boom',
        ],
        [
          'returns nothing',
          (() => undefined) as unknown as Handler,
          '500',
          'the handler returned nothing: give text, bytes or a JSON value',
        ],
        ['returns a function', () => () => 7, '500', 'the handler returned a function, which is no JSON value'],
        [
          'returns a BigInt',
          async () => ({ id: 7n }),
          '500',
          'the handler returned what cannot be JSON: it holds a BigInt',
        ],
        [
          'returns a cycle',
          () => {
            const cycle: { self?: object } = {};
            cycle.self = cycle;
            return cycle;
          },
          '500',
          'the handler returned what cannot be JSON: it refers to itself',
        ],
        [
          'replies with more than the server takes',
          () => 'x'.repeat(maxPayload + 1),
          '500',
          `the reply has ${maxPayload + 1} bytes, and the server takes at most ${maxPayload}`,
        ],
        ['reads text that is no UTF-8', (request) => request.text(), '400', 'the body is not valid UTF-8'],
      ])('that %s becomes an error for the caller', async (_, handler, code, message) => {
        await startService(connection, serviceOf(handler));
        const reply = await ask('test', Uint8Array.of(0xff));
        expect(errorOf(reply)).toEqual({ code, message });
        expect(reply.data).toHaveLength(0);
      });

      it('may fail with a message longer than the server takes, and the service goes on', async () => {
        await startService(
          connection,
          serviceOf(async () => Promise.reject(new Error('x'.repeat(maxPayload)))),
        );
        for (const _ of [1, 2]) {
          const { code, message } = errorOf(await ask('test'));
          expect(code).toBe('500');
          expect(message).toMatch(/^x{100,}/);
        }
      });

      it('may reply with as much as the server takes', async () => {
        await startService(
          connection,
          serviceOf(() => Buffer.alloc(maxPayload, 0xff)),
        );
        const reply = await ask('test');
        expect(reply.headers).toBeUndefined();
        expect(Buffer.from(reply.data)).toEqual(Buffer.alloc(maxPayload, 0xff));
      });

      it('sees subject, body and headers', async () => {
        const service = serviceOf(({ subject, headers, text }) => `${subject} ${headers?.get('A')} ${text()}`);
        await startService(connection, service);
        const { headers } = await import('nats');
        const sent = headers();
        sent.set('A', '1');
        const reply = await client.nats.request('test', '\ufeffGrüße', { timeout: 5_000, headers: sent });
        expect(reply.string()).toBe('test 1 \ufeffGrüße');
      });

      it('is run for a message that asks for no reply, and nothing is sent', async () => {
        const answered: AnsweredRequest[] = [];
        const answers = vi.fn();
        client.nats.subscribe('>', { callback: (_, message) => answers(message.subject) });
        await client.confirm();
        const service = serviceOf(({ text }) => text().toUpperCase());
        await startService(connection, service, { onAnswered: (request) => answered.push(request) });
        client.nats.publish('test', 'told');
        await ask('test', 'asked');
        await client.confirm();
        expect(answered.map(({ reply }) => Buffer.from(reply).toString())).toEqual(['TOLD', 'ASKED']);
        expect(answers.mock.calls.flat()).toEqual(['test', 'test', expect.stringMatching(/^_INBOX\./)]);
      });
    });

    it('tells of each answer what was asked and what was said', async () => {
      const answered: AnsweredRequest[] = [];
      await startService(connection, greeter, { onAnswered: (request) => answered.push(request) });
      await ask('greeter.greet', 'World');
      await ask('greeter.greet', '');
      const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
      expect(answered.map((request) => ({ ...request, data: text(request.data), reply: text(request.reply) }))).toEqual(
        [
          {
            subject: 'greeter.greet',
            endpoint: 'greet',
            data: 'World',
            reply: 'Hello, World!',
            error: undefined,
            durationMs: expect.any(Number),
          },
          {
            subject: 'greeter.greet',
            endpoint: 'greet',
            data: '',
            reply: '',
            error: { code: 400, message: 'name is empty' },
            durationMs: expect.any(Number),
          },
        ],
      );
    });

    describe('its statistics', () => {
      it('count awaited time, and the errors of handlers that reject', async () => {
        let nowMs = 1_000;
        vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
        const service = serviceOf(async ({ text }) => {
          await nextTurn();
          nowMs += 250;
          if (text() === 'fail') throw new ServiceError(409, 'conflict');
          return 'done';
        });
        await startService(connection, service);
        await ask('test', 'fail');
        await ask('test', 'succeed');
        const stats = await askJson('$SRV.STATS.test');
        vi.restoreAllMocks();
        expect(stats).toMatchObject({
          endpoints: [
            {
              name: 'only',
              num_requests: 2,
              num_errors: 1,
              last_error: '409:conflict',
              processing_time: 500_000_000,
              average_processing_time: 250_000_000,
            },
          ],
        });
      });

      it('count a reply that was too large as an error', async () => {
        await startService(
          connection,
          serviceOf(() => 'x'.repeat(maxPayload + 1)),
        );
        await ask('test');
        expect(await askJson('$SRV.STATS.test')).toMatchObject({ endpoints: [{ num_requests: 1, num_errors: 1 }] });
      });
    });

    describe('its discovery', () => {
      it.each(['PING', 'INFO', 'STATS'])('answers $SRV.%s for all, for its name, and for itself', async (verb) => {
        await startService(connection, greeter);
        const answer = await askJson(`$SRV.${verb}`);
        const { id } = answer as { id: string };
        expect(answer).toMatchObject({ name: 'greeter', type: `io.nats.micro.v1.${verb.toLowerCase()}_response` });
        expect(await askJson(`$SRV.${verb}.greeter`)).toEqual(answer);
        expect(await askJson(`$SRV.${verb}.greeter.${id}`)).toEqual(answer);
      });

      it('is answered by every instance, each with an id of its own', async () => {
        await using other = await connectAs('full');
        await startService(connection, greeter);
        await startService(other, greeter);
        const inbox = createInbox();
        const replies = client.nats.subscribe(inbox, { max: 2 });
        client.nats.publish('$SRV.PING.greeter', '', { reply: inbox });
        const ids = new Set<string>();
        for await (const reply of replies) ids.add((reply.json() as { id: string }).id);
        expect(ids.size).toBe(2);
      });

      it('says where it may not be found, and serves all the same', async () => {
        await using denied = await connectAs('no_discovery');
        const service = await startService(denied, greeter);
        expect(service.discoveryDenied).toMatch(/^\$SRV\./);
        expect((await ask('greeter.greet', 'World')).string()).toBe('Hello, World!');
        await service.drain();
      });

      it('works as far as it is allowed', async () => {
        await using denied = await connectAs('no_ping');
        const service = await startService(denied, greeter);
        expect(service.discoveryDenied).toBe('$SRV.PING');
        expect(await askJson('$SRV.INFO')).toMatchObject({ name: 'greeter' });
        await expect(ask('$SRV.PING')).rejects.toMatchObject({ code: '503' });
      });

      it('is not denied where all is allowed', async () => {
        expect((await startService(connection, greeter)).discoveryDenied).toBeUndefined();
      });
    });

    it.each(['no_greeter', 'no_group'])('is not started where the server denies its subject: user %s', async (user) => {
      await using denied = await connectAs(user);
      await expect(startService(denied, greeter)).rejects.toMatchObject({
        kind: 'authorization',
        message: 'the server denies subscribing to greeter.greet',
        details: { subject: 'greeter.greet' },
      });
    });
  });
}
