import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoadOutcome, runLoad } from '../../../src/bench/load/run-load.js';
import type { Figures } from '../../../src/bench/report/report.js';
import { type NatsServer, startNatsServer } from '../../support/nats-server.js';
import { natsServers } from '../../support/tools.js';
import { waitUntil } from '../../support/wait-until.js';
import { watchWaiting } from '../../support/waiting.js';
import { startInProcess } from './in-process.js';
import { loadPlan, type PlanParts } from './load-plan.js';

const config = `
authorization { users: [
  { user: full, password: p }
  { user: mute, password: p, permissions: { publish: { deny: "a.>" } } }
  { user: deaf, password: p, permissions: { subscribe: { deny: "a.>" } } }
] }
`;
const figuresOf = ({ merge, durationMs }: LoadOutcome): Figures => merge.figures(durationMs);
const PERFECT = { errors: {}, lost: 0, late: 0, duplicated: 0, out_of_order: 0 };

function loadOf(
  server: NatsServer,
  parts: PlanParts,
  options: { threads?: number; signal?: AbortSignal; user?: string; onListening?: () => void } = {},
): Promise<LoadOutcome> {
  const { threads = 2, signal = new AbortController().signal, user = 'full', onListening = () => undefined } = options;
  const plan = loadPlan(server.url, { workload: 'pubsub', subscribers: 1, ...parts }, { user, password: 'p' });
  return runLoad(plan, { threads, signal, onSecond: () => undefined, onListening, start: startInProcess });
}

/** Messages that the server has taken and given away. */
async function counted(server: NatsServer): Promise<{ in_msgs: number; out_msgs: number }> {
  const response = await fetch(`${server.monitorUrl}/varz`);
  return (await response.json()) as { in_msgs: number; out_msgs: number };
}

