import type { Msg } from 'nats';
import { headers as createHeaders } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliError } from '../../../src/errors.js';
import { gather } from '../../../src/requests/many/gather.js';
import type { Gathering } from '../../../src/requests/many/reply-collector.js';
import type { Reply } from '../../../src/requests/request.js';
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
  describe.skipIf(binary === undefined)(`gather, on ${name}`, () => {
    let server: NatsServer;
    let responder: OpenConnection;

    const flagsOf = (user: string) => ({ user, password: 'p' });

    function answer(subject: string, respond: (message: Msg) => void) {
      responder.nats.subscribe(subject, { callback: (_, message) => respond(message) });
    }

    /** Answers with each of these bodies, one after the other. */
    function stream(subject: string, ...bodies: string[]) {
      answer(subject, (message) => {
        for (const body of bodies) message.respond(body);
      });
    }

    async function gatherFrom(
      subject: string,
      gathering: Partial<Gathering>,
      { timeoutMs = LONG_MS, user = 'full', body = 'x', take = (_: Reply): void => undefined } = {},
    ) {
      await using connection = await connectTo(server.url, flagsOf(user));
      const bodies: string[] = [];
      const request = { subject, body: Buffer.from(body), headers: undefined, timeoutMs };
      const ended = await gather(connection, request, { wanted: 'all', idleMs: undefined, ...gathering }, (reply) => {
        bodies.push(Buffer.from(reply.body).toString());
        take(reply);
      }).then(
        (count) => ({ count, error: undefined }),
        (error: unknown) => ({ count: undefined, error }),
      );
      return { bodies, ...ended };
    }

    beforeAll(async () => {
      server = await startNatsServer({ binary: binary ?? '', config });
      responder = await connectTo(server.url, flagsOf('full'));
      stream('three', '1', '2', '3');
      stream('ended', '1', '2', '');
      stream('acks', '', '', '');
      answer('silent', () => undefined);
      await responder.confirm();
    });

    afterAll(async () => {
      await responder.close();
      await server[Symbol.asyncDispose]();
    });

    it('ends with as many replies as wanted, at once', async () => {
      expect(await gatherFrom('three', { wanted: 2 })).toMatchObject({ bodies: ['1', '2'], count: 2 });
    });

    it('fails where there are fewer in time, having handed on those', async () => {
      const { bodies, error } = await gatherFrom('three', { wanted: 4 }, { timeoutMs: 1_000 });
      expect(bodies).toEqual(['1', '2', '3']);
      expect(error).toMatchObject({
        kind: 'timeout',
        message: '3 of 4 replies from three within 1 s',
        hint: 'wait longer with --timeout',
        details: { subject: 'three', replies: 3 },
        mayPass: false,
      });
    });

    it('takes all that come in time', async () => {
      expect(await gatherFrom('three', {}, { timeoutMs: 1_000 })).toMatchObject({ bodies: ['1', '2', '3'], count: 3 });
    });

    it('ends with a silence, which begins at the first reply', async () => {
      expect(await gatherFrom('three', { idleMs: 50 })).toMatchObject({ count: 3 });
      const { error } = await gatherFrom('three', { wanted: 4, idleMs: 50 });
      expect(error).toMatchObject({
        message: '3 of 4 replies from three before a silence of 50 ms',
        hint: 'wait longer with --idle',
      });
      const none = await gatherFrom('silent', { idleMs: 10 }, { timeoutMs: 100 });
      expect(none.error).toMatchObject({ kind: 'timeout', message: 'no reply from silent within 100 ms' });
    });

    it('ends with an empty message, which is no reply', async () => {
      expect(await gatherFrom('ended', {})).toMatchObject({ bodies: ['1', '2'], count: 2 });
      expect((await gatherFrom('ended', { wanted: 3 })).error).toMatchObject({
        kind: 'timeout',
        message: '2 of 3 replies from ended before the stream ended',
        hint: undefined,
      });
      expect((await gatherFrom('acks', {})).error).toMatchObject({
        kind: 'timeout',
        message: 'no reply from acks before the stream ended',
      });
    });

    it('ends with an empty message that has a status in place of headers, as those of JetStream have', async () => {
      answer('batch', (message) => {
        const headers = createHeaders(204, 'EOB');
        headers.set('Nats-Num-Pending', '0');
        message.respond('1');
        message.respond('', { headers });
      });
      await responder.confirm();
      expect(await gatherFrom('batch', {})).toMatchObject({ bodies: ['1'], count: 1 });
    });

    it('counts empty messages where a number is wanted and none has a body', async () => {
      expect(await gatherFrom('acks', { wanted: 3 })).toMatchObject({ bodies: ['', '', ''], count: 3 });
    });

    it('takes an empty message with headers for a reply', async () => {
      answer('faulty', (message) => {
        const headers = createHeaders();
        headers.set('Nats-Service-Error', 'broken');
        message.respond('', { headers });
      });
      await responder.confirm();
      expect(await gatherFrom('faulty', {}, { timeoutMs: 100 })).toMatchObject({ bodies: [''], count: 1 });
    });

    it('sends the headers, and gives those of the replies and their times', async () => {
      answer('echo', (message) => message.respond(message.data, message.headers ? { headers: message.headers } : {}));
      await responder.confirm();
      await using connection = await connectTo(server.url, flagsOf('full'));
      const headers = createHeaders();
      headers.append('A', '1');
      headers.append('A', '2');
      const replies: Reply[] = [];
      const request = { subject: 'echo', body: Buffer.from('x'), headers, timeoutMs: LONG_MS };
      await gather(connection, request, { wanted: 1, idleMs: undefined }, (reply) => void replies.push(reply));
      expect(replies[0]?.headers?.values('A')).toEqual(['1', '2']);
      expect(replies[0]?.rttMs).toBeGreaterThan(0);
    });

    it('ends with what the taker throws', async () => {
      const take = (): void => {
        throw new CliError('expectation', 'not that');
      };
      expect(await gatherFrom('three', {}, { take })).toMatchObject({ bodies: ['1'], error: { kind: 'expectation' } });
    });

    it('tells at once that nobody serves the subject, and may be tried again', async () => {
      expect((await gatherFrom('nobody', {})).error).toMatchObject({ kind: 'no_responders', mayPass: true });
    });

    it('refuses to send more than the server takes', async () => {
      expect((await gatherFrom('three', {}, { body: 'x'.repeat(1_001) })).error).toMatchObject({ kind: 'usage' });
    });

    it('tells at once what the server denies', async () => {
      expect((await gatherFrom('secret.x', {}, { user: 'few' })).error).toMatchObject({
        kind: 'authorization',
        message: 'the server denies publishing to secret.x',
      });
      expect((await gatherFrom('three', {}, { user: 'deaf' })).error).toMatchObject({
        kind: 'authorization',
        message: expect.stringMatching(/^the server denies subscribing to _INBOX\./),
      });
    });

    it('fails where the connection is lost, and is not tried again once a reply has come', async () => {
      await using own = await startNatsServer({ binary: binary ?? '' });
      await using service = await connectTo(own.url);
      service.nats.subscribe('one', { callback: (_, message) => void message.respond('1') });
      await service.confirm();
      await using connection = await connectTo(own.url);
      const request = { subject: 'one', body: Buffer.from(''), headers: undefined, timeoutMs: LONG_MS };
      const gathered = gather(connection, request, { wanted: 2, idleMs: undefined }, () => void own.kill());
      await expect(gathered).rejects.toMatchObject({ kind: 'connection', mayPass: false });
    });
  });
}
