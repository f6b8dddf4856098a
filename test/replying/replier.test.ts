import type { Msg } from 'nats';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Answer } from '../../src/replying/canned-reply.js';
import { type ReplierOptions, startReplier } from '../../src/replying/replier.js';
import { connectTo, type OpenConnection } from '../services/connect-to.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { natsServers } from '../support/tools.js';

const config = `
max_payload: 1000
authorization { users: [
  { user: full, password: p }
  { user: few, password: p, permissions: { subscribe: { deny: "secret.>" }, publish: { deny: "_INBOX.>" } } }
] }
`;

for (const { name, path: binary } of natsServers) {
  describe.skipIf(binary === undefined)(`startReplier, on ${name}`, () => {
    let server: NatsServer;
    let caller: OpenConnection;

    const flagsOf = (user: string) => ({ user, password: 'p' });
    const ask = async (subject: string, body = 'x') =>
      (await caller.nats.request(subject, body, { timeout: 20_000 })).string();

    async function reply(connection: OpenConnection, options: Partial<ReplierOptions>) {
      const answer = (request: Msg, count: number): Answer => ({
        body: Buffer.from(`${request.string()} ${count}`),
        headers: undefined,
      });
      const whole = { subject: 'a', queue: undefined, count: undefined, delayMs: 0, onAnswered: () => undefined };
      return startReplier(connection, { ...whole, answer, ...options });
    }

    beforeAll(async () => {
      server = await startNatsServer({ binary: binary ?? '', config });
      caller = await connectTo(server.url, flagsOf('full'));
    });

    afterAll(async () => {
      await caller.close();
      await server[Symbol.asyncDispose]();
    });

    it('answers each request, from when it is there, and tells of it', async () => {
      await using connection = await connectTo(server.url, flagsOf('full'));
      const onAnswered = vi.fn<ReplierOptions['onAnswered']>();
      const replier = await reply(connection, { subject: 'each.*', onAnswered });
      expect([await ask('each.1'), await ask('each.2')]).toEqual(['x 1', 'x 2']);
      expect(replier.answered()).toBe(2);
      expect(onAnswered.mock.calls.map(([request]) => request.subject)).toEqual(['each.1', 'each.2']);
    });

    it('takes as many as it is told, and leaves the next to nobody', async () => {
      await using connection = await connectTo(server.url, flagsOf('full'));
      const replier = await reply(connection, { subject: 'two', count: 2 });
      const answers = await Promise.allSettled([ask('two'), ask('two'), ask('two')]);
      await replier.done;
      expect(answers).toMatchObject([{ value: 'x 1' }, { value: 'x 2' }, { reason: { code: '503' } }]);
    });

    it('shares the requests with its queue group', async () => {
      await using connection = await connectTo(server.url, flagsOf('full'));
      const queue = 'q';
      const repliers = await Promise.all([1, 2].map(() => reply(connection, { subject: 'shared', queue })));
      for (let asked = 0; asked < 20; asked++) await ask('shared');
      const [one, other] = repliers.map((replier) => replier.answered());
      expect((one ?? 0) + (other ?? 0)).toBe(20);
    });

    it('lets requests wait side by side', async () => {
      await using connection = await connectTo(server.url, flagsOf('full'));
      await reply(connection, { subject: 'delayed', delayMs: 300 });
      const started = performance.now();
      await Promise.all(Array.from({ length: 50 }, () => ask('delayed')));
      const elapsedMs = performance.now() - started;
      expect(elapsedMs).toBeGreaterThan(290);
      // One after the other they would take 15 s.
      expect(elapsedMs).toBeLessThan(7_500);
    });

    it('answers at a drain what has come, and nothing later', async () => {
      await using connection = await connectTo(server.url, flagsOf('full'));
      const replier = await reply(connection, { subject: 'drained', delayMs: 200 });
      const answer = ask('drained');
      await caller.confirm();
      await replier.drain();
      expect(await answer).toBe('x 1');
      expect(replier.answered()).toBe(1);
      await expect(ask('drained')).rejects.toMatchObject({ code: '503' });
    });

    it('tells the caller of an answer that no server takes', async () => {
      await using connection = await connectTo(server.url, flagsOf('full'));
      const answer = () => ({ body: Buffer.alloc(1_001), headers: undefined });
      await reply(connection, { subject: 'large', answer });
      const { headers } = await caller.nats.request('large', '', { timeout: 20_000 });
      expect(headers?.get('Nats-Service-Error')).toBe('the reply is too large');
      expect(headers?.get('Nats-Service-Error-Code')).toBe('500');
    });

    it('counts a message that asks for no reply, too', async () => {
      await using connection = await connectTo(server.url, flagsOf('full'));
      const replier = await reply(connection, { subject: 'told', count: 1 });
      caller.nats.publish('told', 'x');
      await replier.done;
      expect(replier.answered()).toBe(1);
    });

    it('tells where it may not listen, and in the end where it may not answer', async () => {
      await using connection = await connectTo(server.url, flagsOf('few'));
      await expect(reply(connection, { subject: 'secret.a' })).rejects.toMatchObject({
        kind: 'authorization',
        message: 'the server denies subscribing to secret.a',
      });
      const replier = await reply(connection, { subject: 'mute', count: 1 });
      caller.nats.publish('mute', 'x', { reply: '_INBOX.me' });
      await expect(replier.done).rejects.toMatchObject({
        kind: 'authorization',
        message: 'the server denies publishing to _INBOX.me',
      });
    });
  });
}
