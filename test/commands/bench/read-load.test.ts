import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BenchTask, Workload } from '../../../src/bench/index.js';
import { readLoad } from '../../../src/commands/bench/read-load.js';
import { benchFlags } from '../../../src/commands/bench/subcommand.js';
import { readFlags } from '../../../src/commands/flags.js';
import { planConnection } from '../../../src/connection/index.js';
import { createTempDir } from '../../support/guardian.js';

const connection = planConnection({
  flags: {},
  env: {},
  home: '',
  context: undefined,
  name: 'bench',
  trace: undefined,
});
/** @param flags by their names, as they would be written */
const read = (flags: Record<string, unknown> = {}, workload: Workload = 'request', subject = 'a.b'): BenchTask =>
  readLoad(workload, subject, readFlags(flags, benchFlags), connection);
const dir = createTempDir('bench');
const fileOf = (name: string, content: string): string => {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
};

describe('a benchmark without flags', () => {
  it('asks for 10 s, from one client with 16 requests in flight', () => {
    expect(read()).toMatchObject({
      workload: 'request',
      subject: 'a.b',
      threads: 1,
      runs: 1,
      plan: {
        ...{ subjects: ['a.b'], schedule: { kind: 'closed', inflight: 16 }, clients: 1, subscribers: 0 },
        ...{ end: { kind: 'duration', durationMs: 10_000 }, warmupMs: 0, timeoutMs: 5_000 },
        bodies: { kind: 'generated', leastBytes: 128, mostBytes: 128 },
      },
      shape: { load: 'closed', inflight: 16, size: 128, duration_s: 10, subjects: 1 },
    });
  });

  it('of a service is a load of requests', () => {
    expect(read({}, 'service')).toMatchObject({ workload: 'service', plan: { workload: 'request' } });
  });

  it('of publishers and subscribers has one of each', () => {
    expect(read({}, 'pubsub').plan).toMatchObject({ clients: 1, subscribers: 1 });
    expect(read({}, 'sub').plan).toMatchObject({ clients: 0, subscribers: 1 });
    expect(read({}, 'pub').plan).toMatchObject({ clients: 1, subscribers: 0 });
  });

  it('takes the messages of whatever run where it receives from elsewhere', () => {
    expect(read({}, 'sub').plan.runTag).toBe(0);
  });

  it('has a tag of its own in its messages', () => {
    expect(new Set(Array.from({ length: 20 }, () => read().plan.runTag)).size).toBeGreaterThan(1);
  });
});

describe('the load', () => {
  it.each([
    [{ messages: '500' }, { end: { kind: 'messages', messages: 500 } }],
    [{ msgs: '500' }, { end: { kind: 'messages', messages: 500 } }],
    [{ duration: '1m30s' }, { end: { kind: 'duration', durationMs: 90_000 } }],
    [{ rate: '5000' }, { schedule: { kind: 'open', rate: 5_000, arrivals: 'constant' } }],
    [{ rate: '0.5', arrivals: 'poisson' }, { schedule: { kind: 'open', rate: 0.5, arrivals: 'poisson' } }],
    [
      { ramp: '100..10000/30s', slo: 'p99=5ms' },
      {
        schedule: { kind: 'ramp', from: 100, to: 10_000, arrivals: 'constant', durationMs: 30_000 },
        end: { kind: 'duration', durationMs: 30_000 },
      },
    ],
    [{ subjects: '3' }, { subjects: ['a.b.1', 'a.b.2', 'a.b.3'], pattern: 'a.b.*' }],
    [{ multisubject: '2' }, { subjects: ['a.b.1', 'a.b.2'] }],
    [{ size: '1KB' }, { bodies: { kind: 'generated', leastBytes: 1_024, mostBytes: 1_024 } }],
    [{ payload: '64' }, { bodies: { kind: 'generated', leastBytes: 64, mostBytes: 64 } }],
    [{ size: '64..4096' }, { bodies: { kind: 'generated', leastBytes: 64, mostBytes: 4_096 } }],
    [{ size: '0' }, { bodies: { kind: 'generated', leastBytes: 0, mostBytes: 0 } }],
    [
      { header: ['A:1', 'A:2', 'B: 3'] },
      {
        headers: [
          ['A', '1'],
          ['A', '2'],
          ['B', '3'],
        ],
      },
    ],
    [{ engine: 'client' }, { engine: 'client' }],
    [{ warmup: '2s' }, { warmupMs: 2_000 }],
    [{ warmup: '0s' }, { warmupMs: 0 }],
    [{ warmup: '0' }, { warmupMs: 0 }],
    [{ seed: '0' }, { seed: 0 }],
  ])('reads %j', (flags, plan) => {
    expect(read(flags).plan).toMatchObject(plan);
  });

  it('takes real bodies: one, that of a file, or the lines of a file', () => {
    const bodiesOf = (flags: Record<string, string>): string[] => {
      const { bodies } = read(flags).plan;
      return bodies.kind === 'given' ? bodies.bodies.map((body) => Buffer.from(body).toString()) : [];
    };
    const path = fileOf('bodies', '{"id":1}\r\n\n{"id":2}');
    expect(bodiesOf({ body: 'x' })).toEqual(['x']);
    expect(bodiesOf({ body: '' })).toEqual(['']);
    expect(bodiesOf({ file: path })).toEqual(['{"id":1}\r\n\n{"id":2}']);
    expect(bodiesOf({ 'body-lines': path })).toEqual(['{"id":1}', '', '{"id":2}']);
  });

  it('has no more threads than clients', () => {
    expect(read({ threads: '8', clients: '3' }).threads).toBe(3);
    expect(read({ threads: '2', clients: '3' }).threads).toBe(2);
  });
});

