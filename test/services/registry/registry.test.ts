import { randomBytes } from 'node:crypto';
import type { Msg } from 'nats';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registry } from '../../../src/services/registry/index.js';
import { startService } from '../../../src/services/running-service.js';
import { startServer } from '../../../src/testing/index.js';
import { Registrar } from '../../../src/workers/registrar.js';
import { startNatsServer } from '../../support/nats-server.js';
import { natsServers } from '../../support/tools.js';
import { waitUntil } from '../../support/wait-until.js';
import { connectTo, type OpenConnection } from '../connect-to.js';

const servers = [
  { name: 'the development server', isMissing: false, start: () => startServer() },
  ...natsServers.map(({ name, path }) => ({
    name,
    isMissing: path === undefined,
    start: () => startNatsServer({ binary: path ?? '' }),
  })),
];

/** `registered a/1` */
function describeEvent({ subject, data }: Msg): string {
  try {
    const { event, service, time, registry: by } = JSON.parse(Buffer.from(data).toString());
    expect(subject).toBe(`service.events.${event}`);
    expect(new Date(time).toISOString()).toBe(time);
    expect(by).toMatch(/^\w{32}$/);
    return service === undefined ? event : `${event} ${service.name}/${service.instance}`;
  } catch (error) {
    return `no event: ${error}`;
  }
}

