import { connect } from 'nats';
import { describe, expect, it } from 'vitest';
import { uptimeOf } from '../../src/server/uptime.js';
import { waitUntil } from '../support/wait-until.js';
import { connect as connectLine, HEADERS, lines } from './cases/raw-case.js';
import { RawClient } from './raw-client.js';
import { type RunningTarget, targets } from './targets.js';

type Page = Record<string, unknown>;
interface Connz extends Page {
  readonly connections: readonly Page[];
}

const COUNTS = ['in_msgs', 'out_msgs', 'in_bytes', 'out_bytes'];
const HEADER = 'NATS/1.0\r\nA: b\r\n\r\n';

for (const target of targets) {
  describe.skipIf(target.isMissing)(`the monitoring pages of ${target.name}`, () => {
    it('count messages and bytes, in all and for each connection, those that are gone included', async () => {
      await using server = await target.start({ monitor: true });
      await using plain = await RawClient.connect(server.port);
      await plain.send(connectLine({ name: 'plain' }) + lines('SUB a.> 1', 'SUB a.b q 2', 'UNSUB 2 1'));
      await plain.sync();
      await using knowing = await RawClient.connect(server.port);
      await knowing.send(
        connectLine({ name: 'knowing', headers: true, no_responders: true, lang: 'raw', version: '1.2.3' }) +
          lines('SUB a.b 1', 'SUB r 9', 'PUB a.b 5', 'hello', `HPUB a.b 18 20`, `${HEADER}hi`, 'PUB nobody r 3', 'abc'),
      );
      await knowing.sync();
      await plain.sync();
      const brief = await RawClient.connect(server.port);
      await brief.send(HEADERS + lines('PUB a.c 7', 'goodbye'));
      await brief.sync();
      await plain.sync();
      await brief[Symbol.asyncDispose]();
      await waitUntil(async () => (await page<Connz>(server, '/connz')).total === 2);

      const connz = await page<Connz>(server, '/connz?subs=1');
      const [first, second] = connz.connections as [Page, Page];
      expect(pick(first, ['name', 'subscriptions', 'subscriptions_list', 'pending_bytes', ...COUNTS])).toEqual({
        name: 'plain',
        subscriptions: 1,
        subscriptions_list: ['a.>'],
        pending_bytes: 0,
        in_msgs: 0,
        in_bytes: 0,
        // Of the second message the body alone, since it does not know of headers.
        out_msgs: 4,
        out_bytes: 5 + 5 + 2 + 7,
      });
      expect(pick(second, ['name', 'lang', 'version', 'subscriptions', ...COUNTS])).toEqual({
        name: 'knowing',
        lang: 'raw',
        version: '1.2.3',
        subscriptions: 2,
        in_msgs: 3,
        in_bytes: 5 + 20 + 3,
        out_msgs: 2,
        out_bytes: 5 + 20,
      });
      expect([...(second.subscriptions_list as string[])].sort()).toEqual(['a.b', 'r']);

      const varz = await page(server, '/varz');
      expect(pick(varz, [...COUNTS, 'connections', 'total_connections', 'slow_consumers'])).toEqual({
        in_msgs: 4,
        in_bytes: 5 + 20 + 3 + 7,
        out_msgs: 6,
        // nats-server counts the headers that it left out, ours does not.
        out_bytes: 5 + 5 + 2 + 7 + 5 + 20 + (target.name === 'embedded' ? 0 : 18),
        connections: 2,
        total_connections: 3,
        slow_consumers: 0,
      });

      const closed = await page<Connz>(server, '/connz?state=closed');
      expect(pick(closed.connections[0] as Page, ['cid', 'reason', ...COUNTS])).toEqual({
        cid: expect.any(Number),
        reason: 'Client Closed',
        in_msgs: 1,
        in_bytes: 7,
        out_msgs: 0,
        out_bytes: 0,
      });
      expect(await page(server, '/connz?state=any')).toMatchObject({ total: 3, num_connections: 3 });
    });

    it('give connections in pages, in order and one by one', async () => {
      await using server = await target.start({ monitor: true });
      const clients = await Promise.all([1, 2, 3].map((n) => connect({ servers: server.url, name: `c${n}` })));
      for (const [index, client] of clients.entries()) {
        for (let count = 0; count <= index; count++) client.subscribe(`s.${count}`);
        await client.flush();
      }
      const namesOf = async (query: string) =>
        (await page<Connz>(server, `/connz?${query}`)).connections.map(({ name }) => name);
      expect(await namesOf('sort=subs')).toEqual(['c3', 'c2', 'c1']);
      expect(await namesOf('sort=subs&limit=1&offset=1')).toEqual(['c2']);
      const { cid } = (await page<Connz>(server, '/connz?sort=subs')).connections[2] as Page;
      expect(await namesOf(`cid=${cid}`)).toEqual(['c1']);
      expect(await page(server, '/connz?sort=subs&limit=1')).toMatchObject({ num_connections: 1, total: 3, limit: 1 });
      for (const query of ['sort=nonsense', 'limit=x', 'state=x']) {
        expect((await fetch(`${server.monitorUrl}/connz?${query}`)).status).toBe(400);
      }
      expect((await fetch(`${server.monitorUrl}/nonsense`)).status).toBe(404);
      await Promise.all(clients.map((client) => client.close()));
    });

    it('say that all is well', async () => {
      await using server = await target.start({ monitor: true });
      expect(await page(server, '/healthz')).toEqual({ status: 'ok' });
    });
  });
}

