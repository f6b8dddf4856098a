import { describe, expect, it } from 'vitest';
import { startServer } from '../../src/testing/index.js';
import { greetAndRead, startOwnServer, unusedPort } from '../connection/serving.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { startNatsctl } from '../support/run.js';
import { publisherTo, startSub } from '../support/subscriber.js';
import { natsServers, tools } from '../support/tools.js';

/** Waits until so many listen to the subject: the reconnect is told when the subscriptions are on their way. */
async function isHeard(server: NatsServer, subject: string, listeners = 1): Promise<void> {
  const count = async () => {
    const page = (await (await fetch(`${server.monitorUrl}/connz?subs=1`)).json()) as {
      readonly connections: ReadonlyArray<{ readonly subscriptions_list?: readonly string[] }>;
    };
    return page.connections.filter(({ subscriptions_list: list = [] }) => list.includes(subject)).length;
  };
  await expect.poll(count).toBe(listeners);
}

for (const { name, path: binary } of natsServers) {
  describe.skipIf(binary === undefined)(`natsctl sub, where ${name} goes away`, () => {
    it('reconnects each time, says that messages may have been missed, and goes on', async () => {
      await using server = await startNatsServer({ binary: binary as string, monitor: true });
      await using subscriber = await startSub(server.url, ['a', 'b.*', '--raw', '--queue', 'q']);
      for (let time = 1; time <= 3; time++) {
        await server.kill();
        await subscriber.waitForLine('stderr', /was lost; reconnecting/, { nth: time });
        await server.restart();
        await subscriber.waitForLine('stderr', /reconnected to \S+: messages may have been missed/, { nth: time });
        await isHeard(server, 'b.*');
        await using publisher = await publisherTo(server.url);
        publisher.publish('b.x', `${time}`);
        await subscriber.waitForLine('stdout', new RegExp(`^${time}$`));
      }
      expect(await subscriber.stop()).toMatchObject({ code: 0, stdout: '1\n2\n3\n' });
    });

    it('reaches its number of messages over an outage, and leaves its queue group the rest', async () => {
      await using server = await startNatsServer({ binary: binary as string, monitor: true });
      await using counting = await startSub(server.url, ['a', '--raw', '--count', '3', '--queue', 'q']);
      await using publisher = await publisherTo(server.url);
      publisher.publish('a', '0');
      await counting.waitForLine('stdout', /^0$/);
      await using other = await startSub(server.url, ['a', '--raw', '--queue', 'q']);
      await server.kill();
      await server.restart();
      for (const one of [counting, other]) await one.waitForLine('stderr', /reconnected/);
      await isHeard(server, 'a', 2);
      await using again = await publisherTo(server.url);
      for (let number = 1; number <= 200; number++) again.publish('a', String(number));
      await again.flush();
      const outcomes = [await counting.finished, await other.stop()];
      expect(outcomes[0]).toMatchObject({ code: 0 });
      expect(outcomes[0]?.stdout.split('\n')).toHaveLength(4);
      expect(new Set(outcomes.flatMap(({ stdout }) => stdout.trim().split('\n'))).size).toBe(201);
    });

    it('ends with 3 where it has a goal and the server stays away', async () => {
      await using server = await startNatsServer({ binary: binary as string });
      await using subscriber = await startSub(server.url, ['a', '--count', '1', '--reconnect', '1s', '--json']);
      await server.kill();
      const { code, stderr, durationMs } = await subscriber.finished;
      expect(code).toBe(3);
      expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({
        error: { kind: 'connection', message: expect.stringMatching(/was lost and not regained within 1 s$/) },
      });
      expect(durationMs).toBeLessThan(8_000);
    });

    it('still ends by its time, and by a signal, while no server is there', async () => {
      await using server = await startNatsServer({ binary: binary as string });
      await using endless = await startSub(server.url, ['a']);
      await using counting = await startSub(server.url, ['a', '--count', '1']);
      await using timed = await startSub(server.url, ['a', '--for', '2s']);
      await server.kill();
      for (const one of [timed, endless, counting]) await one.waitForLine('stderr', /was lost/);
      expect(await timed.finished).toMatchObject({ code: 0 });
      expect(await endless.stop()).toMatchObject({ code: 0 });
      expect(await counting.stop('SIGINT')).toMatchObject({ code: 130 });
    });
  });
}

it.skipIf(tools.natsServer.path === undefined)('reconnects while it writes, loses nothing else', async () => {
  await using server = await startNatsServer();
  await using subscriber = await startSub(server.url, ['a', '--raw']);
  await using publisher = await publisherTo(server.url);
  for (let number = 0; number < 50_000; number++) publisher.publish('a', String(number));
  await publisher.flush();
  await server.restart();
  await subscriber.waitForLine('stderr', /reconnected/);
  const { code, stdout } = await subscriber.stop();
  expect(code).toBe(0);
  const numbers = stdout.trim().split('\n').map(Number);
  // What came is whole, in order, and without a gap: the server ended in order.
  expect(numbers).toEqual(numbers.map((_, index) => index));
});

it('waits for a server with --wait-server, and subscribes then', async () => {
  const port = await unusedPort();
  const url = `nats://127.0.0.1:${port}`;
  await using subscriber = startNatsctl(['sub', '-s', url, 'a', '--wait-server', '20s', '--count', '1', '--raw']);
  await using _server = await startServer({ port });
  await subscriber.waitForLine('stderr', /subscribed to a/);
  await using publisher = await publisherTo(url);
  publisher.publish('a', 'x');
  expect(await subscriber.finished).toMatchObject({ code: 0, stdout: 'x\n' });
});

it('ends at a signal with 130 while the server does not confirm', async () => {
  let subscribed = (): void => undefined;
  const hasSubscribed = new Promise<void>((resolve) => {
    subscribed = resolve;
  });
  await using server = await startOwnServer((socket) => {
    let isIn = false;
    greetAndRead(socket, (line) => {
      if (line === 'PING' && !isIn) socket.write('PONG\r\n');
      if (line === 'PING') isIn = true;
      if (line.startsWith('SUB ')) subscribed();
    });
  });
  await using subscriber = startNatsctl(['sub', '-s', server.url, 'a']);
  await hasSubscribed;
  expect(await subscriber.stop('SIGINT')).toMatchObject({ code: 130, stderr: '' });
});
