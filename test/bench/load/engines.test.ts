import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { headers as createHeaders } from 'nats';
import { describe, expect, it } from 'vitest';
import { clientEngine } from '../../../src/bench/load/client-engine.js';
import { type EngineClient, GOOD, NO_RESPONDERS, SERVICE_ERROR } from '../../../src/bench/load/engine.js';
import type { LoadPlan } from '../../../src/bench/load/load-plan.js';
import { wireEngine } from '../../../src/bench/load/wire-engine.js';
import type { Connection, ConnectionPlan } from '../../../src/connection/index.js';
import { planFor } from '../../connection/planning.js';
import { connected } from '../../connection/serving.js';
import { type NatsServer, startNatsServer } from '../../support/nats-server.js';
import { createCertificates, tlsConfig } from '../../support/tls.js';
import { tools } from '../../support/tools.js';
import { waitUntil } from '../../support/wait-until.js';

const MANY = 20_000;
/** The most that nats-server lets a message have without a warning. */
const LARGE_BYTES = 8 * 1024 * 1024;
/** Of a plan's publisher, so that nothing is right by being 0. */
const PUBLISHER = 3;

function planOf(connection: ConnectionPlan, fields: Partial<LoadPlan> = {}): LoadPlan {
  return {
    workload: 'pubsub',
    engine: 'wire',
    connection,
    subjects: ['bench.a'],
    pattern: 'bench.>',
    queue: undefined,
    bodies: generated(128),
    headers: [],
    schedule: { kind: 'closed', inflight: 1 },
    end: { kind: 'messages', messages: MANY },
    warmupMs: 0,
    timeoutMs: 5_000,
    seed: 1,
    clients: 1,
    subscribers: 1,
    runTag: 4711,
    ...fields,
  };
}

function generated(leastBytes: number, mostBytes = leastBytes): LoadPlan['bodies'] {
  return { kind: 'generated', leastBytes, mostBytes };
}

function given(...bodies: readonly Uint8Array[]): LoadPlan['bodies'] {
  return { kind: 'given', bodies };
}

/** Publishes so many, and waits whenever the server is behind. @returns their bytes */
async function publishAll(client: EngineClient, connection: Connection, count: number, from = 0): Promise<number> {
  let bytes = 0;
  for (let sequence = from; sequence < from + count; sequence++) {
    bytes += client.publish(sequence, plannedOf(sequence));
    if (sequence % 100 === 99) await client.flush();
    // Else nothing would be heard meanwhile.
    if (sequence % 2_000 === 1_999) await nextTurn();
  }
  await client.flush();
  await connection.confirm();
  return bytes;
}

function plannedOf(sequence: number): number {
  return sequence * 1_000 + 0.5;
}

/** What a subscriber has heard. */
class Heard {
  count = 0;
  bytes = 0;
  foreign = 0;
  wrong = 0;
  hear = (publisher: number, sequence: number, plannedNs: number, bytes: number): void => {
    this.bytes += bytes;
    if (publisher === -1) this.foreign += 1;
    else if (publisher !== PUBLISHER || sequence !== this.count || plannedNs !== plannedOf(sequence)) this.wrong += 1;
    this.count += 1;
  };
}

/** What the server has counted of messages. */
async function counted(server: NatsServer): Promise<{ in_msgs: number; out_msgs: number; out_bytes: number }> {
  const response = await fetch(`${server.monitorUrl}/varz`);
  return (await response.json()) as { in_msgs: number; out_msgs: number; out_bytes: number };
}

const SHAPES: ReadonlyArray<readonly [what: string, fields: Partial<LoadPlan>, count: number]> = [
  ['one subject', {}, MANY],
  ['bodies as small as a stamp', { bodies: generated(16) }, MANY],
  [
    'subjects and sizes that are spread',
    { subjects: ['bench.a', 'bench.b.c', 'bench.d'], bodies: generated(20, 300) },
    MANY,
  ],
  ['more frames than are kept', { subjects: manySubjects(300), bodies: generated(100, 900) }, MANY],
  ['sizes beyond what is written at once', { bodies: generated(30_000, 200_000) }, 300],
  [
    'headers',
    {
      headers: [
        ['A', 'b'],
        ['A', 'c'],
        ['X-Long', 'd'.repeat(300)],
      ],
    },
    MANY,
  ],
  [
    'bodies that were given',
    { bodies: given(Buffer.from('one'), Buffer.from('\r\ntwo\r\n'), new Uint8Array(0)) },
    MANY,
  ],
  ['large bodies that were given', { headers: [['A', 'b']], bodies: given(Buffer.alloc(90_000, 'x')) }, 300],
];

