import { describe, expect, it } from 'vitest';
import { type LoadOutcome, type RunLoadOptions, runLoad } from '../../../src/bench/load/run-load.js';
import type { StartThread } from '../../../src/bench/load/threads.js';
import { type NatsServer, startNatsServer } from '../../support/nats-server.js';
import { tools } from '../../support/tools.js';
import { startInProcess } from './in-process.js';
import { loadPlan, type PlanParts } from './load-plan.js';

const TIMEOUT_MS = 500;
/** More than a server takes before it stands still. */
const MESSAGES = 1e9;
const figuresOf = ({ merge, durationMs }: LoadOutcome) => merge.figures(durationMs);
const rate = { kind: 'open', rate: 1_000, arrivals: 'constant' } as const;

function run(url: string, parts: PlanParts, options: Partial<RunLoadOptions>): Promise<LoadOutcome> {
  const plan = loadPlan(url, {
    workload: 'pub',
    timeoutMs: TIMEOUT_MS,
    end: { kind: 'messages', messages: MESSAGES },
    ...parts,
  });
  const { signal } = new AbortController();
  return runLoad(plan, { threads: 2, signal, onSecond: () => undefined, start: startInProcess, ...options });
}

/** Does something to the server at the end of the first second. @returns how long it then took to the end, in ms */
async function after(
  act: () => unknown,
  url: string,
  parts: PlanParts,
): Promise<{ readonly outcome: LoadOutcome; readonly tookMs: number }> {
  let actedMs = Number.NaN;
  const outcome = await run(url, parts, {
    onSecond({ second }) {
      if (second !== 0) return;
      actedMs = performance.now();
      act();
    },
  });
  return { outcome, tookMs: performance.now() - actedMs };
}

/** Stops the server when all is ready, before anything is sent. */
function stoppedBefore(server: NatsServer): StartThread {
  return (assignment, listener) => {
    const thread = startInProcess(assignment, listener);
    return {
      ...thread,
      post(message) {
        if (message.type === 'start') server.suspend();
        thread.post(message);
      },
    };
  };
}

describe.skipIf(tools.natsServer.path === undefined).each(['client', 'wire'] as const)(
  'a load through %s, of a server that stands still',
  (engine) => {
    it.each<[string, PlanParts]>([
      ['pub', {}],
      ['pub from several clients', { clients: 3 }],
      ['pubsub', { workload: 'pubsub', subscribers: 1 }],
      ['pubsub in a queue group', { workload: 'pubsub', subscribers: 2, queue: 'q' }],
    ])('ends when it has said nothing for as long as it may: %s', async (_, parts) => {
      await using server = await startNatsServer();
      const { outcome, tookMs } = await after(() => server.suspend(), server.url, { engine, ...parts });
      // Those who receive wait for what may still come, and for the last word.
      expect(tookMs).toBeLessThan(TIMEOUT_MS + 2_500);
      const { messages, sent, lost, errors, not_recovered, recovery_ms } = figuresOf(outcome);
      expect(messages).toBeGreaterThan(0);
      expect(lost).toBe(sent - messages);
      expect(Object.keys(errors)).toEqual(['timeout']);
      if (parts.workload === undefined) expect(errors.timeout).toBe(lost);
      expect(errors.timeout).toBeLessThanOrEqual(lost);
      expect(not_recovered).toBe(true);
      expect(recovery_ms).toBeGreaterThan(TIMEOUT_MS / 2);
      for (const { unconfirmed, forsakenMs } of outcome.silences) {
        expect(unconfirmed).toBeGreaterThan(0);
        expect(forsakenMs).toBeGreaterThan(TIMEOUT_MS);
      }
    });

    it.each<[string, PlanParts]>([
      ['in a closed loop', {}],
      ['at a rate', { schedule: rate }],
      ['at a rate, to subscribers', { schedule: rate, workload: 'pubsub', subscribers: 1 }],
    ])('ends at its planned end where it has one: %s', async (_, parts) => {
      await using server = await startNatsServer();
      const end = { kind: 'duration', durationMs: 2_000 } as const;
      const { outcome, tookMs } = await after(() => server.suspend(), server.url, { engine, end, ...parts });
      expect(tookMs).toBeGreaterThan(800);
      expect(tookMs).toBeLessThan(1_000 + TIMEOUT_MS + 2_500);
      const { messages, lost, sent, errors } = figuresOf(outcome);
      expect(lost).toBe(sent - messages);
      expect(errors.timeout).toBeGreaterThan(0);
      expect(outcome.silences).toMatchObject([{ forsakenMs: 0 }]);
    });

    it.each(['pub', 'pubsub'] as const)('counts all as lost where it takes nothing: %s', async (workload) => {
      await using server = await startNatsServer();
      const receives = workload === 'pub' ? 0 : 1;
      const start = stoppedBefore(server);
      const outcome = await run(server.url, { engine, workload, subscribers: receives }, { start });
      const { messages, sent, lost, errors } = figuresOf(outcome);
      expect(sent).toBeGreaterThan(0);
      expect({ messages, lost, errors }).toEqual({ messages: 0, lost: sent, errors: { timeout: sent } });
    });

    it.each<[string, PlanParts]>([
      ['pub', {}],
      ['pubsub', { workload: 'pubsub', subscribers: 1 }],
    ])('goes on where it comes back in time: %s', async (_, parts) => {
      await using server = await startNatsServer();
      let hasResumed = false;
      const outcome = await run(
        server.url,
        { engine, timeoutMs: 30_000, end: { kind: 'duration', durationMs: 4_000 }, ...parts },
        {
          onSecond({ second, messages }) {
            if (second === 0) server.suspend();
            else if (!hasResumed && messages === 0) {
              hasResumed = true;
              server.resume();
            }
          },
        },
      );
      expect(hasResumed).toBe(true);
      const { messages, sent, lost, errors, longest_gap_ms } = figuresOf(outcome);
      expect({ messages, lost, errors }).toEqual({ messages: sent, lost: 0, errors: {} });
      expect(longest_gap_ms).toBeGreaterThan(500);
      expect(outcome.silences).toEqual([]);
    });

    it('ends where a server is gone for good, and requests are to be sent', async () => {
      await using server = await startNatsServer();
      // Nobody answers: so says the server.
      const { outcome, tookMs } = await after(() => server.kill(), server.url, { engine, workload: 'request' });
      expect(tookMs).toBeLessThan(TIMEOUT_MS + 1_500);
      const { errors } = figuresOf(outcome);
      expect(errors.no_responders).toBeGreaterThan(0);
      expect(errors.connection).toBeGreaterThan(0);
      for (const { forsakenMs } of outcome.silences) expect(forsakenMs).toBeGreaterThan(TIMEOUT_MS);
      expect(outcome.silences).not.toEqual([]);
    });
  },
);