describe('what makes no sense', () => {
  it.each([
    [{ duration: '1s', messages: '1' }, /--duration and --messages exclude each other/],
    [{ rate: '1', ramp: '1..2/3s' }, /--rate and --ramp exclude each other/],
    [{ rate: '1', inflight: '2' }, /--inflight and --rate exclude each other/],
    [{ arrivals: 'poisson' }, /--arrivals goes with --rate or --ramp/],
    [{ rate: '1', arrivals: 'often' }, /neither constant nor poisson/],
    [{ 'strict-rate': true }, /--strict-rate goes with --rate/],
    [{ ramp: '1..2/3s' }, /--ramp goes with --slo/],
    [{ ramp: '1-2/3s', slo: 'p99=1ms' }, /is no ramp/],
    [{ ramp: '3..2/3s', slo: 'p99=1ms' }, /does not grow/],
    [{ ramp: '1..2/3s', slo: 'p99=1ms', duration: '1s' }, /--duration and --ramp exclude each other/],
    [{ ramp: '1..2/1s', slo: 'p99=1ms' }, /is too short/],
    [{ rate: '0' }, /is not a rate/],
    [{ rate: 'fast' }, /is not a rate/],
    [{ messages: '0' }, /--messages: "0"/],
    [{ duration: '10' }, /--duration: "10" is not a duration/],
    [{ clients: '0' }, /--clients/],
    [{ threads: '1000' }, /--threads/],
    [{ size: '1..2..3' }, /is not a size/],
    [{ size: '9..1' }, /ends below its start/],
    [{ size: 'big' }, /is not a size/],
    [{ size: '10GB' }, /is too large/],
    [{ size: '1..65MB' }, /is too large/],
    [{ warmup: '-1s' }, /--warmup/],
    [{ slo: 'out_of_order=0' }, /does not count out_of_order/],
    [{ size: '1', body: 'x' }, /--size and --body exclude each other/],
    [{ body: 'x', file: 'y' }, /--body and --file exclude each other/],
    [{ file: '/no/such/file' }, /cannot read \/no\/such\/file: no such file/],
    [{ 'body-lines': fileOf('empty', '') }, /is empty/],
    [{ engine: 'fast' }, /neither wire nor client/],
    [{ header: ['x'] }, /invalid header/],
  ])('refuses %j', (flags, message) => {
    expect(() => read(flags)).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringMatching(message) }),
    );
  });

  it('is a subject that cannot be published to', () => {
    expect(() => read({}, 'request', 'a.*')).toThrow(expect.objectContaining({ kind: 'usage' }));
    expect(read({}, 'sub', 'a.*').plan.pattern).toBe('a.*');
    expect(() => read({ subjects: '2' }, 'sub', 'a.*')).toThrow(/--subjects goes with a subject without wildcards/);
  });

  it('is a queue group without a name, or with blanks in it', () => {
    for (const queue of ['', 'a b']) {
      expect(() => read({ queue }, 'sub')).toThrow(expect.objectContaining({ kind: 'usage' }));
    }
  });
});