for (const { name, isMissing, start } of servers) {
  describe.skipIf(isMissing)(`the registry on ${name}`, () => {
    let server: { readonly url: string } & AsyncDisposable;
    let client: OpenConnection;
    const opened: OpenConnection[] = [];
    /** What was told of changes: `registered a/1`. */
    let events: string[];

    const connect = async () => {
      const connection = await connectTo(server.url);
      opened.push(connection);
      return connection;
    };
    const serveRegistry = async () => {
      const connection = await connect();
      const service = await startService(connection, registry);
      return { connection, ...service };
    };
    const ask = async (subject: string, body: unknown = '') => {
      const reply = await client.nats.request(subject, typeof body === 'string' ? body : JSON.stringify(body), {
        timeout: 5_000,
      });
      const error = reply.headers?.get('Nats-Service-Error-Code');
      return error ? `error ${error}` : reply.json<unknown>();
    };
    const instances = async () => {
      const list = (await ask('service.list')) as { name: string; instance: string }[];
      return list.map(({ name, instance }) => `${name}/${instance}`);
    };
    /** What many askers are told: with several workers, each of them answers some. */
    const allAnswers = async () => {
      const answers = await Promise.all(Array.from({ length: 40 }, () => instances()));
      return [...new Set(answers.map((answer) => answer.join(' ')))];
    };

    beforeEach(async () => {
      server = await start();
      client = await connect();
      events = [];
      client.nats.subscribe('service.events.*', {
        callback: (_error, message) => {
          const event = describeEvent(message);
          // Two workers say so where one of them stood still, as it may on a busy machine.
          if (event !== 'started' || !events.includes('started')) events.push(event);
        },
      });
      await client.confirm();
    });

    afterEach(async () => {
      await Promise.all(opened.splice(0).map((connection) => connection.close()));
      await server[Symbol.asyncDispose]();
    });

    /** Until then the server hands requests to the worker that is gone. */
    const serverHasMissed = (id: string) =>
      waitUntil(async () => {
        const asked = client.nats.request(`$SRV.PING.registry.${id}`, '', { timeout: 500 });
        return (await asked.catch(({ code }) => code)) === '503';
      });

    const eventsReach = (...expected: string[]) =>
      expect.poll(() => events, { timeout: 10_000, interval: 10 }).toEqual(expected);

    it('answers who registers, and tells who asks of those alive', async () => {
      await serveRegistry();
      expect(await ask('service.list')).toEqual([]);
      expect(await ask('service.register', { name: 'a' })).toEqual({
        name: 'a',
        instance: 'a',
        ttl: 30,
        heartbeat: 10,
      });
      const b = { name: 'b', instance: '1', version: '1.0.0', endpoints: ['b.x'], metadata: { zone: '1' }, ttl: 60 };
      await ask('service.register', b);
      expect(await ask('service.list')).toEqual([
        { name: 'a', instance: 'a', endpoints: [], metadata: {}, ttl: 30 },
        b,
      ]);
      for (const body of ['b', 'b\n', '"b"', '{"name":"b"}']) expect(await ask('service.lookup', body)).toEqual([b]);
      expect(await ask('service.lookup', 'c')).toEqual([]);
      expect(await ask('service.lookup')).toBe('error 400');
      expect(await ask('service.register', { name: 'b', ttl: -1 })).toBe('error 400');
      expect(await ask('service.deregister', { name: 'b' })).toEqual({ name: 'b', instance: 'b' });
      expect(await instances()).toEqual(['a/a', 'b/1']);
      expect(await ask('service.deregister', { name: 'b', instance: '1' })).toEqual({ name: 'b', instance: '1' });
      expect(await instances()).toEqual(['a/a']);
    });

    it('has three workers agree: each hears all, one answers, each change is announced once', async () => {
      await Promise.all([serveRegistry(), serveRegistry(), serveRegistry()]);
      await eventsReach('started');
      const names = Array.from({ length: 20 }, (_, index) => `s${String(index).padStart(2, '0')}`);
      for (const one of names) client.nats.publish('service.register', JSON.stringify({ name: one }));
      expect(await allAnswers()).toEqual([names.map((one) => `${one}/${one}`).join(' ')]);

      const replies = vi.fn();
      client.nats.subscribe('replies', { callback: replies });
      for (const one of names) {
        client.nats.publish('service.register', JSON.stringify({ name: one }), { reply: 'replies' });
        client.nats.publish('service.register', JSON.stringify({ name: one, version: '2' }), { reply: 'replies' });
        client.nats.publish('service.deregister', JSON.stringify({ name: one }));
      }
      expect(await allAnswers()).toEqual(['']);
      await expect.poll(() => replies.mock.calls.length).toBe(40);
      await client.nats.request('service.register', JSON.stringify({ name: 'last', ttl: 1 }));
      await eventsReach(
        'started',
        ...names.map((one) => `registered ${one}/${one}`),
        ...names.flatMap((one) => [`updated ${one}/${one}`, `deregistered ${one}/${one}`]),
        'registered last/last',
        'expired last/last',
      );
      expect(await allAnswers()).toEqual(['']);
      expect(replies).toHaveBeenCalledTimes(40);
    });

    it('leaves it to a worker that is there the longer to call for registrations, while that lives', async () => {
      const ownId = 'SLOW'.padEnd(32, '0');
      client.nats.subscribe('service.registry.peers', {
        callback(_error, message) {
          if (message.json<{ id: string }>().id === ownId) return;
          client.nats.publish('service.registry.peers', JSON.stringify({ type: 'here', id: ownId, started: 1 }));
        },
      });
      let looks = 0;
      const lookedFor = new Promise<void>((resolve) => {
        client.nats.subscribe(`service.registry.worker.${ownId}`, {
          callback() {
            looks += 1;
            if (looks === 2) resolve();
          },
        });
      });
      await client.confirm();
      await serveRegistry();
      await lookedFor;
      expect(events).toEqual([]);
      const started = { event: 'started', time: new Date().toISOString(), registry: ownId };
      client.nats.publish('service.events.started', JSON.stringify(started));
      expect(await ask('service.list')).toEqual([]);
      expect(events).toEqual(['started']);
    });

    it('announces a change although the worker that should has just died, once', async () => {
      const first = await serveRegistry();
      await eventsReach('started');
      await serveRegistry();
      await serveRegistry();
      // As a process that is killed: no word to anybody.
      await first.connection.close();
      await serverHasMissed(first.id);
      await ask('service.register', { name: 'a', ttl: 1 });
      await ask('service.register', { name: 'b' });
      await eventsReach('started', 'registered a/a', 'registered b/b', 'expired a/a');
      expect(await allAnswers()).toEqual(['b/b']);
    });

    it('forgets whom another worker has forgotten, where that is a matter of milliseconds', async () => {
      await serveRegistry();
      await ask('service.register', { name: 'a', ttl: 1 });
      await ask('service.register', { name: 'b', ttl: 60 });
      // More than half of the first one's time.
      await new Promise((resolve) => setTimeout(resolve, 600));
      for (const one of ['a', 'b']) {
        const service = { name: one, instance: one };
        const event = { event: 'expired', time: new Date().toISOString(), service, registry: 'another' };
        client.nats.publish('service.events.expired', JSON.stringify(event));
      }
      expect(await instances()).toEqual(['b/b']);
    });

    it('gives a worker that comes later all that it has to know, at once and with the time that is left', async () => {
      const first = await serveRegistry();
      for (let index = 1; index <= 50; index++)
        await ask('service.register', { name: 'a', instance: `${index}`, ttl: 60 });
      await ask('service.register', { name: 'short', ttl: 1 });
      await serveRegistry();
      const known = (await allAnswers())[0]?.split(' ') ?? [];
      expect(known).toHaveLength(51);
      await first.drain();
      expect(await instances()).toHaveLength(51);
      await expect.poll(() => events.at(-1), { timeout: 5_000 }).toBe('expired short/short');
      expect(events.filter((event) => event.startsWith('registered'))).toHaveLength(51);
      expect(events.filter((event) => !event.startsWith('registered'))).toEqual(['started', 'expired short/short']);
    });

    it('gives a worker that starts beside another what that one alone has heard', async () => {
      await serveRegistry();
      // The first one waits for others at this time, and answers none of them yet.
      client.nats.publish('service.register', JSON.stringify({ name: 'early' }));
      await client.confirm();
      await serveRegistry();
      expect(await allAnswers()).toEqual(['early/early']);
      await eventsReach('started', 'registered early/early');
    });

    it('is whole again at once where it is restarted and all that registers listens, else in one heartbeat', async () => {
      const onProblem = vi.fn();
      const announcement = { name: 'a', version: '1.0.0', instance: 'A1', endpoints: ['a.x'], metadata: { b: 'c' } };
      const registrar = new Registrar({
        connection: await connect(),
        announcements: [announcement, { ...announcement, name: 'b' }],
        ttlS: 3_600,
        onProblem,
      });
      await registrar.start();
      expect(onProblem.mock.calls).toEqual([[expect.stringContaining('no registry answers on service.register')]]);
      const first = await serveRegistry();
      await eventsReach('started', 'registered a/A1', 'registered b/A1');
      expect(onProblem.mock.calls.slice(1)).toEqual([[undefined]]);
      await first.drain();
      await serveRegistry();
      await expect.poll(() => instances()).toEqual(['a/A1', 'b/A1']);
      expect(await ask('service.lookup', 'a')).toEqual([{ ...announcement, ttl: 3_600 }]);
      await registrar.stop();
      expect(await instances()).toEqual([]);
    });

    it('renews what is registered before its time is over', async () => {
      await serveRegistry();
      const connection = await connect();
      const onProblem = vi.fn();
      const announcement = { name: 'a', version: '1.0.0', instance: 'A1', endpoints: [], metadata: {} };
      const registrar = new Registrar({ connection, announcements: [announcement], ttlS: 1, onProblem });
      const heard = vi.fn();
      client.nats.subscribe('service.register', { callback: heard });
      await client.confirm();
      await registrar.start();
      await expect.poll(() => heard.mock.calls.length, { timeout: 10_000 }).toBe(6);
      expect(await instances()).toEqual(['a/A1']);
      expect(events).toEqual(['started', 'registered a/A1']);
      // Its end without a word.
      await connection.close();
      await eventsReach('started', 'registered a/A1', 'expired a/A1');
      await registrar.stop();
      expect(onProblem).not.toHaveBeenCalled();
    });

    it('refuses more than one message can list with error 429, and lists what it has', async () => {
      await serveRegistry();
      const metadata = { text: 'x'.repeat(8_000) };
      const answers = await Promise.all(
        Array.from({ length: 140 }, (_, index) =>
          ask('service.register', { name: 'flood', instance: String(index), metadata }),
        ),
      );
      const refused = answers.filter((answer) => answer === 'error 429').length;
      expect(refused).toBeGreaterThan(5);
      expect(refused).toBeLessThan(20);
      expect(await instances()).toHaveLength(140 - refused);
      await serveRegistry();
      expect(await allAnswers()).toHaveLength(1);
    });

    it('answers although nonsense came while it did not know yet what it has to', async () => {
      const serving = serveRegistry();
      const flood = setInterval(() => client.nats.publish('service.register', '{"type":1}'), 0);
      await serving;
      expect(await ask('service.register', { name: 'a' })).toMatchObject({ name: 'a' });
      clearInterval(flood);
      expect(await instances()).toEqual(['a/a']);
    });

    it('lives through 10,000 random bodies on each of its subjects, and answers as before', async () => {
      await Promise.all([serveRegistry(), serveRegistry()]);
      await ask('service.register', { name: 'good' });
      const all = [
        'register',
        'deregister',
        'lookup',
        'list',
        'events.registered',
        'registry.peers',
        'registry.snapshot',
      ];
      const pick = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)] as T;
      const values = [
        'good',
        '',
        null,
        -1,
        1e308,
        [],
        {},
        ['>'],
        { a: 'b' },
        '\u0000',
        '__proto__',
        '../../etc',
        '`id`',
      ];
      for (let index = 0; index < 10_000; index++) {
        const body =
          index % 3 === 0
            ? randomBytes(Math.floor(Math.random() * 300))
            : JSON.stringify(
                Object.fromEntries(
                  [
                    'name',
                    'instance',
                    'ttl',
                    'endpoints',
                    'metadata',
                    'version',
                    'type',
                    'service',
                    'registry',
                    '__proto__',
                  ]
                    .filter(() => Math.random() < 0.4)
                    .map((field) => [field, pick(values)]),
                ),
              );
        // Only what is well formed may change what is known, and `good` is named in it now and then.
        const subject = pick(all);
        client.nats.publish(`service.${subject}`, body, index % 2 === 0 ? { reply: 'nowhere' } : {});
        if (index % 1_000 === 0) await client.confirm();
      }
      await client.confirm();
      await ask('service.register', { name: 'good', ttl: 60 });
      expect(await ask('service.lookup', 'good')).toContainEqual(
        expect.objectContaining({ name: 'good', instance: 'good', ttl: 60 }),
      );
      expect(await allAnswers()).toHaveLength(1);
    });
  });
}

