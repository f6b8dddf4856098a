import { setImmediate as nextTurn } from 'node:timers/promises';
import { headers as createHeaders, createInbox, type Msg } from 'nats';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import {
  type Endpoint,
  type Middleware,
  type ServiceDefinition,
  ServiceError,
} from '../../src/services/define-service.js';
import { Gate } from '../../src/services/gate.js';
import { type RunningServiceOptions, startService } from '../../src/services/running-service.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { natsServers } from '../support/tools.js';
import { waitUntil } from '../support/wait-until.js';
import { connectTo, type OpenConnection } from './connect-to.js';

/** What a test lets go when it is time. */
function latch() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

for (const { name, path: binary } of natsServers) {
  describe.skipIf(binary === undefined)(`the handlers of a service on ${name}`, () => {
    let server: NatsServer;
    let connection: OpenConnection;
    let client: OpenConnection;

    beforeAll(async () => {
      server = await startNatsServer({ binary: binary ?? '', config: 'max_payload: 65536' });
    });
    afterAll(() => server[Symbol.asyncDispose]());
    beforeEach(async () => {
      [connection, client] = await Promise.all([connectTo(server.url), connectTo(server.url)]);
    });
    afterEach(async () => {
      vi.restoreAllMocks();
      await Promise.all([connection.close(), client.close()]);
    });

    const serve = (
      endpoints: Record<string, Endpoint>,
      more: Partial<ServiceDefinition> = {},
      options: RunningServiceOptions = {},
    ) => startService(connection, { name: 'test', version: '1.0.0', ...more, endpoints }, options);
    const ask = (subject: string, body: string | Uint8Array = '', headers = createHeaders()) =>
      client.nats.request(subject, body, { timeout: 10_000, headers });
    const errorOf = ({ headers }: Msg) =>
      `${headers?.get('Nats-Service-Error-Code')} ${headers?.get('Nats-Service-Error')}`;

    /** All replies up to the end of the stream, or an error. */
    async function gather(subject: string): Promise<Msg[]> {
      const inbox = createInbox();
      const subscription = client.nats.subscribe(inbox);
      client.nats.publish(subject, '', { reply: inbox });
      const replies: Msg[] = [];
      for await (const reply of subscription) {
        replies.push(reply);
        if (reply.data.length === 0) break;
      }
      return replies;
    }

    it.each<[result: unknown, reply: string]>([
      ['text', 'text'],
      ['', ''],
      [Buffer.from('bytes'), 'bytes'],
      [new Uint8Array([65]).buffer, 'A'],
      [{ ok: true }, '{"ok":true}'],
      [[1, 'a'], '[1,"a"]'],
      [7, '7'],
      [false, 'false'],
      [null, 'null'],
    ])('answer %j with %s', async (result, reply) => {
      await serve({ a: { handler: () => result as object } });
      expect((await ask('test.a')).string()).toBe(reply);
    });

    it('find the request in their own hands: body, tokens, headers, context', async () => {
      const context = vi.fn(() => ({ base: 10 }));
      const seen = vi.fn();
      await serve(
        {
          add: {
            subject: 'add.*.to.>',
            handler: ({ json, tokens, headers, context: { base }, subject }) => {
              seen(subject, tokens, headers?.get('A'));
              return base + json<{ n: number }>().n;
            },
          },
        },
        { context },
      );
      const headers = createHeaders();
      headers.set('A', 'b');
      for (const n of [1, 2]) expect((await ask('add.x.to.y.z', `{"n":${n}}`, headers)).string()).toBe(String(10 + n));
      expect(seen).toHaveBeenLastCalledWith('add.x.to.y.z', ['x', 'y.z'], 'b');
      expect(context).toHaveBeenCalledTimes(1);
    });

    it.each([
      ['not json', '400 the body is not JSON'],
      ['', '400 the body is empty, not JSON'],
      [Uint8Array.of(0xff), '400 the body is not valid UTF-8'],
    ])('answer 400 where they ask for JSON and there is %j', async (body, error) => {
      await serve({ a: { handler: ({ json }) => json<object>() } });
      expect(errorOf(await ask('test.a', body))).toMatch(error);
    });

    it('find headers as they stand, also with names that the client would not send', async () => {
      await serve({
        blind: { handler: ({ text }) => text() },
        curious: { handler: ({ headers }) => headers?.keys() ?? [] },
      });
      // No client library sends these, and the server lets them pass.
      const block = 'NATS/1.0\r\nNatsctl-Timeout-Ms: 1\n2\r\na b:c\r\n\r\n';
      const broken = Object.assign(createHeaders(), { encode: () => Buffer.from(block) });
      expect((await ask('test.blind', 'seen', broken)).string()).toBe('seen');
      expect((await ask('test.curious', '', broken)).json()).toEqual(['Natsctl-Timeout-Ms', 'a b']);
    });

    it('answer an error with what it carries', async () => {
      await serve({
        a: {
          handler() {
            throw new ServiceError(409, 'sold', { data: { left: 0 } });
          },
        },
      });
      const reply = await ask('test.a');
      expect(errorOf(reply)).toBe('409 sold');
      expect(reply.json()).toEqual({ left: 0 });
    });

    describe('that stream', () => {
      it('send a reply for each item that is not empty, and an empty one behind them', async () => {
        await serve({
          a: {
            async *handler() {
              yield 'one';
              yield '';
              yield { two: 2 };
            },
          },
        });
        const replies = await gather('test.a');
        expect(replies.map((reply) => reply.string())).toEqual(['one', '{"two":2}', '']);
        expect(replies.at(-1)?.headers).toBeUndefined();
      });

      it('end with the error that they throw', async () => {
        await serve({
          a: {
            async *handler() {
              yield 'one';
              throw new ServiceError(410, 'gone');
            },
          },
        });
        const [one, end] = await gather('test.a');
        expect(one?.string()).toBe('one');
        expect(errorOf(end as Msg)).toBe('410 gone');
      });

      it('lose none of 20,000, and are closed when their deadline is over', async () => {
        const closed = latch();
        await serve({
          many: {
            async *handler() {
              for (let index = 0; index < 20_000; index++) yield `${index}${'.'.repeat(100)}`;
            },
          },
          endless: {
            timeout: 100,
            async *handler() {
              try {
                for (;;) {
                  yield 'x';
                  await nextTurn();
                }
              } finally {
                closed.open();
              }
            },
          },
        });
        expect(await gather('test.many')).toHaveLength(20_001);
        expect(errorOf((await gather('test.endless')).at(-1) as Msg)).toBe('504 no answer within 100 ms');
        await closed.opened;
      });
    });

    describe('that take too long', () => {
      it('have their caller told 504, their signal aborted, and what they say later dropped', async () => {
        const late = latch();
        const aborted = latch();
        await serve(
          {
            a: {
              handler: async ({ signal }) => {
                signal.addEventListener('abort', aborted.open);
                await late.opened;
                return 'late';
              },
            },
          },
          {},
          { handlerTimeoutMs: 50 },
        );
        const inbox = createInbox();
        const replies: string[] = [];
        client.nats.subscribe(inbox, { callback: (_, reply) => replies.push(errorOf(reply)) });
        client.nats.publish('test.a', '', { reply: inbox });
        await aborted.opened;
        late.open();
        await connection.confirm();
        await client.confirm();
        expect(replies).toEqual(['504 no answer within 50 ms']);
      });

      it('have a signal that is aborted already where they ask for it too late', async () => {
        const late = latch();
        const reason = vi.fn();
        await serve({
          a: {
            timeout: 20,
            handler: async (request) => {
              await late.opened;
              reason(request.signal.aborted, (request.signal.reason as ServiceError).code);
              return '';
            },
          },
        });
        await ask('test.a');
        late.open();
        await waitUntil(() => reason.mock.calls.length > 0);
        expect(reason).toHaveBeenCalledWith(true, 504);
      });

      it('take no longer than their caller waits', async () => {
        await serve({ a: { handler: () => new Promise<string>(() => undefined) } });
        const headers = createHeaders();
        headers.set('Natsctl-Timeout-Ms', '30');
        expect(errorOf(await ask('test.a', '', headers))).toBe('504 no answer within 30 ms');
      });
    });

    it('have their signal aborted at the drain, and may answer all the same', async () => {
      const begun = latch();
      const service = await serve({
        a: {
          handler: async ({ signal }) => {
            begun.open();
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
            return `ended by ${(signal.reason as ServiceError).code}`;
          },
        },
      });
      const reply = ask('test.a');
      await begun.opened;
      await service.drain();
      expect((await reply).string()).toBe('ended by 503');
    });

    describe('of an endpoint with a limit', () => {
      /** Serves what counts how many run at once, and in which order they begin. */
      async function serveCounted(endpoint: Partial<Endpoint>, options: RunningServiceOptions = {}) {
        const order: string[] = [];
        let running = 0;
        let most = 0;
        await serve(
          {
            a: {
              ...endpoint,
              handler: async ({ text }) => {
                order.push(text());
                running += 1;
                most = Math.max(most, running);
                await nextTurn();
                running -= 1;
                return '';
              },
            },
          },
          {},
          options,
        );
        await Promise.all(Array.from({ length: 50 }, (_, index) => ask('test.a', String(index))));
        return { order, most };
      }
      const inOrder = Array.from({ length: 50 }, (_, index) => String(index));

      it('run so many at a time, in the order in which they came', async () => {
        expect(await serveCounted({ concurrency: 3 })).toEqual({ order: inOrder, most: 3 });
      });

      it('keep to the limit of the worker as well', async () => {
        expect(await serveCounted({ concurrency: 3 }, { workerGate: new Gate(2) })).toEqual({
          order: inOrder,
          most: 2,
        });
      });

      it('make room when the deadline is over, and run nothing that is answered already', async () => {
        const ran = vi.fn();
        await serve({
          a: {
            concurrency: 1,
            timeout: 500,
            handler: ({ text }) => {
              ran(text());
              return text() === 'next' ? 'served' : new Promise<string>(() => undefined);
            },
          },
        });
        const replies = await Promise.all([ask('test.a', 'hangs'), ask('test.a', 'waits')]);
        expect(replies.map(errorOf)).toEqual(Array(2).fill('504 no answer within 500 ms'));
        expect((await ask('test.a', 'next')).string()).toBe('served');
        expect(ran.mock.calls.flat()).toEqual(['hangs', 'next']);
      });
    });

    describe('with schemas', () => {
      const request = z.object({ items: z.array(z.object({ price: z.string().transform(Number) })) });
      const endpoint: Endpoint = {
        schema: { request, response: z.object({ sum: z.number().max(100) }) },
        handler: ({ json }) => ({
          sum: json<z.output<typeof request>>().items.reduce((sum, { price }) => sum + price, 0),
        }),
      };

      it('get what the schema makes of the body', async () => {
        await serve({ sum: endpoint });
        expect((await ask('test.sum', '{"items":[{"price":"1.5"},{"price":"2"}]}')).json()).toEqual({ sum: 3.5 });
      });

      it('are not asked what does not fit, and the caller is told where', async () => {
        await serve({ sum: endpoint });
        expect(errorOf(await ask('test.sum', '{"items":[{"price":"1"},{}]}'))).toMatch(/^400 items\[1\]\.price: /);
        expect(errorOf(await ask('test.sum', '7'))).toMatch(/^400 the body: /);
      });

      it('answer 500 where their reply does not fit', async () => {
        await serve({ sum: endpoint });
        expect(errorOf(await ask('test.sum', '{"items":[{"price":"101"}]}'))).toMatch(/^500 sum: /);
      });
    });

    it('stand inside the middleware, the first one outermost', async () => {
      const trace: string[] = [];
      const around =
        (which: string): Middleware =>
        (handler) =>
        (request) => {
          trace.push(which);
          if (request.subject === 'test.closed') throw new ServiceError(403, `${which} says no`);
          return handler(request);
        };
      const handler = () => 'in';
      await serve({ open: { handler }, closed: { handler } }, { middleware: [around('outer'), around('inner')] });
      expect((await ask('test.open')).string()).toBe('in');
      expect(trace).toEqual(['outer', 'inner']);
      expect(errorOf(await ask('test.closed'))).toBe('403 outer says no');
    });

    describe('that call other services', () => {
      it('hand on the trace and what is left of the deadline, and get the answer', async () => {
        await serve({
          front: {
            timeout: 5_000,
            handler: async ({ request }) => (await request('test.back', { id: 7 })).json<object>(),
          },
          back: {
            handler: ({ headers, json }) => ({
              ...json<object>(),
              parent: headers?.get('traceparent'),
              state: headers?.get('tracestate'),
              timeout: Number(headers?.get('Natsctl-Timeout-Ms')),
            }),
          },
        });
        const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
        const parentId = '00f067aa0ba902b7';
        const headers = createHeaders();
        headers.set('traceparent', `00-${traceId}-${parentId}-01`);
        headers.set('tracestate', 'shop=1');
        const { timeout, ...rest } = (await ask('test.front', '', headers)).json<Record<string, unknown>>();
        expect(rest).toEqual({
          id: 7,
          parent: expect.stringMatching(`^00-${traceId}-[0-9a-f]{16}-01$`),
          state: 'shop=1',
        });
        expect(rest['parent']).not.toContain(parentId);
        expect(timeout).toBeGreaterThan(4_000);
        expect(timeout).toBeLessThanOrEqual(5_000);
      });

      it('pass its errors on to their caller, where they catch none', async () => {
        await serve({
          front: {
            handler: ({ request, text }) => request(text(), '', { timeout: '1s' }).then((reply) => reply.text()),
          },
          failing: {
            handler() {
              throw new ServiceError(418, 'a teapot', { data: 'short and stout' });
            },
          },
          hanging: { handler: () => new Promise<string>(() => undefined) },
        });
        const failing = await ask('test.front', 'test.failing');
        expect(errorOf(failing)).toBe('418 a teapot');
        expect(failing.string()).toBe('short and stout');
        expect(errorOf(await ask('test.front', 'test.nobody'))).toBe('503 nobody serves test.nobody');
        expect(errorOf(await ask('test.front', 'test.hanging'))).toMatch(
          /^504 no (?:reply from test\.hanging|answer) within 1 s$/,
        );
      });
    });

    it('of an endpoint without a queue group are all asked', async () => {
      await using other = await connectTo(server.url);
      const definition: ServiceDefinition = {
        name: 'test',
        version: '1.0.0',
        metadata: { team: 'a' },
        endpoints: { all: { queue: false, handler: () => 'here', metadata: { kind: 'b' } } },
      };
      for (const each of [connection, other]) await startService(each, definition);
      const inbox = createInbox();
      const replies = client.nats.subscribe(inbox, { max: 2 });
      client.nats.publish('test.all', '', { reply: inbox });
      for await (const reply of replies) expect(reply.string()).toBe('here');
      expect((await ask('$SRV.INFO.test')).json()).toMatchObject({
        metadata: { team: 'a' },
        endpoints: [{ name: 'all', subject: 'test.all', queue_group: '', metadata: { kind: 'b' } }],
      });
    });

    describe('and their hooks', () => {
      it('start before the first request, and stop behind the last one', async () => {
        const trace: string[] = [];
        const service = await serve(
          { a: { handler: () => trace.push('request') } },
          {
            context: () => 'context',
            start: ({ context }) => void trace.push(`start with ${context}`),
            stop: async ({ nats }) => void trace.push(`stop, ${nats.isClosed() ? 'closed' : 'open'}`),
          },
        );
        await ask('test.a');
        await service.drain();
        expect(trace).toEqual(['start with context', 'request', 'stop, open']);
      });

      it.each(['context', 'start'] as const)('serve nothing where %s fails', async (hook) => {
        const failing = () => Promise.reject(new Error('no database'));
        await expect(serve({ a: { handler: () => '' } }, { [hook]: failing })).rejects.toMatchObject({
          kind: 'pool',
          message: `${hook} of service test failed: no database`,
        });
      });

      it('warn where stop fails, and are drained', async () => {
        const onWarning = vi.fn();
        const stop = () => Promise.reject(new Error('still open'));
        const service = await serve({ a: { handler: () => '' } }, { stop }, { onWarning });
        await service.drain();
        expect(onWarning).toHaveBeenCalledWith('stop of service test failed: still open');
      });
    });
  });
}