describe.skipIf(tools.natsServer.path === undefined).each([clientEngine, wireEngine])('the engine $name', (engine) => {
  it.each(SHAPES)('has each message arrive once, whole and in order: %s', async (_what, fields, count) => {
    await using server = await startNatsServer({ monitor: true });
    await using publishing = await connected(planFor(server.url));
    await using subscribing = await connected(planFor(server.url));
    const plan = planOf(publishing.plan, fields);
    const [first, second] = [new Heard(), new Heard()];
    for (const heard of [first, second]) engine.open(subscribing, plan, 0).hearMessages(heard.hear);
    await subscribing.confirm();
    const before = await counted(server);
    const bytes = await publishAll(engine.open(publishing, plan, PUBLISHER), publishing, count);
    await waitUntil(() => first.count >= count && second.count >= count, { timeout: 20_000 });
    await subscribing.confirm();
    for (const heard of [first, second]) expect(heard).toMatchObject({ count, bytes, foreign: 0, wrong: 0 });
    await waitUntil(async () => (await counted(server)).out_msgs - before.out_msgs >= 2 * count);
    const after = await counted(server);
    expect(after.in_msgs - before.in_msgs).toBe(count);
    expect(after.out_msgs - before.out_msgs).toBe(2 * count);
    expect(after.out_bytes - before.out_bytes).toBe(2 * bytes);
  });

  it('hears messages of others, and shares those of a queue group', async () => {
    await using server = await startNatsServer();
    await using connection = await connected(planFor(server.url));
    const plan = planOf(connection.plan, { queue: 'q' });
    let count = 0;
    let foreign = 0;
    const hear = (publisher: number): void => {
      count += 1;
      if (publisher === -1) foreign += 1;
    };
    const members = [1, 2].map((number) => engine.open(connection, plan, number));
    for (const member of members) member.hearMessages(hear);
    connection.nats.publish('bench.x', 'short');
    connection.nats.publish('bench.x', 'long enough for a stamp of this run', { headers: createHeaders() });
    const publisher = engine.open(connection, plan, PUBLISHER);
    await publishAll(publisher, connection, 500);
    await connection.confirm();
    expect({ count, foreign }).toEqual({ count: 502, foreign: 2 });
    for (const member of members) member.close();
    await publishAll(publisher, connection, 10);
    expect(count).toBe(502);
  });

  it('tells replies from errors, and by token', async () => {
    await using server = await startNatsServer();
    await using connection = await connected(planFor(server.url));
    const withHeaders = (...pairs: readonly (readonly [string, string])[]) => {
      const headers = createHeaders();
      for (const [name, value] of pairs) headers.append(name, value);
      return { headers };
    };
    const replies = [
      {},
      withHeaders(['Nats-Service-Error', 'broken']),
      withHeaders(['A', 'b'], ['Nats-Service-Error-Code', '500']),
      withHeaders(['A', 'Nats-Service-Error: no']),
      withHeaders(['Nats-Service-Errors', 'no']),
    ];
    let at = 0;
    connection.nats.subscribe('bench.served', {
      callback(_error, message) {
        message.respond(Buffer.from('reply'), replies[at]);
        at += 1;
      },
    });
    const heard: [token: number, outcome: number, bytes: number][] = [];
    const ask = async (subject: string, tokens: readonly number[]): Promise<void> => {
      const client = engine.open(connection, planOf(connection.plan, { workload: 'request', subjects: [subject] }), 0);
      client.hearReplies((token, outcome, bytes) => heard.push([token, outcome, bytes]));
      const count = heard.length + tokens.length;
      for (const [sequence, token] of tokens.entries()) expect(client.ask(sequence, token)).toBe(128);
      await client.flush();
      await waitUntil(() => heard.length >= count);
      client.close();
    };
    await ask('bench.served', [0, 1, 63, 64, 2 ** 31 - 1]);
    await ask('bench.unserved', [7]);
    const sizeOf = (text: string): number => `NATS/1.0\r\n${text}\r\n\r\nreply`.length;
    expect(heard).toEqual([
      [0, GOOD, 5],
      [1, SERVICE_ERROR, sizeOf('Nats-Service-Error: broken')],
      [63, SERVICE_ERROR, sizeOf('A: b\r\nNats-Service-Error-Code: 500')],
      [64, GOOD, sizeOf('A: Nats-Service-Error: no')],
      [2 ** 31 - 1, GOOD, sizeOf('Nats-Service-Errors: no')],
      // Newer servers name the subject in it.
      [7, NO_RESPONDERS, expect.any(Number)],
    ]);
  });

  it('asks with headers, small and large, on subjects in turn', async () => {
    await using server = await startNatsServer();
    await using connection = await connected(planFor(server.url));
    const plan = planOf(connection.plan, {
      workload: 'request',
      subjects: ['bench.a', 'bench.b', 'bench.c'],
      bodies: given(Buffer.from('one'), Buffer.alloc(70_000, 'x')),
      headers: [['A', 'b']],
    });
    const asked: string[] = [];
    connection.nats.subscribe('bench.*', {
      callback(_error, message) {
        asked.push(`${message.subject} ${message.headers?.get('A')} ${message.data.length}`);
        message.respond();
      },
    });
    const client = engine.open(connection, plan, 0);
    let replies = 0;
    client.hearReplies(() => {
      replies += 1;
    });
    for (let i = 0; i < 4; i++) client.ask(i, i);
    await client.flush();
    await waitUntil(() => replies === 4);
    expect(asked).toEqual(['bench.a b 3', 'bench.b b 70000', 'bench.c b 3', 'bench.a b 70000']);
  });

  it('goes through TLS, and takes the largest messages', async () => {
    const certificates = await createCertificates();
    // Whoever sends ten of the largest at once may have more to receive than a server keeps for one client.
    const limits = `max_payload: ${LARGE_BYTES}\nmax_pending: 1GB\n`;
    await using server = await startNatsServer({ config: `${limits}${tlsConfig(certificates)}` });
    await using connection = await connected(planFor(`tls://127.0.0.1:${server.port}`, { tlsca: certificates.ca }));
    const shapes = [
      [LARGE_BYTES, 10],
      [128, 5_000],
    ] as const;
    for (const [bytes, count] of shapes) {
      const client = engine.open(connection, planOf(connection.plan, { bodies: generated(bytes) }), PUBLISHER);
      const heard = new Heard();
      client.hearMessages(heard.hear);
      await publishAll(client, connection, count);
      await waitUntil(() => heard.count >= count, { timeout: 20_000 });
      expect(heard).toMatchObject({ count, bytes: count * bytes, foreign: 0, wrong: 0 });
      client.close();
    }
  });

  it('goes on where the server is gone and comes again', async () => {
    await using server = await startNatsServer();
    await using publishing = await connected(planFor(server.url));
    await using subscribing = await connected(planFor(server.url));
    const plan = planOf(publishing.plan);
    let last = -1;
    let disordered = 0;
    let count = 0;
    engine.open(subscribing, plan, 0).hearMessages((_publisher, sequence) => {
      if (sequence <= last) disordered += 1;
      last = sequence;
      count += 1;
    });
    await subscribing.confirm();
    const client = engine.open(publishing, plan, PUBLISHER);
    await publishAll(client, publishing, 100);
    await waitUntil(() => last === 99);
    const connections = [publishing, subscribing];
    const lost = connections.map((connection) => once(connection.events, 'disconnected'));
    await server.kill();
    await Promise.all(lost);
    const back = connections.map((connection) => once(connection.events, 'reconnected'));
    client.publish(100, 0);
    await client.flush();
    await server.restart();
    await Promise.all(back);
    await subscribing.confirm();
    await publishAll(client, publishing, 100, 101);
    await waitUntil(() => last === 200);
    // What was taken while no server was there is thrown away.
    expect({ count, disordered }).toEqual({ count: 200, disordered: 0 });
  });

  it('waits for a server that is behind, with little under way', async () => {
    await using server = await startNatsServer();
    await using connection = await connected(planFor(server.url));
    const client = engine.open(connection, planOf(connection.plan, { bodies: generated(4_096) }), PUBLISHER);
    server.suspend();
    let sent = 0;
    let hasRoom = true;
    for (; hasRoom && sent < 20_000; sent += 100) {
      for (let i = 0; i < 100; i++) client.publish(sent + i, 0);
      const room = client.flush();
      if (room !== undefined) hasRoom = await Promise.race([room.then(() => true), nextTurn(false)]);
    }
    expect(sent).toBeLessThan(20_000);
    server.resume();
    await connection.confirm();
    const heard = new Heard();
    client.hearMessages(heard.hear);
    await publishAll(client, connection, 5_000);
    await waitUntil(() => heard.count === 5_000);
    expect(heard).toMatchObject({ foreign: 0, wrong: 0 });
  });
});

function manySubjects(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `bench.${i}`);
}
