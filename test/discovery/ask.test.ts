import type { Msg } from 'nats';
import { headers } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INFO, PING, STATS } from '../../src/discovery/answers.js';
import { askServices, controlSubject } from '../../src/discovery/ask.js';
import { sumStatistics } from '../../src/discovery/statistics.js';
import { waitForInstances } from '../../src/discovery/wait-for-instances.js';
import { startServer } from '../../src/testing/index.js';
import { connectTo, type OpenConnection } from '../services/connect-to.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { natsServers, tools } from '../support/tools.js';

const config = `
authorization { users: [
  { user: full, password: p }
  { user: few, password: p, permissions: { publish: { deny: "$SRV.>" } } }
  { user: deaf, password: p, permissions: { subscribe: { deny: "_INBOX.>" } } }
] }
`;
/** So long that a test which waits for it fails. */
const LONG_MS = 60_000;

/** The embedded server has no permissions; what is denied is tested on the others. */
const servers = [
  ...natsServers.map(({ name, path }) => ({
    name,
    isThere: path !== undefined,
    start: (): Promise<NatsServer> => startNatsServer({ binary: path ?? '', config }),
    flagsOf: (user: string) => ({ user, password: 'p' }),
  })),
  { name: 'the embedded server', isThere: true, start: () => startServer(), flagsOf: () => ({}) },
];

