import type { Msg } from 'nats';
import { headers as createHeaders } from 'nats';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RequestInbox, type Waits } from '../../../src/requests/many/request-inbox.js';
import { connectTo, type OpenConnection } from '../../services/connect-to.js';
import { type NatsServer, startNatsServer } from '../../support/nats-server.js';
import { natsServers } from '../../support/tools.js';

const config = `
max_payload: 1000
authorization { users: [
  { user: full, password: p }
  { user: few, password: p, permissions: { publish: { deny: "secret.>" } } }
  { user: deaf, password: p, permissions: { subscribe: { deny: "_INBOX.>" } } }
] }
`;
/** So long that a test which waits for it fails. */
const LONG_MS = 60_000;

for (const { name, path: binary } of natsServers) {
  describe.skipIf(binary === undefined)(`RequestInbox, on ${name}`, () => {
    let server: NatsServer;
    let responder: OpenConnection;
    const open: Array<() => Promise<void>> = [];

    const flagsOf = (user: string) => ({ user, password: 'p' });
    const asking = (subject: string, body = 'x') => ({ subject, body: Buffer.from(body), headers: undefined });
    const textOf = ({ body }: { body: Uint8Array }) => Buffer.from(body).toString();

    async function answer(subject: string, respond: (message: Msg) => void) {
      responder.nats.subscribe(subject, { callback: (_, message) => respond(message) });
      await responder.confirm();
    }

    /** An inbox on a connection of its own; both are closed after the test. */
    async function openInbox(waits: Partial<Waits> = {}, user = 'full') {
      const connection = await connectTo(server.url, flagsOf(user));
      const inbox = new RequestInbox(connection, { timeoutMs: LONG_MS, reconnectMs: LONG_MS, ...waits });
      open.push(async () => {
        inbox.close();
        await connection.close();
      });
      return { connection, inbox };
    }

    beforeEach(async () => {
      server = await startNatsServer({ binary: binary ?? '', config });
      responder = await connectTo(server.url, flagsOf('full'));
    });

    afterEach(async () => {
      for (const close of open.splice(0)) await close();
      await responder.close();
      await server[Symbol.asyncDispose]();
    });

    it('gives each request its own reply, in whatever order they come', async () => {
      const held: Msg[] = [];
      await answer('reversed', (message) => {
        held.push(message);
        if (held.length === 100) for (const one of held.reverse()) one.respond(one.data);
      });
      const { inbox } = await openInbox();
      const bodies = Array.from({ length: 100 }, (_, index) => `body ${index}`);
      const replies = await Promise.all(bodies.map((body) => inbox.ask(asking('reversed', body))));
      expect(replies.map(textOf)).toEqual(bodies);
      expect(Math.min(...replies.map(({ rttMs }) => rttMs))).toBeGreaterThan(0);
    });

    it('sends headers and gives those of the reply', async () => {
      await answer('echo', (message) => message.respond('', message.headers ? { headers: message.headers } : {}));
      const { inbox } = await openInbox();
      const headers = createHeaders();
      headers.append('A', '1');
      headers.append('A', '2');
      const reply = await inbox.ask({ ...asking('echo'), headers });
      expect(reply.headers?.values('A')).toEqual(['1', '2']);
    });

    it('takes the first reply and no second', async () => {
      await answer('twice', (message) => {
        message.respond('first');
        message.respond('second');
      });
      const { inbox } = await openInbox();
      expect(textOf(await inbox.ask(asking('twice')))).toBe('first');
      expect(textOf(await inbox.ask(asking('twice')))).toBe('first');
    });

    it('times each request out on its own, and forgets its reply', async () => {
      const held: Msg[] = [];
      await answer('late', (message) => {
        if (held.push(message) === 2) for (const one of held) one.respond('too late for the first');
      });
      const { inbox } = await openInbox({ timeoutMs: 1_000 });
      await expect(inbox.ask(asking('late'))).rejects.toMatchObject({
        kind: 'timeout',
        message: 'no reply from late within 1 s',
        details: { subject: 'late', timeout_ms: 1_000 },
      });
      expect(textOf(await inbox.ask(asking('late')))).toBe('too late for the first');
    });

    it('tells who serves nobody, who is denied and what is too large, and answers the others', async () => {
      await answer('echo', (message) => message.respond(message.data));
      const { inbox } = await openInbox({}, 'few');
      const outcomes = await Promise.allSettled(
        [asking('nobody'), asking('echo'), asking('secret.x'), asking('echo', 'x'.repeat(1_001))].map((request) =>
          inbox.ask(request),
        ),
      );
      expect(outcomes).toMatchObject([
        { reason: { kind: 'no_responders' } },
        { status: 'fulfilled' },
        { reason: { kind: 'authorization', message: 'the server denies publishing to secret.x' } },
        { reason: { kind: 'usage' } },
      ]);
    });

    it('fails all where it may not hear the replies', async () => {
      await answer('echo', (message) => message.respond(message.data));
      const { inbox } = await openInbox({}, 'deaf');
      for (let again = 0; again < 2; again++) {
        await expect(inbox.ask(asking('echo'))).rejects.toMatchObject({
          kind: 'authorization',
          message: expect.stringMatching(/^the server denies subscribing to _INBOX\./),
        });
      }
    });

    it('fails what was asked when the connection is lost, and asks further once a server is back', async () => {
      const received = new Promise<void>((resolve) => void answer('hang', () => resolve()));
      const { connection, inbox } = await openInbox();
      const hanging = inbox.ask(asking('hang'));
      hanging.catch(() => undefined);
      await received;
      const disconnected = new Promise<void>((resolve) => connection.events.once('disconnected', () => resolve()));
      await server.stop();
      await expect(hanging).rejects.toMatchObject({ kind: 'connection' });
      await disconnected;
      const waiting = inbox.ask(asking('nobody'));
      waiting.catch(() => undefined);
      await server.restart();
      // Only a server can tell.
      await expect(waiting).rejects.toMatchObject({ kind: 'no_responders' });
    });

    it('fails at once where no server is back in time, and works again when one is', async () => {
      const { connection, inbox } = await openInbox({ reconnectMs: 50 });
      const disconnected = new Promise<void>((resolve) => connection.events.once('disconnected', () => resolve()));
      await server.stop();
      await disconnected;
      const message = expect.stringMatching(/was lost, and no server came back within 50 ms$/);
      await expect(inbox.ask(asking('echo'))).rejects.toMatchObject({ kind: 'connection', message });
      await expect(inbox.ask(asking('echo'))).rejects.toMatchObject({ kind: 'connection', message });
      const back = new Promise<void>((resolve) => connection.events.once('reconnected', () => resolve()));
      await server.restart();
      await back;
      await expect(inbox.ask(asking('nobody'))).rejects.toMatchObject({ kind: 'no_responders' });
    });

    it('fails all where the connection is closed', async () => {
      await answer('hang', () => undefined);
      const { connection, inbox } = await openInbox();
      const hanging = inbox.ask(asking('hang'));
      hanging.catch(() => undefined);
      await connection.close();
      await expect(hanging).rejects.toMatchObject({ kind: 'connection' });
      await expect(inbox.ask(asking('hang'))).rejects.toMatchObject({ kind: 'connection' });
    });
  });
}
