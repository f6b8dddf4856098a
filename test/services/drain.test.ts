import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineService, type Handler } from '../../src/services/define-service.js';
import { startService } from '../../src/services/running-service.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { natsServers } from '../support/tools.js';
import { connectTo, type OpenConnection } from './connect-to.js';

const queue = 'testers';

function serviceOf(handler: Handler) {
  return defineService({ name: 'test', version: '1.0.0', queue, endpoints: { only: { subject: 'test', handler } } });
}

/** A handler that begins when it is asked and answers when it is let. */
function heldHandler() {
  let begin: () => void = () => undefined;
  let release: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const handler: Handler = async () => {
    begin();
    await released;
    return 'answered';
  };
  return { handler, begun, release: () => release() };
}

for (const { name, path: binary } of natsServers) {
  describe.skipIf(binary === undefined)(`draining a service on ${name}`, () => {
    let server: NatsServer;
    let connection: OpenConnection;
    let client: OpenConnection;

    const ask = (body: string | Uint8Array = '') => client.nats.request('test', body, { timeout: 10_000 });

    beforeEach(async () => {
      server = await startNatsServer({ binary: binary ?? '' });
      [connection, client] = await Promise.all([connectTo(server.url), connectTo(server.url)]);
    });

    afterEach(async () => {
      await Promise.all([connection.close(), client.close()]);
      await server[Symbol.asyncDispose]();
    });

    it('loses none of 2,000 requests in flight while another instance serves', async () => {
      const echo: Handler = async ({ data }) => {
        await nextTurn();
        return data;
      };
      await using other = await connectTo(server.url);
      await startService(other, serviceOf(echo));
      let answered = 0;
      let tellHundredth: () => void = () => undefined;
      const hundredth = new Promise<void>((resolve) => {
        tellHundredth = resolve;
      });
      const onAnswered = () => {
        answered += 1;
        if (answered === 100) tellHundredth();
      };
      const service = await startService(connection, serviceOf(echo), { onAnswered });

      const replies = Promise.all(Array.from({ length: 2_000 }, (_, index) => ask(String(index))));
      await hundredth;
      await service.drain();
      expect(service.inHand()).toBe(0);
      await connection.close();

      expect((await replies).map((reply) => reply.string())).toEqual(
        Array.from({ length: 2_000 }, (_, i) => String(i)),
      );
      expect(answered).toBeGreaterThanOrEqual(100);
    });

    it('answers what the server had routed here before it heard of the end', async () => {
      const service = await startService(
        connection,
        serviceOf(() => 'answered'),
      );
      connection.pauseReading();
      const replies = Array.from({ length: 100 }, () => ask());
      await client.confirm();
      const drained = service.drain();
      connection.resumeReading();
      await drained;
      await connection.close();
      for (const reply of await Promise.all(replies)) expect(reply.string()).toBe('answered');
    });

    it('waits for a slow handler, whose reply has reached the server when it is done', async () => {
      const { handler, begun, release } = heldHandler();
      const service = await startService(connection, serviceOf(handler));
      const reply = ask();
      await begun;
      expect(service.inHand()).toBe(1);
      const drained = service.drain().then(() => 'drained');
      await connection.nats.flush();
      await nextTurn();
      expect(await Promise.race([drained, nextTurn('waiting')])).toBe('waiting');
      release();
      expect(await drained).toBe('drained');
      await connection.close();
      expect((await reply).string()).toBe('answered');
    });

    it('takes no further requests', async () => {
      const { handler, begun, release } = heldHandler();
      const service = await startService(connection, serviceOf(handler));
      const reply = ask();
      await begun;
      const drained = service.drain();
      await connection.nats.flush();
      await expect(ask()).rejects.toMatchObject({ code: '503' });
      release();
      await drained;
      expect((await reply).string()).toBe('answered');
    });

    it('answers no discovery any more', async () => {
      const service = await startService(
        connection,
        serviceOf(() => ''),
      );
      await service.drain();
      await expect(client.nats.request('$SRV.PING.test')).rejects.toMatchObject({ code: '503' });
    });

    it('is harmless where nothing was asked', async () => {
      const service = await startService(
        connection,
        serviceOf(() => ''),
      );
      await expect(service.drain()).resolves.toBeUndefined();
    });

    it('tells where the connection went away under a request in hand', async () => {
      const { handler, begun, release } = heldHandler();
      const service = await startService(connection, serviceOf(handler));
      const lost = vi.fn();
      ask().catch(lost);
      await begun;
      const outcome = service.drain().then(
        () => 'drained',
        (error: unknown) => error,
      );
      const reconnected = new Promise((resolve) => connection.events.once('reconnected', resolve));
      await server.restart();
      await reconnected;
      release();
      expect(await outcome).toMatchObject({ kind: 'connection' });
    });
  });
}
