import { headers as createHeaders, type Msg } from 'nats';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionFlags } from '../../src/connection/index.js';
import { request, requestOnce, type ServiceRequest, serviceFailure } from '../../src/requests/request.js';
import { connectTo, type OpenConnection, planFor } from '../services/connect-to.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { natsServers } from '../support/tools.js';

const maxPayload = 1_024;
const config = `
max_payload: ${maxPayload}
authorization { users: [
  { user: full, password: p }
  { user: no_secrets, password: p, permissions: { publish: { deny: "secret.>" } } }
  { user: no_inbox, password: p, permissions: { subscribe: { deny: "_INBOX.>" } } }
] }
`;

/** A request for the subject `test`. */
function asking(more: Partial<ServiceRequest> = {}): ServiceRequest {
  return { subject: 'test', body: Buffer.from('World'), headers: undefined, timeoutMs: 5_000, ...more };
}

function oneHeader(name: string, value: string) {
  const headers = createHeaders();
  headers.set(name, value);
  return headers;
}

for (const { name, path: binary } of natsServers) {
  describe.skipIf(binary === undefined)(`on ${name}`, () => {
    let server: NatsServer;
    let responder: OpenConnection;

    const flagsOf = (user: string): ConnectionFlags => ({ user, password: 'p' });
    const planOf = (user = 'full') => planFor(server.url, flagsOf(user));

    /** Answers on `test` from now on; resolves when the server has heard of it. */
    async function answer(respond: (message: Msg) => void) {
      responder.nats.subscribe('test', { callback: (_, message) => respond(message) });
      await responder.confirm();
    }

    const echo = (message: Msg) => void message.respond(message.data);

    beforeEach(async () => {
      server = await startNatsServer({ binary: binary ?? '', config, monitor: true });
      responder = await connectTo(server.url, flagsOf('full'));
    });

    afterEach(async () => {
      await responder.close();
      await server[Symbol.asyncDispose]();
    });

    describe('requestOnce', () => {
      let connection: OpenConnection;

      beforeEach(async () => {
        connection = await connectTo(server.url, flagsOf('full'));
      });

      afterEach(async () => {
        await connection.close();
      });

      it('gives body, headers and round trip of the reply', async () => {
        await answer((message) => message.respond(Uint8Array.of(0xff, 0), { headers: oneHeader('A', '1') }));
        const reply = await requestOnce(connection, asking());
        expect(Buffer.from(reply.body)).toEqual(Buffer.of(0xff, 0));
        expect(reply.headers?.get('A')).toBe('1');
        expect(reply.rttMs).toBeGreaterThan(0);
      });

      it('sends body and headers as they are', async () => {
        const body = Buffer.of(0xff, 0, 0x0d, 0x0a);
        const received = vi.fn<(message: Msg) => void>();
        await answer((message) => {
          received(message);
          echo(message);
        });
        await requestOnce(connection, asking({ body, headers: oneHeader('x-Id', 'Grüße: 1') }));
        const message = received.mock.lastCall?.[0];
        expect(Buffer.from(message?.data ?? [])).toEqual(body);
        expect(message?.headers?.keys()).toEqual(['x-Id']);
        expect(message?.headers?.get('x-Id')).toBe('Grüße: 1');
      });

      it('tells at once that nobody serves the subject', async () => {
        await expect(requestOnce(connection, asking({ timeoutMs: 15_000 }))).rejects.toMatchObject({
          kind: 'no_responders',
          message: `no responders: nobody serves test on ${server.url}`,
          details: { subject: 'test' },
        });
      });

      it('waits no longer than its time-out', async () => {
        await answer(() => undefined);
        await expect(requestOnce(connection, asking({ timeoutMs: 50 }))).rejects.toMatchObject({
          kind: 'timeout',
          message: 'no reply from test within 50 ms',
          details: { subject: 'test', timeout_ms: 50 },
        });
      });

      it('tells where it may not ask, at once', async () => {
        await using denied = await connectTo(server.url, flagsOf('no_secrets'));
        const asked = requestOnce(denied, asking({ subject: 'secret.plan', timeoutMs: 15_000 }));
        await expect(asked).rejects.toMatchObject({
          kind: 'authorization',
          message: 'the server denies publishing to secret.plan',
          details: { subject: 'secret.plan' },
        });
      });

      it('tells where it may not hear the reply, at once', async () => {
        await answer(echo);
        await using denied = await connectTo(server.url, flagsOf('no_inbox'));
        await expect(requestOnce(denied, asking({ timeoutMs: 15_000 }))).rejects.toMatchObject({
          kind: 'authorization',
          message: expect.stringMatching(/^the server denies subscribing to _INBOX\./),
        });
      });

      it('tells where the connection is lost meanwhile', async () => {
        const received = new Promise<void>((resolve) => {
          responder.nats.subscribe('test', { callback: () => resolve() });
        });
        await responder.confirm();
        const asked = requestOnce(connection, asking({ timeoutMs: 15_000 }));
        asked.catch(() => undefined);
        await received;
        await server.kill();
        await expect(asked).rejects.toMatchObject({ kind: 'connection' });
      });

      it('sends as much as the server takes', async () => {
        await answer((message) => message.respond(String(message.data.length)));
        const reply = await requestOnce(connection, asking({ body: Buffer.alloc(maxPayload) }));
        expect(Buffer.from(reply.body).toString()).toBe(String(maxPayload));
      });

      it('tells that the server takes no subject as long', async () => {
        await expect(requestOnce(connection, asking({ subject: 'a'.repeat(5_000) }))).rejects.toMatchObject({
          kind: 'usage',
          message: 'the subject is longer than the server takes: it said "maximum control line exceeded"',
          hint: expect.stringContaining('max_control_line'),
        });
      });

      it('refuses to send more, with both sizes', async () => {
        await answer(echo);
        await expect(requestOnce(connection, asking({ body: Buffer.alloc(maxPayload + 1) }))).rejects.toMatchObject({
          kind: 'usage',
          message: `the body has ${maxPayload + 1} bytes, and the server takes at most ${maxPayload}`,
          details: { size_bytes: maxPayload + 1, max_payload_bytes: maxPayload },
        });
      });

      it('counts headers as the server does', async () => {
        await answer((message) => message.respond('taken'));
        const headers = oneHeader('A', '1');
        const headerBytes = (headers as unknown as { encode(): Uint8Array }).encode().length;
        const body = Buffer.alloc(maxPayload - headerBytes);
        expect(Buffer.from((await requestOnce(connection, asking({ body, headers }))).body).toString()).toBe('taken');
        const larger = asking({ body: Buffer.alloc(body.length + 1), headers });
        await expect(requestOnce(connection, larger)).rejects.toMatchObject({
          kind: 'usage',
          message: `body and headers have ${maxPayload + 1} bytes, and the server takes at most ${maxPayload}`,
        });
      });
    });

    describe('request', () => {
      const impatient = { retries: 0, waitMs: 0 };

      /** How many connections the server has beside the responder's. */
      async function connectionsLeft() {
        const page = (await (await fetch(`${server.monitorUrl}/connz`)).json()) as { num_connections: number };
        return page.num_connections - 1;
      }

      it('gives the reply and leaves no connection', async () => {
        await answer(echo);
        const reply = await request(planOf(), asking(), impatient);
        expect(Buffer.from(reply.body).toString()).toBe('World');
        await expect.poll(connectionsLeft).toBe(0);
      });

      it('leaves no connection where it fails', async () => {
        await expect(request(planOf(), asking(), impatient)).rejects.toMatchObject({ kind: 'no_responders' });
        await expect.poll(connectionsLeft).toBe(0);
      });

      it('tries again after no responders, with growing pauses', async () => {
        const pauses: number[] = [];
        const reply = await request(planOf(), asking(), { retries: 6, waitMs: 0 }, (failure, pauseMs) => {
          expect(failure.kind).toBe('no_responders');
          pauses.push(pauseMs);
          if (pauses.length === 2) void answer(echo);
        });
        expect(Buffer.from(reply.body).toString()).toBe('World');
        // Two, unless the server hears of the subscription behind the third request.
        expect(pauses.length).toBeGreaterThanOrEqual(2);
        expect(pauses[0]).toBeGreaterThanOrEqual(100);
        expect(pauses[0]).toBeLessThan(125);
        expect(pauses[1]).toBeGreaterThanOrEqual(200);
        expect(pauses[1]).toBeLessThan(250);
      });

      it('tries as often as it is told and no more', async () => {
        const tellPause = vi.fn();
        await expect(request(planOf(), asking(), { retries: 2, waitMs: 0 }, tellPause)).rejects.toMatchObject({
          kind: 'no_responders',
        });
        expect(tellPause).toHaveBeenCalledTimes(2);
      });

      it('tries again after a time-out', async () => {
        const ignored = vi.fn();
        await answer((message) => (ignored.mock.calls.length === 0 ? ignored() : echo(message)));
        const reply = await request(planOf(), asking({ timeoutMs: 1_000 }), { retries: 1, waitMs: 0 });
        expect(Buffer.from(reply.body).toString()).toBe('World');
        expect(ignored).toHaveBeenCalledOnce();
      });

      it('tries again on a new connection where it was lost meanwhile', async () => {
        let restarted: Promise<void> | undefined;
        await answer((message) => {
          if (restarted === undefined) restarted = server.restart();
          else echo(message);
        });
        const failures: string[] = [];
        const reply = await request(planOf(), asking(), { retries: 20, waitMs: 0 }, ({ kind }) => failures.push(kind));
        await restarted;
        expect(Buffer.from(reply.body).toString()).toBe('World');
        expect(failures[0]).toBe('connection');
      });

      it.each<[why: string, user: string, asked: Partial<ServiceRequest>, kind: string]>([
        ['the body is too large', 'full', { body: Buffer.alloc(maxPayload + 1) }, 'usage'],
        ['the subject is denied', 'no_secrets', { subject: 'secret.plan' }, 'authorization'],
        ['the credentials are refused', 'nobody', {}, 'authorization'],
      ])('does not try again, however patient, where %s', async (_, user, asked, kind) => {
        const tellPause = vi.fn();
        const patience = { retries: 5, waitMs: 60_000 };
        await expect(request(planOf(user), asking(asked), patience, tellPause)).rejects.toMatchObject({ kind });
        expect(tellPause).not.toHaveBeenCalled();
      });

      it('takes the error of a service for its reply, once', async () => {
        const asked = vi.fn();
        await answer((message) => {
          asked();
          message.respond('', { headers: oneHeader('Nats-Service-Error-Code', '400') });
        });
        const reply = await request(planOf(), asking(), { retries: 5, waitMs: 60_000 });
        expect(serviceFailure(reply.headers)).toEqual({ code: '400', message: '' });
        expect(asked).toHaveBeenCalledOnce();
      });

      it('waits for somebody to serve the subject', async () => {
        const pauses: number[] = [];
        const reply = await request(planOf(), asking(), { retries: 0, waitMs: 15_000 }, (_, pauseMs) => {
          pauses.push(pauseMs);
          if (pauses.length === 1) void answer(echo);
        });
        expect(Buffer.from(reply.body).toString()).toBe('World');
        // One, unless the server hears of the subscription behind the second request.
        expect(new Set(pauses)).toEqual(new Set([200]));
      });

      it('waits for a server', async () => {
        await answer(echo);
        await server.stop();
        let restarted: Promise<void> | undefined;
        const failures: string[] = [];
        const patience = { retries: 0, waitMs: 15_000 };
        const reply = await request(planOf(), asking(), patience, ({ kind }) => {
          failures.push(kind);
          restarted ??= server.restart();
        });
        await restarted;
        expect(Buffer.from(reply.body).toString()).toBe('World');
        expect(failures[0]).toBe('connection');
      });

      it('waits no longer than it is told', async () => {
        const pauses: number[] = [];
        const patience = { retries: 0, waitMs: 1_100 };
        const started = performance.now();
        await expect(request(planOf(), asking(), patience, (_, pauseMs) => pauses.push(pauseMs))).rejects.toMatchObject(
          { kind: 'no_responders' },
        );
        expect(performance.now() - started).toBeGreaterThanOrEqual(patience.waitMs);
        expect(pauses[0]).toBe(200);
        expect(Math.max(...pauses)).toBe(200);
        // A timer may end up to a tick early, which leaves a rest to wait for.
        expect(pauses.reduce((sum, pauseMs) => sum + pauseMs, 0)).toBeLessThanOrEqual(patience.waitMs + 10);
      });

      it('has its retries left when the wait is over', async () => {
        const pauses: number[] = [];
        const patience = { retries: 2, waitMs: 1_000 };
        await expect(request(planOf(), asking(), patience, (_, pauseMs) => pauses.push(pauseMs))).rejects.toMatchObject(
          { kind: 'no_responders' },
        );
        const [first, second] = pauses.splice(-2) as [number, number];
        expect(pauses[0]).toBe(200);
        expect(pauses.reduce((sum, pauseMs) => sum + pauseMs, 0)).toBeLessThanOrEqual(patience.waitMs + 10);
        expect(first).toBeGreaterThanOrEqual(100);
        expect(first).toBeLessThan(125);
        expect(second).toBeGreaterThanOrEqual(200);
        expect(second).toBeLessThan(250);
      });

      it('does not wait where a service is there and does not reply', async () => {
        await answer(() => undefined);
        const tellPause = vi.fn();
        const patience = { retries: 0, waitMs: 60_000 };
        await expect(request(planOf(), asking({ timeoutMs: 50 }), patience, tellPause)).rejects.toMatchObject({
          kind: 'timeout',
        });
        expect(tellPause).not.toHaveBeenCalled();
      });
    });
  });
}

describe('serviceFailure', () => {
  it('finds none in a reply without headers, or with others', () => {
    expect(serviceFailure(undefined)).toBeUndefined();
    expect(serviceFailure(oneHeader('A', '1'))).toBeUndefined();
  });

  it.each([
    [
      { 'Nats-Service-Error': 'no id', 'Nats-Service-Error-Code': '400' },
      { code: '400', message: 'no id' },
    ],
    [{ 'Nats-Service-Error': 'no id' }, { code: '', message: 'no id' }],
    [{ 'Nats-Service-Error-Code': '400' }, { code: '400', message: '' }],
  ])('reads %j', (fields, failure) => {
    const headers = createHeaders();
    for (const [name, value] of Object.entries(fields)) headers.set(name, value);
    expect(serviceFailure(headers)).toEqual(failure);
  });
});
