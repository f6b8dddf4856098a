import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quantile, startTruthResponder, trueLatencies } from '../../scripts/perf/truth.mjs';
import type { BenchReport, Latencies } from '../../src/bench/report/report.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { natsctl } from '../support/run.js';
import { tools } from '../support/tools.js';

const RATE = 200;
const STALL_MS = 1_000;
/** What the machine does besides is in latencies and plans, and not in the responder's account. */
const TAKES_TIME = { retry: 4 };

describe.skipIf(tools.natsServer.path === undefined)('what bench request reports of a responder that is late', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNatsServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  let subjects = 0;

  /** What was reported, and what the responder knows, in ascending order. */
  async function measure(
    behaviour: string,
    rate: number | undefined,
    engine = 'wire',
  ): Promise<{ readonly reported: Latencies; readonly known: readonly number[] }> {
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
        '3s',
        '--engine',
        engine,
        '--json',
        ...load,
      ];
      const { code, stdout } = await natsctl(args);
      expect(code).toBe(0);
      const { latency_ms, messages, plan } = JSON.parse(stdout) as BenchReport;
      const known = trueLatencies(await responder.record(), rate);
      expect(messages).toBe(known.length);
      if (rate !== undefined) expect(plan).toMatchObject({ planned: rate * 3, sent: rate * 3, is_kept: true });
      return { reported: latency_ms as Latencies, known };
    } finally {
      await responder.end();
    }
  }

  /** Within 2 % or 1 ms. */
  const expectTrue = (reportedMs: number, knownMs: number): void =>
    expect(Math.abs(reportedMs - knownMs)).toBeLessThanOrEqual(Math.max(1, knownMs * 0.02));

  it('is the delay of one that always takes 5 ms, in both loops', TAKES_TIME, async () => {
    for (const rate of [undefined, RATE]) {
      const { reported, known } = await measure('fixed', rate);
      expect(reported.min).toBeGreaterThanOrEqual(5);
      expectTrue(reported.p50, quantile(known, 0.5));
    }
  });

  it('shows one slow reply of a hundred', TAKES_TIME, async () => {
    const { reported, known } = await measure('slow', RATE);
    expectTrue(reported.p50, quantile(known, 0.5));
    // Six of 600 are slow: the sixth from above is the last of them.
    expect(quantile(known, 1, -5)).toBeGreaterThanOrEqual(100);
    expectTrue(reported.p999, quantile(known, 0.999));
    expect(reported.p999).toBeGreaterThanOrEqual(100);
  });

  it.each(['client', 'wire'])('shows a stall to all that it held up, by engine %s', TAKES_TIME, async (engine) => {
    const { reported, known } = await measure(`stall:100:${STALL_MS}`, RATE, engine);
    for (const [share, name] of [
      [0.9, 'p90'],
      [0.99, 'p99'],
      [1, 'max'],
    ] as const) {
      expectTrue(reported[name], quantile(known, share));
    }
    // A third of the requests was planned in it, evenly: a tenth of all waited for 0.7 s and longer.
    expect(reported.p90).toBeGreaterThan(0.65 * STALL_MS);
  });

  it('keeps its plan where the last replies come long after the end', TAKES_TIME, async () => {
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