const engines = ['client', 'wire'] as const;
for (const { name, path: binary } of natsServers) {
  describe.skipIf(binary === undefined).each(engines)(`a load through %s, on ${name}`, (engine) => {
    let server: NatsServer;
    beforeAll(async () => {
      server = await startNatsServer({ binary: binary ?? '', config, monitor: true });
    });
    afterAll(() => server[Symbol.asyncDispose]());
    const run = (parts: PlanParts, options: Parameters<typeof loadOf>[2] = {}): Promise<LoadOutcome> =>
      loadOf(server, { engine, ...parts }, options);

    it.each<[string, PlanParts, number, number]>([
      ['to one subscriber', {}, 1, 2],
      ['to each of several', { subscribers: 3 }, 3, 3],
      ['to one of a queue group, over threads', { subscribers: 3, queue: 'q', clients: 2 }, 1, 4],
      ['in one thread', { subscribers: 2, clients: 2 }, 2, 1],
      ['on several subjects', { subjects: ['a.1', 'a.2', 'a.3'], pattern: 'a.*' }, 1, 2],
    ])('has all arrive, %s', async (_, parts, copies, threads) => {
      const before = await counted(server);
      const outcome = await run({ end: { kind: 'messages', messages: 20_000 }, ...parts }, { threads });
      expect(figuresOf(outcome)).toMatchObject({ ...PERFECT, sent: 20_000, messages: 20_000 * copies });
      expect(figuresOf(outcome).bytes).toBe(20_000 * copies * 16);
      expect(outcome.merge.latencies.total).toBe(20_000 * copies);
      expect(outcome.threads).toBe(threads);
      await waitUntil(async () => (await counted(server)).out_msgs - before.out_msgs >= 20_000 * copies);
      const after = await counted(server);
      expect([after.in_msgs - before.in_msgs, after.out_msgs - before.out_msgs]).toEqual([20_000, 20_000 * copies]);
    });

    it('has all arrive that was sent in a time, and does not count what was sent before', async () => {
      const figures = figuresOf(await run({ warmupMs: 300, end: { kind: 'duration', durationMs: 300 } }));
      expect(figures).toMatchObject(PERFECT);
      expect(figures.messages).toBe(figures.sent);
      expect(figures.messages).toBeGreaterThan(100);
    });

    it('sends at planned times, of which the warm-up has its part', async () => {
      const outcome = await run({
        schedule: { kind: 'open', rate: 1_000, arrivals: 'constant' },
        warmupMs: 200,
        end: { kind: 'duration', durationMs: 500 },
        clients: 2,
        subscribers: 2,
      });
      expect(figuresOf(outcome)).toMatchObject({ ...PERFECT, sent: 500, messages: 1_000 });
    });

    for (const workload of ['pub', 'pubsub'] as const) {
      for (const schedule of [
        { kind: 'closed', inflight: 1 },
        { kind: 'open', rate: 1_000, arrivals: 'constant' },
      ] as const) {
        it(`measures so many messages behind the warm-up, ${workload}, ${schedule.kind}`, async () => {
          const before = await counted(server);
          const outcome = await run({
            workload,
            schedule,
            warmupMs: 100,
            clients: 2,
            subscribers: workload === 'pub' ? 0 : 1,
            end: { kind: 'messages', messages: 777 },
          });
          expect(figuresOf(outcome)).toMatchObject({ ...PERFECT, sent: 777, messages: 777 });
          const after = await counted(server);
          expect(after.in_msgs - before.in_msgs).toBeGreaterThanOrEqual(777);
        });
      }
    }

    it.each(['pub', 'pubsub'] as const)('leaves out what a plan has that cannot be kept, %s', async (workload) => {
      const endWatch = watchWaiting(() => [process.pid, server.pid]);
      const began = performance.now();
      const outcome = await run({
        workload,
        subscribers: workload === 'pub' ? 0 : 1,
        schedule: { kind: 'open', rate: 50_000_000, arrivals: 'constant' },
        end: { kind: 'duration', durationMs: 200 },
        timeoutMs: 500,
      });
      expect(performance.now() - began).toBeLessThan(8_000 + endWatch());
      const { planned, sent } = outcome.merge.plan;
      expect(planned).toBe(10_000_000);
      expect(sent).toBeLessThan(planned);
      // A busy machine may not hand on all of it in the time that is given; what could not even be sent is lost as well.
      const { messages, lost } = figuresOf(outcome);
      expect(messages).toBeGreaterThan(0);
      expect(messages).toBeLessThanOrEqual(sent);
      expect(messages + lost).toBeGreaterThanOrEqual(sent);
    });

    it('knows what has no stamp by counts, and what is given by a header', async () => {
      const ten = { end: { kind: 'messages', messages: 10 } } as const;
      const small = await run({ bodies: { kind: 'generated', leastBytes: 8, mostBytes: 8 }, ...ten });
      expect(figuresOf(small)).toMatchObject({ ...PERFECT, messages: 10, latency_ms: undefined });
      expect(small.receipt).toMatchObject({ unstamped: 10 });
      const given = await run({ bodies: { kind: 'given', bodies: [Buffer.from('{}')] }, ...ten });
      expect(figuresOf(given)).toMatchObject({ ...PERFECT, messages: 10 });
      expect(given.merge.latencies.total).toBe(10);
    });

    it('is confirmed by the server where nobody receives it', async () => {
      const before = await counted(server);
      const outcome = await run({
        workload: 'pub',
        subscribers: 0,
        clients: 3,
        end: { kind: 'messages', messages: 50_000 },
      });
      expect(figuresOf(outcome)).toMatchObject({ ...PERFECT, sent: 50_000, messages: 50_000, bytes: 50_000 * 16 });
      expect(figuresOf(outcome).latency_ms).toBeUndefined();
      expect((await counted(server)).in_msgs - before.in_msgs).toBe(50_000);
    });

    it.each([100, 5_000, 20_000])('keeps a rate of %i a second', async (rate) => {
      const outcome = await run({
        workload: 'pub',
        subscribers: 0,
        schedule: { kind: 'open', rate, arrivals: 'constant' },
        end: { kind: 'duration', durationMs: 500 },
      });
      expect(figuresOf(outcome)).toMatchObject({ ...PERFECT, sent: rate / 2, messages: rate / 2 });
    });

    it.each([
      ['mute', 'pubsub', 1],
      ['mute', 'pub', 0],
      ['deaf', 'pubsub', 1],
      ['deaf', 'sub', 1],
    ] as const)('is refused at once where %s is denied it, as of %s', async (user, workload, subscribers) => {
      const clients = workload === 'sub' ? 0 : 1;
      await expect(
        run({ workload, subscribers, clients, end: { kind: 'duration', durationMs: 60_000 } }, { user }),
      ).rejects.toMatchObject({ kind: 'authorization' });
    });

    it('refuses bodies that the server does not take', async () => {
      const bodies = { kind: 'generated', leastBytes: 16, mostBytes: 2 ** 20 + 1 } as const;
      await expect(run({ bodies })).rejects.toMatchObject({ kind: 'usage' });
    });

    it.each<[string, PlanParts, number]>([
      ['none', { workload: 'pub', subscribers: 0 }, 0],
      ['a stamp', {}, `NATS/1.0\r\nNatsctl-Bench: ${'x'.repeat(24)}\r\n\r\n`.length],
      [
        'one given and a stamp',
        { headers: [['A', 'b']] },
        `NATS/1.0\r\nA: b\r\nNatsctl-Bench: ${'x'.repeat(24)}\r\n\r\n`.length,
      ],
    ])(
      'takes bodies that are given for as large as the server takes them with their headers: %s',
      async (_, parts, headerBytes) => {
        const given = (bytes: number): PlanParts => ({
          ...parts,
          bodies: { kind: 'given', bodies: [Buffer.alloc(bytes)] },
        });
        const most = 2 ** 20 - headerBytes;
        expect(figuresOf(await run(given(most)))).toMatchObject({ ...PERFECT, messages: 10, bytes: 10 * 2 ** 20 });
        await expect(run(given(most + 1))).rejects.toMatchObject({
          ...{ kind: 'usage', details: { size_bytes: 2 ** 20 + 1, max_payload_bytes: 2 ** 20 } },
        });
      },
    );

    it('ends early, with all that was sent until then', async () => {
      const halt = new AbortController();
      const running = run({ end: { kind: 'duration', durationMs: 60_000 } }, { signal: halt.signal });
      const { in_msgs } = await counted(server);
      await waitUntil(async () => (await counted(server)).in_msgs > in_msgs + 1_000);
      halt.abort();
      const outcome = await running;
      expect(outcome.interrupted).toBe(true);
      expect(figuresOf(outcome)).toMatchObject(PERFECT);
      expect(figuresOf(outcome).messages).toBe(figuresOf(outcome).sent);
    });

    describe('that is received elsewhere', () => {
      const publish = (parts: PlanParts, runTag: number): Promise<LoadOutcome> =>
        run({ workload: 'pub', subscribers: 0, runTag, ...parts });
      /** Receives, and publishes when it is listening. */
      const receive = async (parts: PlanParts, sent: PlanParts, runTags = [7]): Promise<LoadOutcome> => {
        let publishing: Promise<unknown> = Promise.resolve();
        const outcome = await run(
          { workload: 'sub', clients: 0, runTag: 0, ...parts },
          {
            threads: 3,
            onListening: () => {
              publishing = Promise.all(runTags.map((runTag) => publish(sent, runTag)));
            },
          },
        );
        await publishing;
        return outcome;
      };

      it('begins with the first message, and ends with the last', async () => {
        const end = { kind: 'messages', messages: 5_000 } as const;
        const outcome = await receive({ end }, { end });
        expect(figuresOf(outcome)).toMatchObject({ ...PERFECT, messages: 5_000 });
        // Sent from this machine: its clock is ours.
        expect(outcome.merge.latencies.total).toBe(5_000);
        expect(outcome.receipt).toEqual({ unstamped: 0, remote: 0 });
      });

      it.each([1, 2])('measures so many messages behind the warm-up, with %i subscribers', async (subscribers) => {
        const endWatch = watchWaiting(() => [process.pid, server.pid]);
        const outcome = await receive(
          { subscribers, warmupMs: 200, end: { kind: 'messages', messages: 200 * subscribers } },
          { schedule: { kind: 'open', rate: 1_000, arrivals: 'constant' }, end: { kind: 'messages', messages: 3_000 } },
        );
        const waitedMs = endWatch();
        const { messages, duration_s } = figuresOf(outcome);
        expect(messages).toBeGreaterThanOrEqual(200 * subscribers);
        // One is sent each millisecond.
        expect(messages).toBeLessThan((400 + waitedMs) * subscribers);
        expect(duration_s).toBeLessThan(0.5 + waitedMs / 1_000);
      });

      it('tells runs and publishers apart, to several subscribers', async () => {
        const outcome = await receive(
          { subscribers: 2, end: { kind: 'messages', messages: 16_000 } },
          { clients: 2, end: { kind: 'messages', messages: 4_000 } },
          [7, 8],
        );
        expect(figuresOf(outcome)).toMatchObject({ ...PERFECT, messages: 16_000 });
      });

      it('shares it in a queue group, for a time from the first message on', async () => {
        const outcome = await receive(
          { subscribers: 3, queue: 'q', end: { kind: 'duration', durationMs: 1_500 } },
          { end: { kind: 'messages', messages: 10_000 } },
        );
        expect(figuresOf(outcome)).toMatchObject({ ...PERFECT, messages: 10_000 });
      });

      it('loses nothing where its end comes in the middle', async () => {
        const outcome = await receive(
          { subscribers: 3, queue: 'q', end: { kind: 'duration', durationMs: 200 } },
          { end: { kind: 'duration', durationMs: 500 } },
        );
        expect(figuresOf(outcome)).toMatchObject(PERFECT);
      });

      it('waits no longer than a message may take', async () => {
        const outcome = await receive(
          { timeoutMs: 200, end: { kind: 'messages', messages: 100 } },
          { end: { kind: 'messages', messages: 90 } },
        );
        expect(figuresOf(outcome)).toMatchObject({ messages: 90 });
      });
    });
  });
}
