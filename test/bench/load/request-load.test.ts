import { headers as createHeaders, type Msg } from 'nats';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LoadOutcome, runLoad } from '../../../src/bench/load/run-load.js';
import type { Figures } from '../../../src/bench/report/report.js';
import { connectTo, type OpenConnection } from '../../services/connect-to.js';
import { type NatsServer, startNatsServer } from '../../support/nats-server.js';
import { natsServers } from '../../support/tools.js';
import { watchWaiting } from '../../support/waiting.js';
import { startInProcess } from './in-process.js';
import { loadPlan, type PlanParts } from './load-plan.js';

const config = `
authorization { users: [
  { user: full, password: p }
  { user: few, password: p, permissions: { publish: { deny: "a.b" } } }
] }
`;
const figuresOf = ({ merge, durationMs }: LoadOutcome): Figures => merge.figures(durationMs);

for (const { name, path: binary } of natsServers) {
  describe.skipIf(binary === undefined)(`a load of requests, on ${name}`, () => {
    let server: NatsServer;
    const responders: OpenConnection[] = [];

    beforeAll(async () => {
      server = await startNatsServer({ binary: binary ?? '', config });
    });
    afterEach(async () => {
      for (const responder of responders.splice(0)) await responder.close();
    });
    afterAll(() => server[Symbol.asyncDispose]());

    /** Answers each request with what `respond` does; its number counts from 0. */
    async function answer(respond: (message: Msg, number: number) => void): Promise<OpenConnection> {
      const responder = await connectTo(server.url, { user: 'full', password: 'p' });
      responders.push(responder);
      let number = 0;
      responder.nats.subscribe('a.*', { callback: (_, message) => respond(message, number++) });
      await responder.confirm();
      return responder;
    }

    const run = (parts: PlanParts, signal = new AbortController().signal, user = 'full'): Promise<LoadOutcome> =>
      runLoad(loadPlan(server.url, parts, { user, password: 'p' }), {
        threads: 2,
        signal,
        onSecond: () => undefined,
        start: startInProcess,
      });

    it('counts each reply, over all clients and threads', async () => {
      const asked = new Set<string>();
      await answer((message, number) => {
        asked.add(message.reply ?? '');
        message.respond(Buffer.from(`${number}`.padStart(9)));
      });
      const outcome = await run({ clients: 3, end: { kind: 'messages', messages: 1_000 } });
      expect(figuresOf(outcome)).toMatchObject({
        ...{ sent: 1_000, messages: 1_000, errors: {}, lost: 0, late: 0, duplicated: 0 },
        bytes: 1_000 * (16 + 9),
      });
      expect(asked.size).toBe(1_000);
      expect(outcome.merge.latencies.total).toBe(1_000);
      expect(outcome.threads).toBe(2);
    });

    it('keeps as many in flight as it was told, and no more', async () => {
      const waiting: Msg[] = [];
      let most = 0;
      await answer((message) => {
        waiting.push(message);
        most = Math.max(most, waiting.length);
        if (waiting.length === 7) for (const one of waiting.splice(0)) one.respond();
      });
      const outcome = await run({ schedule: { kind: 'closed', inflight: 7 }, end: { kind: 'messages', messages: 70 } });
      expect(figuresOf(outcome).messages).toBe(70);
      expect(most).toBe(7);
    });

    it('sends to all subjects in turn, with the headers that were given', async () => {
      const seen: string[] = [];
      await answer((message) => {
        seen.push(`${message.subject} ${message.headers?.get('X-A')}`);
        message.respond();
      });
      await run({ subjects: ['a.1', 'a.2'], headers: [['X-A', 'b']], end: { kind: 'messages', messages: 4 } });
      expect(seen.sort()).toEqual(['a.1 b', 'a.1 b', 'a.2 b', 'a.2 b']);
    });

    it('tells errors of the service from replies', async () => {
      await answer((message, number) => {
        const headers = createHeaders();
        if (number % 2 === 1) headers.append('Nats-Service-Error', 'no');
        headers.append('Nats-Service-Error-Code', number % 2 === 1 ? '500' : '');
        message.respond(undefined, number % 2 === 1 ? { headers } : {});
      });
      expect(figuresOf(await run({}))).toMatchObject({ messages: 5, errors: { service_error: 5 }, lost: 0 });
    });

    it('counts what nobody serves as such', async () => {
      expect(figuresOf(await run({}))).toMatchObject({ messages: 0, errors: { no_responders: 10 }, lost: 0 });
    });

    it('counts what is not answered in time as lost, and its reply as late', async () => {
      const held: Msg[] = [];
      await answer((message, number) => {
        if (number === 3) held.push(message);
        else message.respond();
        // The tenth comes when the third has timed out: it is the last that is in flight.
        if (number === 10) for (const one of held) one.respond();
      });
      const outcome = await run({
        schedule: { kind: 'closed', inflight: 1 },
        timeoutMs: 1_000,
        end: { kind: 'messages', messages: 11 },
      });
      expect(figuresOf(outcome)).toMatchObject({ messages: 10, errors: { timeout: 1 }, lost: 1, late: 1 });
    });

    it('counts replies that come twice', async () => {
      await answer((message) => {
        message.respond();
        message.respond();
      });
      const { messages, duplicated } = figuresOf(await run({ schedule: { kind: 'closed', inflight: 1 } }));
      expect(messages).toBe(10);
      // The last one may come when nobody listens any more.
      expect(duplicated).toBeGreaterThanOrEqual(9);
    });

    it('is refused where the subject is denied', async () => {
      await expect(run({}, undefined, 'few')).rejects.toMatchObject({ kind: 'authorization' });
    });

    it('is refused where no server is', async () => {
      const plan = loadPlan('nats://127.0.0.1:1', {});
      const options = { threads: 1, signal: new AbortController().signal, onSecond: () => undefined };
      await expect(runLoad(plan, { ...options, start: startInProcess })).rejects.toMatchObject({ kind: 'connection' });
    });

    it('keeps the rate of an open loop, whatever becomes of the requests', async () => {
      await answer((message, number) => {
        if (number % 10 > 0) message.respond();
      });
      const outcome = await run({
        schedule: { kind: 'open', rate: 500, arrivals: 'constant' },
        end: { kind: 'duration', durationMs: 1_000 },
        clients: 2,
        timeoutMs: 1_000,
      });
      expect(figuresOf(outcome)).toMatchObject({ sent: 500, messages: 450, errors: { timeout: 50 }, lost: 50 });
      expect(outcome.merge.plan).toMatchObject({ planned: 500, sent: 500 });
    });

    it.each(['client', 'wire'] as const)('refuses bodies of which the server does not take one, %s', async (engine) => {
      await answer((message) => message.respond());
      const bodies = { kind: 'given', bodies: [Buffer.from('x'), Buffer.alloc(1_048_577)] } as const;
      await expect(run({ engine, bodies })).rejects.toMatchObject({
        kind: 'usage',
        message: 'the body has 1048577 bytes, and the server takes at most 1048576',
      });
    });

    it('leaves out of a plan that cannot be kept what is not sent in time behind its end', async () => {
      await answer((message) => message.respond());
      const endWatch = watchWaiting(() => [process.pid, server.pid]);
      const began = performance.now();
      const outcome = await run({
        schedule: { kind: 'open', rate: 20_000_000, arrivals: 'constant' },
        end: { kind: 'duration', durationMs: 200 },
        timeoutMs: 500,
      });
      expect(performance.now() - began).toBeLessThan(6_000 + endWatch());
      const { planned, sent } = outcome.merge.plan;
      expect(planned).toBe(4_000_000);
      expect(sent).toBeLessThan(planned);
      expect(figuresOf(outcome).sent).toBe(sent);
    });

    it('ends at a signal also where it is behind its plan', async () => {
      await answer((message) => message.respond());
      const halt = new AbortController();
      const endWatch = watchWaiting(() => [process.pid, server.pid]);
      setTimeout(() => halt.abort(), 300);
      const outcome = await run(
        {
          schedule: { kind: 'open', rate: 20_000_000, arrivals: 'constant' },
          end: { kind: 'messages', messages: 1_000_000_000 },
          timeoutMs: 500,
        },
        halt.signal,
      );
      expect(outcome).toMatchObject({ interrupted: true });
      expect(outcome.durationMs).toBeLessThan(3_000 + endWatch());
    });

    it('sends as many at random times as it was told, the same ones for the same seed', async () => {
      const load = {
        schedule: { kind: 'open', rate: 2_000, arrivals: 'poisson' },
        end: { kind: 'duration', durationMs: 500 },
      } as const;
      await answer((message) => message.respond());
      const [one, again, other] = [await run(load), await run(load), await run({ ...load, seed: 7 })].map(
        (outcome) => figuresOf(outcome).sent,
      );
      // The standard deviation of a Poisson distribution is the root of its mean.
      expect(Math.abs((one as number) - 1_000)).toBeLessThan(4 * Math.sqrt(1_000));
      expect(again).toBe(one);
      expect(other).not.toBe(one);
    });

    it('counts from the plan where a stall held requests up', async () => {
      await answer((message, number) => {
        // Nothing is read meanwhile, nor sent: the generator is in this thread too.
        if (number === 20) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
        message.respond();
      });
      const outcome = await run({
        schedule: { kind: 'open', rate: 200, arrivals: 'constant' },
        end: { kind: 'duration', durationMs: 600 },
      });
      const { sent, latency_ms } = figuresOf(outcome);
      expect(sent).toBe(120);
      // 60 of them were planned in it, evenly spread: the 20 first of those waited for 200 ms or longer.
      expect(latency_ms?.max).toBeGreaterThanOrEqual(295);
      expect(outcome.merge.latencies.quantileNs(1 - 20 / 120) / 1e6).toBeGreaterThanOrEqual(195);
    });

    it('ends early, with what was measured until then', async () => {
      const halt = new AbortController();
      await answer((message, number) => {
        if (number === 50) halt.abort();
        message.respond();
      });
      const outcome = await run({ end: { kind: 'duration', durationMs: 60_000 } }, halt.signal);
      const { messages, duration_s } = figuresOf(outcome);
      expect(outcome.interrupted).toBe(true);
      expect(messages).toBeGreaterThanOrEqual(50);
      expect(duration_s).toBeLessThan(10);
    });

    it('does not count the warm-up', async () => {
      let asked = 0;
      await answer((message) => {
        asked += 1;
        message.respond();
      });
      const outcome = await run({
        schedule: { kind: 'open', rate: 100, arrivals: 'constant' },
        warmupMs: 500,
        end: { kind: 'duration', durationMs: 500 },
      });
      expect(asked).toBe(100);
      expect(Math.abs(figuresOf(outcome).messages - 50)).toBeLessThanOrEqual(2);
      // With it, twice as much.
      expect(figuresOf(outcome).duration_s).toBeLessThan(0.95);
    });

    for (const schedule of [
      { kind: 'closed', inflight: 4 },
      { kind: 'open', rate: 500, arrivals: 'constant' },
      { kind: 'open', rate: 500, arrivals: 'poisson' },
    ] as const) {
      it(`measures so many messages behind the warm-up, ${JSON.stringify(schedule)}`, async () => {
        let asked = 0;
        await answer((message) => {
          asked += 1;
          message.respond();
        });
        const figures = figuresOf(
          await run({ schedule, clients: 2, warmupMs: 200, end: { kind: 'messages', messages: 50 } }),
        );
        expect(figures).toMatchObject({ sent: 50, messages: 50, errors: {}, lost: 0 });
        expect(asked).toBeGreaterThan(50);
      });
    }

    it('counts no reply to the warm-up, however late it comes', async () => {
      const waiting: Msg[] = [];
      let isWarm = false;
      await answer((message) => {
        if (isWarm) message.respond();
        else waiting.push(message);
        if (waiting.length === 1) {
          setTimeout(() => {
            isWarm = true;
            for (const one of waiting) one.respond();
          }, 300);
        }
      });
      const endWatch = watchWaiting(() => [process.pid, server.pid]);
      const figures = figuresOf(
        await run({
          schedule: { kind: 'open', rate: 100, arrivals: 'constant' },
          warmupMs: 200,
          end: { kind: 'duration', durationMs: 500 },
        }),
      );
      expect(figures).toMatchObject({ sent: 50, messages: 50 });
      // What waited for the warm service was planned behind the warm-up: 100 ms at most.
      expect(figures.latency_ms?.max).toBeLessThan(200 + endWatch());
    });

    it('counts no time-out of the warm-up', async () => {
      let asked = 0;
      await answer((message) => {
        asked += 1;
        if (asked > 5) message.respond();
      });
      const figures = figuresOf(
        await run({
          schedule: { kind: 'open', rate: 50, arrivals: 'constant' },
          timeoutMs: 1_000,
          warmupMs: 200,
          end: { kind: 'duration', durationMs: 1_500 },
        }),
      );
      expect(figures).toMatchObject({ errors: {}, lost: 0, recovery_ms: undefined });
    });
  });

  describe.skipIf(binary === undefined)(`a load of requests while ${name} is restarted`, () => {
    it('goes on when it is back, and tells what was lost', async () => {
      await using server = await startNatsServer({ binary: binary ?? '' });
      const responder = await connectTo(server.url, {});
      let asked = 0;
      let restarted: Promise<void> | undefined;
      responder.nats.subscribe('a.b', {
        callback: (_, message) => {
          asked += 1;
          if (asked === 100) restarted = server.restart();
          message.respond();
        },
      });
      await responder.confirm();
      const plan = loadPlan(server.url, {
        schedule: { kind: 'open', rate: 200, arrivals: 'constant' },
        end: { kind: 'duration', durationMs: 4_000 },
        clients: 2,
      });
      const outcome = await runLoad(plan, {
        threads: 1,
        signal: new AbortController().signal,
        onSecond: () => undefined,
        start: startInProcess,
      });
      await restarted;
      await responder.close();
      const { sent, messages, errors, lost, longest_gap_ms } = figuresOf(outcome);
      expect(sent + (errors.connection ?? 0) - lost).toBe(800);
      expect(messages + (errors.connection ?? 0) + (errors.no_responders ?? 0)).toBe(800);
      expect(messages).toBeGreaterThan(200);
      expect(longest_gap_ms).toBeGreaterThan(20);
      expect(longest_gap_ms).toBeLessThan(3_400);
    });
  });
}
