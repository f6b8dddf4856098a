import { describe, expect, it } from 'vitest';
import type { Figures } from '../../../src/bench/report/report.js';
import { errorShare, judgeLimits, limitsMissed } from '../../../src/bench/statistics/judge-limits.js';
import { parseLimits } from '../../../src/bench/statistics/limits.js';
import { sampleFigures, sampleLatency } from './sample-report.js';

const judge = (slo: string, given: Partial<Figures> = {}) =>
  judgeLimits(parseLimits(slo), { ...sampleFigures, ...given });

describe('judgeLimits', () => {
  it.each([
    ['p99=2ms', {}, { name: 'p99', limit: '2ms', value: 1.5, unit: 'ms', kept: true }],
    ['p99=1.5ms', {}, { value: 1.5, kept: true }],
    ['p99=1ms', {}, { value: 1.5, kept: false }],
    ['mean=0.5ms', {}, { value: 0.6, kept: false }],
    ['max=12ms', {}, { value: 12, kept: true }],
    ['gap=2s', { longest_gap_ms: 2_001 }, { value: 2_001, kept: false }],
    ['recovery=1s', {}, { value: 0, kept: true }],
    ['recovery=1s', { recovery_ms: 1_500 }, { value: 1_500, kept: false }],
    ['recovery=2s', { recovery_ms: 1_500, not_recovered: true }, { value: 1_500, kept: false }],
    ['errors=3', { errors: { timeout: 2, no_responders: 1 } }, { value: 3, unit: 'messages', kept: true }],
    ['errors=2', { errors: { timeout: 2, no_responders: 1 } }, { value: 3, kept: false }],
    ['errors=0.1%', { sent: 1_000, errors: { timeout: 1 } }, { value: 0.1, unit: '%', kept: true }],
    ['errors=0.1%', { sent: 1_000, errors: { timeout: 2 } }, { value: 0.2, kept: false }],
    ['errors=1%', { sent: 0, messages: 0 }, { value: 0, kept: true }],
    ['lost=0', { lost: 1 }, { value: 1, kept: false }],
    ['late=1', { late: 1 }, { value: 1, kept: true }],
    ['duplicated=0', { duplicated: 2 }, { value: 2, kept: false }],
    ['out_of_order=0', { out_of_order: 2 }, { value: 2, kept: false }],
  ] as const)('holds %s against %o', (slo, given, expected) => {
    expect(judge(slo, given)).toEqual([expect.objectContaining(expected)]);
  });

  it('takes what each of 4 subscribers should have got for all of what may be lost', () => {
    expect(judge('lost=1%', { sent: 100, messages: 396, lost: 4 })).toEqual([
      expect.objectContaining({ value: 1, kept: true }),
    ]);
  });

  it('takes what came and what did not for all where another machine sends', () => {
    expect(judge('lost=1%', { sent: 0, messages: 98, lost: 2 })).toEqual([
      expect.objectContaining({ value: 2, kept: false }),
    ]);
  });

  it('keeps no limit of latency where nothing was measured', () => {
    expect(judge('p99=5ms', { latency_ms: undefined })).toEqual([
      { name: 'p99', limit: '5ms', value: undefined, unit: 'ms', kept: false },
    ]);
  });
});

describe('limitsMissed', () => {
  it('names nothing where all were kept', () => {
    expect(limitsMissed(judge('p99=2ms,errors=0,lost=0'))).toBeUndefined();
  });

  it('names the limit that was missed, with exit 8', () => {
    expect(limitsMissed(judge('p99=1ms,errors=0'))).toMatchObject({
      kind: 'expectation',
      exitCode: 8,
      message: 'a limit of --slo was missed: p99 1.5 ms (limit 1ms)',
      details: { missed: 'p99' },
    });
  });

  it('names all of several', () => {
    const given = { latency_ms: { ...sampleLatency, p99: 12.34567 }, sent: 10_000, errors: { timeout: 31 }, lost: 31 };
    expect(limitsMissed(judge('p99=5ms,errors=0.1%,lost=0,gap=1s', given))?.message).toBe(
      '3 limits of --slo were missed: p99 12.35 ms (limit 5ms), errors 0.31 % (limit 0.1%), lost 31 (limit 0)',
    );
  });

  it('says where there was nothing to measure', () => {
    expect(limitsMissed(judge('p99=5ms', { latency_ms: undefined }))?.message).toBe(
      'a limit of --slo was missed: p99 (no latency was measured, limit 5ms)',
    );
  });
});

describe('errorShare', () => {
  it.each([
    [{ sent: 100, messages: 90, errors: { timeout: 10 } }, 0.1],
    [{ sent: 0, messages: 90, errors: { connection: 10 } }, 0.1],
    [{ sent: 0, messages: 0, errors: { connection: 1 } }, 1],
    [{ sent: 0, messages: 0, errors: {} }, 0],
  ] as const)('of %o is %d', (given, share) => {
    expect(errorShare({ ...sampleFigures, ...given })).toBe(share);
  });
});
