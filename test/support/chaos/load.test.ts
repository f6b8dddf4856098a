import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectTo, type OpenConnection } from '../../services/connect-to.js';
import { type NatsServer, startNatsServer } from '../nats-server.js';
import { tools } from '../tools.js';
import { startRetryingLoad } from './load.js';

describe.skipIf(tools.natsServer.path === undefined)('a load that holds replies against its requests', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNatsServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** Has some hundred requests answered so; gives what the load found out. */
  async function loadOn(answer: (client: OpenConnection['nats'], reply: string, text: string, nth: number) => void) {
    await using client = await connectTo(server.url);
    let heard = 0;
    const enough = new Promise<void>((resolve) => {
      client.nats.subscribe('load.say', {
        callback(_error, message) {
          heard += 1;
          answer(client.nats, message.reply ?? '', message.string(), heard);
          if (heard === 200) resolve();
        },
      });
    });
    await client.nats.flush();
    await using load = await startRetryingLoad({ url: server.url, subject: 'load.say', ratePerS: 2_000 });
    await enough;
    return await load.stop();
  }

  it('finds nothing in right ones', async () => {
    const report = await loadOn((client, reply, text) => client.publish(reply, `v1 ${text}`));
    expect(report).toMatchObject({ failures: [], unserved: [], wrong: [], twice: [], retried: 0, late: 0 });
    expect(report.answered).toBe(report.sent);
    expect(report.sent).toBeGreaterThanOrEqual(200);
  });

  it('finds those of another request, second ones, and those of its other requester', async () => {
    let ofA = '';
    const report = await loadOn((client, reply, text, nth) => {
      if (text.startsWith('a')) ofA = reply;
      if (nth === 50) client.publish(reply, 'v1 a-7');
      else client.publish(reply, `v1 ${text}`);
      if (nth === 100) client.publish(reply, `v1 ${text}`);
      if (nth === 150) client.publish(ofA, 'v1 b-7');
    });
    expect(report.failures.map(({ reason }) => reason)).toEqual(['a wrong reply']);
    expect(report.wrong.length).toBeGreaterThanOrEqual(2);
    expect(report.wrong).toContainEqual(expect.stringMatching(/v1 a-7$/));
    expect(report.wrong).toContainEqual(expect.stringMatching(/v1 b-7$/));
    expect(report.twice.length).toBeGreaterThanOrEqual(1);
  });

  it('tries once more where no reply comes, and counts what has none after that', async () => {
    const silent = new Set<string>();
    const report = await loadOn((client, reply, text, nth) => {
      if (nth === 10) silent.add(text);
      const isOnce = nth === 20;
      if (!silent.has(text) && !isOnce) client.publish(reply, `v1 ${text}`);
    });
    expect(report.failures).toMatchObject([{ id: [...silent][0], reason: 'no reply within 3000 ms' }]);
    expect(report.retried).toBe(2);
    expect(report.answered).toBe(report.sent - 1);
    expect(report.longestMs).toBeGreaterThan(3_000);
  });

  it('tells of tries that nobody was there to answer', async () => {
    await using load = await startRetryingLoad({ url: server.url, subject: 'load.nobody', ratePerS: 100 });
    await load.connected();
    const report = await load.stop();
    expect(report.unserved).toHaveLength(2 * report.sent);
    expect(report.failures).toHaveLength(report.sent);
  });
});
