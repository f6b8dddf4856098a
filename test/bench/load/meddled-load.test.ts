import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nowNs } from '../../../src/bench/load/clock.js';
import { type LoadOutcome, type RunLoadOptions, runLoad } from '../../../src/bench/load/run-load.js';
import { Stamp } from '../../../src/bench/load/stamp.js';
import type { Figures } from '../../../src/bench/report/report.js';
import { deferred } from '../../../src/deferred.js';
import { connectTo } from '../../services/connect-to.js';
import { type Meddle, startMeddler } from '../../support/meddler.js';
import { type NatsServer, startNatsServer } from '../../support/nats-server.js';
import { tools } from '../../support/tools.js';
import { watchWaiting } from '../../support/waiting.js';
import { startInProcess } from './in-process.js';
import { loadPlan, type PlanParts } from './load-plan.js';

const MESSAGES = 20_000;
const figuresOf = ({ merge, durationMs }: LoadOutcome): Figures => merge.figures(durationMs);

const run = (
  url: string,
  parts: PlanParts,
  threads = 2,
  onListening = (): void => undefined,
  onSecond: RunLoadOptions['onSecond'] = () => undefined,
): Promise<LoadOutcome> =>
  runLoad(
    loadPlan(url, {
      workload: 'pubsub',
      subscribers: 1,
      timeoutMs: 1_000,
      end: { kind: 'messages', messages: MESSAGES },
      ...parts,
    }),
    {
      threads,
      signal: new AbortController().signal,
      onSecond,
      onListening,
      start: startInProcess,
    },
  );

const drops: Meddle = (frame, number) => (number % 1_000 === 0 ? [] : [frame]);
const repeats: Meddle = (frame, number) => (number % 1_000 === 0 ? [frame, frame] : [frame]);
/** Each thousandth changes places with the one behind it. */
const swaps = (): Meddle => {
  let held: Buffer | undefined;
  return (frame, number) => {
    if (number % 1_000 === 0) {
      held = frame;
      return [];
    }
    const delivered = held === undefined ? [frame] : [frame, held];
    held = undefined;
    return delivered;
  };
};

