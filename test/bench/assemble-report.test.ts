import { describe, expect, it } from 'vitest';
import { assembleReport } from '../../src/bench/assemble-report.js';
import { RunMerge } from '../../src/bench/load/run-merge.js';
import { combine, type Outcome } from '../../src/bench/measure.js';
import { loadPlan } from './load/load-plan.js';
import { LEAST_REPORT } from './report/sample-reports.js';

const CONTEXT = { startedAt: new Date('2026-03-01T12:00:00Z'), command: ['natsctl', 'bench'], warnings: [] };

describe('the environment of a report', () => {
  it.each<[string, boolean, string, Record<string, string>, Pick<Outcome, 'server' | 'info'>]>([
    ['nothing asks for it', false, 'nats://127.0.0.1', {}, { server: 'nats://127.0.0.1:4222', info: {} }],
    [
      'the server offers it, and nobody asked for it',
      false,
      'nats://127.0.0.1',
      {},
      { server: 'nats://127.0.0.1:4222', info: { tls_available: true, tls_required: false } },
    ],
    ['the address asks for it', true, 'tls://127.0.0.1', {}, { server: 'tls://127.0.0.1:4222', info: {} }],
    [
      'a flag asks for it',
      true,
      'nats://127.0.0.1',
      { tlsca: '/ca.pem' },
      { server: 'nats://127.0.0.1:4222', info: {} },
    ],
    [
      'the server asks for it',
      true,
      'nats://127.0.0.1',
      {},
      { server: 'nats://127.0.0.1:4222', info: { tls_required: true } },
    ],
  ])('says whether the connection went through TLS: %s', async (_, tls, url, flags, at) => {
    const { workload, subject, shape } = LEAST_REPORT;
    const task = { workload, subject, shape, plan: loadPlan(url, {}, flags), threads: 1, runs: 1, limits: [] };
    const outcome: Outcome = {
      ...at,
      merge: new RunMerge(1, () => undefined),
      ...{ durationMs: 1_000, plannedMs: 1_000, threads: 1, interrupted: false, hasBegun: true },
      generator: { cpuPercent: 1, mostMemoryBytes: 1, loopDelayMs: 0, busiest: 0 },
      ...{ receipt: undefined, silences: [], ramp: undefined },
    };
    const report = await assembleReport(task, combine([outcome]), CONTEXT);
    expect(report.environment.server).toMatchObject({ url: at.server, tls });
  });
});