describe.skipIf(natsServers[0]?.path === undefined)('the registry over an outage', () => {
  it('forgets nobody for a server that was away', async () => {
    await using server = await startNatsServer({ binary: natsServers[0]?.path ?? '' });
    await using connection = await connectTo(server.url);
    await using client = await connectTo(server.url);
    await startService(connection, registry);
    const expired = vi.fn();
    client.nats.subscribe('service.events.expired', { callback: expired });
    await client.nats.request('service.register', '{"name":"a","ttl":3}');
    await client.nats.request('service.register', '{"name":"b","ttl":3600}');
    const back = Promise.all(
      [connection, client].map((one) => new Promise((resolve) => one.events.once('reconnected', resolve))),
    );
    await server.stop();
    await new Promise((resolve) => setTimeout(resolve, 3_200));
    await server.restart();
    await back;
    // The server knows its subscriptions again.
    await connection.confirm();
    const list = async () => (await client.nats.request('service.list')).json<{ name: string }[]>();
    expect((await list()).map(({ name }) => name)).toEqual(['a', 'b']);
    // It has not renewed in the time since, and is.
    await expect.poll(() => expired.mock.calls.length, { timeout: 10_000 }).toBe(1);
    expect((await list()).map(({ name }) => name)).toEqual(['b']);
  });
});