for (const { name: serverName, isThere, start, flagsOf } of servers) {
  describe.skipIf(!isThere)(`asking services, on ${serverName}`, () => {
    let server: { readonly url: string } & AsyncDisposable;
    let host: OpenConnection;
    let asker: OpenConnection;

    beforeAll(async () => {
      server = await start();
      host = await connectTo(server.url, flagsOf('full'));
      asker = await connectTo(server.url, flagsOf('full'));
    });

    afterAll(async () => {
      await asker?.close();
      await host?.close();
      await server?.[Symbol.asyncDispose]();
    });

    /** A service by the client's own hand, another implementation of ADR-32. */
    async function serve(name: string, version = '1.0.0') {
      const service = await host.nats.services.add({ name, version, description: 'a test', metadata: { a: 'b' } });
      service.addEndpoint('say', {
        subject: `${name}.say`,
        handler(_, message) {
          if (message.data.length === 0) throw new Error('nothing was said');
          message.respond('said');
        },
      });
      await host.confirm();
      return service;
    }

    /** Somebody who answers to PING with these bodies. */
    async function pretend(name: string, respond: (message: Msg) => void) {
      host.nats.subscribe(`$SRV.PING.${name}`, { callback: (_, message) => respond(message) });
      await host.confirm();
    }
    const pong = (name: string, id: string) =>
      JSON.stringify({ type: 'io.nats.micro.v1.ping_response', name, id, version: '1.0.0', metadata: {} });

    it('hears all instances of all services, of a name, and the one of an id', async () => {
      const [one, two] = [await serve('pair'), await serve('pair')];
      const other = await serve('single', '2.0.0');
      const ids = async (target: Parameters<typeof askServices>[2]) => {
        const { answers, unreadable } = await askServices(asker, PING, target, { timeoutMs: LONG_MS });
        expect(unreadable).toBeUndefined();
        return answers.map(({ id }) => id).sort();
      };
      const pair = [one.info().id, two.info().id].sort();
      expect(await ids({})).toEqual([...pair, other.info().id].sort());
      expect(await ids({ name: 'pair' })).toEqual(pair);
      expect(await ids({ name: 'pair', id: two.info().id })).toEqual([two.info().id]);
      for (const service of [one, two, other]) await service.stop();
    });

    it('reads what a service of the client says it is and has done', async () => {
      const service = await serve('talker');
      await asker.nats.request('talker.say', 'x');
      await asker.nats.request('talker.say', '');
      const { answers } = await askServices(asker, INFO, { name: 'talker' }, { timeoutMs: LONG_MS });
      expect(answers).toMatchObject([
        { name: 'talker', metadata: { a: 'b' }, endpoints: [{ name: 'say', subject: 'talker.say', queue: 'q' }] },
      ]);
      expect(answers[0]?.rttMs).toBeGreaterThan(0);
      const stats = await askServices(asker, STATS, { name: 'talker' }, { timeoutMs: LONG_MS });
      expect(sumStatistics(stats.answers)).toMatchObject([
        {
          name: 'talker',
          requests: 2,
          errors: 1,
          endpoints: [{ lastError: expect.stringContaining('nothing was said') }],
        },
      ]);
      await service.stop();
    });

    it('ends with a silence, or at once where there are enough', async () => {
      const services = [await serve('many'), await serve('many'), await serve('many')];
      const started = performance.now();
      expect((await askServices(asker, PING, { name: 'many' }, { timeoutMs: LONG_MS })).answers).toHaveLength(3);
      expect(performance.now() - started).toBeLessThan(LONG_MS / 4);
      const two = await askServices(asker, PING, { name: 'many' }, { timeoutMs: LONG_MS, enough: 2 });
      expect(two.answers).toHaveLength(2);
      for (const service of services) await service.stop();
    });

    it('tells of answers that are none, and reads the others', async () => {
      await pretend('hostile', (message) => {
        message.respond('');
        message.respond('\u001b[2J');
        message.respond(new Uint8Array([0xff]));
        message.respond('[1,{"type":null}]');
        message.respond('['.repeat(50_000));
        message.respond(pong('somebody-else', 'Z'));
        message.respond('', { headers: headers(500, 'broken') });
        message.respond(pong('hostile', 'A'));
        message.respond(pong('hostile', 'A'));
        message.respond(pong('hostile', 'B'));
      });
      const { answers, unreadable } = await askServices(asker, PING, { name: 'hostile' }, { timeoutMs: LONG_MS });
      expect(answers.map(({ id }) => id)).toEqual(['A', 'B']);
      expect(unreadable).toEqual({ count: 7, problem: 'it is no JSON' });
    });

    it('is bounded by the time-out where answers never stop', async () => {
      let timer: NodeJS.Timeout | undefined;
      await pretend('endless', (message) => {
        let count = 0;
        timer = setInterval(() => void message.respond(pong('endless', String(count++ % 5))), 10);
      });
      const { answers } = await askServices(asker, PING, { name: 'endless' }, { timeoutMs: 500 });
      clearInterval(timer);
      expect(answers).toHaveLength(5);
    });

    it('tells at once that nobody is there', async () => {
      await expect(askServices(asker, PING, { name: 'nobody' }, { timeoutMs: LONG_MS })).rejects.toMatchObject({
        kind: 'no_responders',
        message: `no instance of nobody answers on ${asker.server()}`,
        details: { name: 'nobody' },
      });
    });

    it('tells where somebody listens and does not answer', async () => {
      await pretend('silent', () => undefined);
      await expect(askServices(asker, PING, { name: 'silent' }, { timeoutMs: 50 })).rejects.toMatchObject({
        kind: 'timeout',
        message: 'no answer to $SRV.PING.silent within 50 ms',
      });
    });

    it.skipIf(serverName.startsWith('the embedded'))('tells at once what the server denies', async () => {
      for (const [user, what] of [
        ['few', 'publishing to $SRV.PING'],
        ['deaf', 'subscribing to _INBOX.'],
      ] as const) {
        await using connection = await connectTo(server.url, flagsOf(user));
        const goal = { name: 'x', instances: 1, forMs: LONG_MS, timeoutMs: LONG_MS };
        const denied = { kind: 'authorization', message: expect.stringContaining(`the server denies ${what}`) };
        await expect(askServices(connection, PING, {}, { timeoutMs: LONG_MS })).rejects.toMatchObject(denied);
        await expect(waitForInstances(connection, goal)).rejects.toMatchObject(denied);
      }
    });

    it('waits until there are enough, and not for longer than it was told', async () => {
      const goal = { name: 'late', instances: 2, forMs: LONG_MS, timeoutMs: LONG_MS };
      const waiting = waitForInstances(asker, goal);
      const first = await serve('late');
      await expect(waitForInstances(asker, { ...goal, forMs: 300 })).rejects.toMatchObject({
        kind: 'timeout',
        message: `at most 1 of 2 instances of late answered on ${asker.server()} within 300 ms`,
        details: { name: 'late', instances: 1, wanted: 2 },
      });
      const second = await serve('late');
      expect(await waiting).toMatchObject({ instances: 2, waitedMs: expect.any(Number) });
      await first.stop();
      await second.stop();
    });
  });
}

describe.skipIf(tools.natsServer.path === undefined)('waiting for instances while the server is away', () => {
  const goal = { name: 'x', instances: 1, timeoutMs: LONG_MS };

  it('goes on once it is back', async () => {
    await using server = await startNatsServer();
    await using asker = await connectTo(server.url);
    const waiting = waitForInstances(asker, { ...goal, forMs: LONG_MS });
    await server.kill();
    await server.restart();
    await using host = await connectTo(server.url);
    await host.nats.services.add({ name: 'x', version: '1.0.0' });
    expect(await waiting).toMatchObject({ instances: 1 });
  });

  it('tells that it is not where it does not come back', async () => {
    await using server = await startNatsServer();
    await using asker = await connectTo(server.url);
    await server.kill();
    await expect(waitForInstances(asker, { ...goal, forMs: 300 })).rejects.toMatchObject({ kind: 'connection' });
  });
});

it.each([
  [{}, '$SRV.PING'],
  [{ name: 'a' }, '$SRV.PING.a'],
  [{ name: 'a', id: 'B' }, '$SRV.PING.a.B'],
])('asks %j on %s', (target, subject) => {
  expect(controlSubject('PING', target)).toBe(subject);
});
