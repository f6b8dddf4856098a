import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quantile, SHARES, startTruthResponder, trueLatencies } from '../../scripts/perf/truth.mjs';
import type { BenchReport, Latencies } from '../../src/bench/report/report.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { startNatsctl } from '../support/run.js';
import { tools } from '../support/tools.js';
import { watchWaiting } from '../support/waiting.js';

const RATE = 200;
const SECONDS = 3;
const STALL_MS = 1_000;
/** One millisecond in which a program waits for a processor makes no more requests late by one. */
const HELD_UP_AT_ONCE = 10;

/** Of one load, in ascending order where there are many. */
interface Measured {
  readonly reported: Latencies;
  /** What the responder knows. */
  readonly known: readonly number[];
  /**
   * What the machine did besides, while the server or the generator could have run: it is in what the generator sees
   * of a reply, and the responder cannot know of it.
   */
  readonly waitedMs: number;
}

describe.skipIf(tools.natsServer.path === undefined)('what bench request reports of a responder that is late', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNatsServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  let subjects = 0;

  async function measure(behaviour: string, rate: number | undefined, engine = 'wire'): Promise<Measured> {
    subjects += 1;
    const subject = `truth.${subjects}`;
    const responder = await startTruthResponder(server.port, subject, behaviour);
    try {
      const load = rate === undefined ? ['--inflight', '4'] : ['--rate', String(rate)];
      const args = [
        'bench',
        'request',
        subject,
        '-s',
        server.url,
        '--duration',
        `${SECONDS}s`,
        '--engine',
        engine,
        '--json',
        ...load,
      ];
      await using bench = startNatsctl(args);
      const endWatch = watchWaiting(() => [bench.pid, server.pid]);
      const { code, stdout } = await bench.finished;
      const waitedMs = endWatch();
      expect(code).toBe(0);
      const { latency_ms, messages, plan } = JSON.parse(stdout) as BenchReport;
      const known = trueLatencies(await responder.record(), rate);
      expect(messages).toBe(known.length);
      if (rate !== undefined) {
        expect(plan).toMatchObject({ planned: rate * SECONDS, sent: rate * SECONDS });
        expect(plan?.kept).toBeGreaterThanOrEqual((0.99 * SECONDS * 1_000) / (SECONDS * 1_000 + waitedMs));
      }
      return { reported: latency_ms as Latencies, known, waitedMs };
    } finally {
      await responder.end();
    }
  }

  /** Within 2 % or 1 ms of what is known, and never less by more; longer by what one request may have waited besides. */
  function expectTrue({ reported, known, waitedMs }: Measured, name: keyof typeof SHARES): void {
    const knownMs = quantile(known, SHARES[name]);
    const toleranceMs = Math.max(1, knownMs * 0.02);
    expect(reported[name]).toBeGreaterThanOrEqual(knownMs - toleranceMs);
    expect(reported[name]).toBeLessThanOrEqual(knownMs + toleranceMs + waitedMs);
  }

  /** The same for the middle one, which is longer only where half of all requests are: each by its share of the wait. */
  function expectTrueMiddle({ reported, known, waitedMs }: Measured): void {
    const [knownMs, uppermostMs] = [quantile(known, 0.5), quantile(known, 0.9)];
    expect(reported.p50).toBeGreaterThanOrEqual(knownMs - 1);
    // Of the upper half as many as a fifth may be known to be longer themselves.
    const lateByMs = (HELD_UP_AT_ONCE * waitedMs) / (0.4 * known.length);
    expect(reported.p50).toBeLessThanOrEqual(Math.max(knownMs + 1, uppermostMs) + lateByMs);
  }

  it('is the delay of one that always takes 5 ms, in both loops', async () => {
    for (const rate of [undefined, RATE]) {
      const measured = await measure('fixed', rate);
      expect(measured.reported.min).toBeGreaterThanOrEqual(5);
      expectTrueMiddle(measured);
    }
  });

  it('shows one slow reply of a hundred', async () => {
    const measured = await measure('slow', RATE);
    expectTrueMiddle(measured);
    // Six of 600 are slow: the sixth from above is the last of them.
    expect(quantile(measured.known, 1, -5)).toBeGreaterThanOrEqual(100);
    expectTrue(measured, 'p999');
    expect(measured.reported.p999).toBeGreaterThanOrEqual(100);
  });

  it.each(['client', 'wire'])('shows a stall to all that it held up, by engine %s', async (engine) => {
    const measured = await measure(`stall:100:${STALL_MS}`, RATE, engine);
    for (const name of ['p90', 'p99', 'max'] as const) expectTrue(measured, name);
    // A third of the requests was planned in it, evenly: a tenth of all waited for 0.7 s and longer.
    expect(measured.reported.p90).toBeGreaterThan(0.65 * STALL_MS);
  });

  it('keeps its plan where the last replies come long after the end', async () => {
    const { reported } = await measure(`stall:590:${STALL_MS}`, RATE);
    expect(reported.max).toBeGreaterThanOrEqual(STALL_MS * 0.99);
  });

  it('shows it to those alone that were under way, in a closed one', async () => {
    const { reported, known } = await measure(`stall:100:${STALL_MS}`, undefined);
    expect(known.filter((ms) => ms > STALL_MS / 2).length).toBeLessThanOrEqual(4);
    expect(reported.max).toBeGreaterThanOrEqual(STALL_MS * 0.99);
    // What a tenth of the requests of an open loop waits for.
    expect(reported.p90).toBeLessThan(0.1 * STALL_MS);
  });
});