const [embedded, current] = targets as [(typeof targets)[0], (typeof targets)[1]];

describe.skipIf(current.isMissing)('the fields of the embedded pages', () => {
  it.each(['/varz', '/connz', '/connz?subs=1', '/connz?state=closed', '/subsz', '/subsz?subs=1', '/healthz'])(
    'are fields of nats-server in %s',
    async (path) => {
      await using ours = await embedded.start({ monitor: true });
      await using theirs = await current.start({ monitor: true });
      const [ourFields, theirFields] = await Promise.all([ours, theirs].map((server) => fieldsAfterUse(server, path)));
      expect(
        [...(ourFields as Map<string, string>)].filter(([field, type]) => theirFields?.get(field) !== type),
      ).toEqual([]);
    },
  );
});

/** The names and types of all fields of a page, once somebody has been there. */
async function fieldsAfterUse(server: RunningTarget, path: string): Promise<Map<string, string>> {
  const options = { servers: server.url, name: 'x' };
  const gone = await connect(options);
  const client = await connect(options);
  client.subscribe('a', { queue: 'q', max: 7 });
  client.publish('a');
  await client.flush();
  await gone.close();
  await waitUntil(async () => (await page<Connz>(server, '/connz?state=closed')).total === 1);
  const fields = new Map<string, string>();
  const walk = (value: unknown, name: string): void => {
    fields.set(name, Array.isArray(value) ? 'array' : typeof value);
    if (Array.isArray(value)) for (const item of value) walk(item, `${name}[]`);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) walk(inner, `${name}.${key}`);
    }
  };
  const found = await page(server, path);
  delete found['http_req_stats'];
  walk(found, '');
  await client.close();
  return fields;
}

describe('uptimeOf', () => {
  it.each([
    [0, '0s'],
    [59.9, '59s'],
    [60, '1m0s'],
    [3_661, '1h1m1s'],
    [86_400, '1d0h0m0s'],
    [366 * 86_400 + 5, '1y1d0h0m5s'],
  ])('gives %f seconds as %s', (seconds, text) => {
    expect(uptimeOf(new Date(0), new Date(seconds * 1_000))).toBe(text);
  });
});

async function page<T extends Page = Page>(server: RunningTarget, path: string): Promise<T> {
  return (await (await fetch(`${server.monitorUrl}${path}`)).json()) as T;
}

function pick(page: Page, fields: readonly string[]): Page {
  return Object.fromEntries(fields.map((field) => [field, page[field]]));
}