describe.skipIf(tools.natsServer.path === undefined).each(['client', 'wire'] as const)(
  'a load through %s, on a path that does not deliver as it should',
  (engine) => {
    let server: NatsServer;
    beforeAll(async () => {
      server = await startNatsServer();
    });
    afterAll(() => server[Symbol.asyncDispose]());

    const FINE = { lost: 0, duplicated: 0, out_of_order: 0, errors: {} };

    it.each<[string, PlanParts, number]>([
      ['one subscriber', {}, 1],
      ['each of two', { subscribers: 2 }, 2],
      ['bodies that are given', { bodies: { kind: 'given', bodies: [Buffer.from('{}')] } }, 1],
      ['bodies without room for a stamp', { bodies: { kind: 'generated', leastBytes: 3, mostBytes: 3 } }, 1],
    ])('counts exactly those that never arrive: %s', async (_, parts, copies) => {
      await using path = await startMeddler(server.port, () => drops);
      const lost = 20 * copies;
      expect(figuresOf(await run(path.url, { engine, ...parts }, 3))).toMatchObject({
        ...FINE,
        ...{ sent: MESSAGES, messages: MESSAGES * copies - lost, lost },
      });
    });

    it('counts those of a queue group, each member of which loses some', async () => {
      let lost = 0;
      await using path = await startMeddler(server.port, () => (frame, number) => {
        if (number % 1_000 !== 0) return [frame];
        lost += 1;
        return [];
      });
      const outcome = await run(path.url, { engine, subscribers: 3, queue: 'q' }, 4);
      expect(lost).toBeGreaterThanOrEqual(17);
      expect(figuresOf(outcome)).toMatchObject({ ...FINE, messages: MESSAGES - lost, lost });
    });

    it('counts those that come twice, and each of them once', async () => {
      await using path = await startMeddler(server.port, () => repeats);
      expect(figuresOf(await run(path.url, { engine }))).toMatchObject({ ...FINE, messages: MESSAGES, duplicated: 20 });
    });

    it('counts those that come to two members of a queue group in two threads', async () => {
      // What the first of them gets, every thousandth, comes to all that are told of it too.
      const others: ((frame: Buffer) => void)[] = [];
      let repeated = 0;
      await using path = await startMeddler(server.port, () => {
        const owed: Buffer[] = [];
        others.push((frame) => owed.push(frame));
        const own = others.at(-1);
        return (frame, number) => {
          if (number % 1_000 === 0) {
            for (const other of others) if (other !== own && isReceiving.has(other)) other(frame);
          }
          if (own !== undefined) isReceiving.add(own);
          const also = owed.splice(0);
          repeated += also.length;
          return [frame, ...also];
        };
      });
      const isReceiving = new Set<(frame: Buffer) => void>();
      const outcome = await run(path.url, { engine, subscribers: 2, queue: 'q' }, 3);
      // How the server shares them out is its own affair.
      expect(repeated).toBeGreaterThan(0);
      const { messages, lost, duplicated } = figuresOf(outcome);
      expect({ messages, lost, duplicated }).toEqual({ messages: MESSAGES, lost: 0, duplicated: repeated });
    });

    it('counts those that come in another order', async () => {
      await using path = await startMeddler(server.port, swaps);
      // The last one is held back for good: it is the twenty-thousandth.
      const outcome = await run(path.url, { engine, end: { kind: 'messages', messages: MESSAGES + 1 } });
      expect(figuresOf(outcome)).toMatchObject({ ...FINE, messages: MESSAGES + 1, out_of_order: 20 });
    });

    it('counts them where the load is made elsewhere, from their numbers', async () => {
      await using path = await startMeddler(server.port, () => drops);
      const receive = async (parts: PlanParts, messages = MESSAGES + 1): Promise<Figures> => {
        let publishing: Promise<unknown> = Promise.resolve();
        const sub = { workload: 'sub', engine, clients: 0, runTag: 0, ...parts } as const;
        const outcome = await run(path.url, sub, 2, () => {
          const end = { kind: 'messages', messages } as const;
          publishing = run(server.url, { workload: 'pub', engine, subscribers: 0, runTag: 9, end });
        });
        await publishing;
        return figuresOf(outcome);
      };
      expect(await receive({})).toMatchObject({ ...FINE, messages: MESSAGES + 1 - 20, lost: 20 });
      // So few that a busy machine sends them in that time.
      const few = 5_001;
      const end = { kind: 'duration', durationMs: 2_000 } as const;
      const { messages, lost } = await receive({ subscribers: 2, queue: 'q', end }, few);
      // What is behind the latest of either member may still come.
      expect(lost).toBeGreaterThanOrEqual(3);
      expect(messages + lost).toBeGreaterThanOrEqual(few - 11);
      expect(messages + lost).toBeLessThanOrEqual(few);
    });

    it('gives no latency to what another machine has stamped, nor to what has no stamp', async () => {
      await using sender = await connectTo(server.url);
      const stamp = new Stamp(9);
      const bodyOf = (sequence: number, plannedNs: number): Uint8Array => {
        const body = new Uint8Array(32);
        stamp.write(body, 0, 1, sequence, plannedNs);
        return body;
      };
      const end = { kind: 'messages', messages: 4 } as const;
      const sub = { workload: 'sub', engine, clients: 0, runTag: 0, end } as const;
      const outcome = await run(server.url, sub, 1, () => {
        // Its clock is a day ahead.
        for (const sequence of [0, 1, 3]) sender.nats.publish('a.b', bodyOf(sequence, nowNs() + 86_400e9));
        sender.nats.publish('a.b', 'a text that is longer than a stamp');
      });
      expect(figuresOf(outcome)).toMatchObject({ ...FINE, messages: 4, lost: 1, latency_ms: undefined });
      expect(outcome.receipt).toEqual({ unstamped: 1, remote: 3 });
    });

    it('counts by arrival what comes from elsewhere, and not the warm-up', async () => {
      const sub = { workload: 'sub', engine, clients: 0, runTag: 0, warmupMs: 200 } as const;
      let publishing: Promise<LoadOutcome> | undefined;
      const endWatch = watchWaiting(() => [process.pid, server.pid]);
      const outcome = await run(server.url, { ...sub, end: { kind: 'duration', durationMs: 300 } }, 1, () => {
        const rate = { kind: 'open', rate: 1_000, arrivals: 'constant' } as const;
        const end = { kind: 'duration', durationMs: 800 } as const;
        publishing = run(server.url, { workload: 'pub', engine, subscribers: 0, schedule: rate, end });
      });
      // Before anything is judged: what is still published would be met by the next test.
      const published = figuresOf((await publishing) as LoadOutcome);
      const waitedMs = endWatch();
      const { messages, lost } = figuresOf(outcome);
      expect(lost).toBe(0);
      // One comes each millisecond, where the machine has nothing else to do.
      expect(messages).toBeGreaterThan(200 - waitedMs);
      expect(messages).toBeLessThan(400 + waitedMs);
      expect(published.messages).toBe(800);
    });

    it('does not count those of others on the same subject', async () => {
      await using other = await connectTo(server.url);
      const running = run(server.url, {
        engine,
        schedule: { kind: 'open', rate: 1_000, arrivals: 'constant' },
        end: { kind: 'duration', durationMs: 1_000 },
      });
      const heard = other.nats.subscribe('a.b', { max: 1, callback: () => undefined });
      await heard.closed;
      other.nats.publish('a.b', 'no stamp');
      other.nats.publish('a.b', 'nor is this one a stamp, though it is longer');
      await other.confirm();
      const outcome = await running;
      expect(figuresOf(outcome)).toMatchObject({ ...FINE, messages: 1_000 });
      expect(outcome.receipt).toMatchObject({ unstamped: 2 });
    });
  },
);

describe.skipIf(tools.natsServer.path === undefined).each(['client', 'wire'] as const)(
  'a load through %s, while its server is restarted',
  (engine) => {
    it.each(['pub', 'pubsub'] as const)(
      'of %s goes on to its planned end, and tells what was lost',
      async (workload) => {
        await using server = await startNatsServer();
        await using watcher = await connectTo(server.url);
        let seen = 0;
        let restarted: Promise<void> | undefined;
        watcher.nats.subscribe('a.b', {
          callback: () => {
            seen += 1;
            if (seen === 200) restarted = server.kill().then(() => server.restart());
          },
        });
        await watcher.confirm();
        const outcome = await run(server.url, {
          workload,
          engine,
          timeoutMs: 5_000,
          subscribers: workload === 'pub' ? 0 : 2,
          queue: workload === 'pub' ? undefined : 'q',
          clients: 2,
          schedule: { kind: 'open', rate: 500, arrivals: 'constant' },
          end: { kind: 'duration', durationMs: 4_000 },
        });
        await restarted;
        const { sent, messages, lost, longest_gap_ms, recovery_ms, duplicated } = figuresOf(outcome);
        expect(sent).toBe(2_000);
        expect(messages + lost).toBe(2_000);
        expect(duplicated).toBe(0);
        // A busy machine is some time at starting the server.
        expect(messages).toBeGreaterThan(500);
        // A server that is back at once is hardly missed.
        expect(longest_gap_ms).toBeGreaterThan(0);
        expect(longest_gap_ms).toBeLessThan(3_500);
        expect(recovery_ms).toBeGreaterThan(0);
      },
    );

    it.each(['pub', 'pubsub'] as const)('of %s ends where the server does not come again', async (workload) => {
      await using server = await startNatsServer();
      const succeeded = deferred<void>();
      const subscribers = workload === 'pubsub' ? 1 : 0;
      const parts = { engine, workload, subscribers, end: { kind: 'messages', messages: 1e9 } } as const;
      const running = run(server.url, parts, 2, undefined, (_, { messages }) => {
        if (messages > 0) succeeded.resolve();
      });
      await succeeded.promise;
      await server.kill();
      const { messages, sent, errors } = figuresOf(await running);
      expect(sent).toBeLessThan(1e9);
      expect(messages).toBeGreaterThan(0);
      expect(errors.connection).toBeGreaterThan(0);
    });
  },
);
