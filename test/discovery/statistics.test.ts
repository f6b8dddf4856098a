import { describe, expect, it } from 'vitest';
import type { MeasuredEndpoint, Measurement } from '../../src/discovery/answers.js';
import { mergeDescriptions } from '../../src/discovery/descriptions.js';
import { RateMeter } from '../../src/discovery/rate-meter.js';
import { averageMs, recentAverageMs, sumStatistics } from '../../src/discovery/statistics.js';

type Counters = Partial<Pick<MeasuredEndpoint, 'requests' | 'errors' | 'processingMs' | 'lastError'>>;

function endpoint(name: string, counters: Counters = {}): MeasuredEndpoint {
  const none = { requests: 0, errors: 0, processingMs: 0, lastError: '' };
  return { name, subject: `orders.${name}`, queue: 'q', ...none, ...counters };
}

function instance(id: string, endpoints: readonly MeasuredEndpoint[], version = '1.0.0', name = 'orders'): Measurement {
  return { name, id, version, metadata: {}, started: '2026-01-02T03:04:05Z', endpoints };
}

describe('what a service has done', () => {
  it('is the sum over its instances, the average that of all requests', () => {
    const [service, ...others] = sumStatistics([
      instance('B', [endpoint('new', { requests: 1, processingMs: 10 })]),
      instance('A', [
        endpoint('new', { requests: 3, errors: 1, processingMs: 6, lastError: '400:no' }),
        endpoint('list'),
      ]),
    ]);
    expect(others).toEqual([]);
    expect(service).toMatchObject({ name: 'orders', version: '1.0.0', requests: 4, errors: 1, processingMs: 16 });
    expect(service?.endpoints).toMatchObject([
      { name: 'new', instances: 2, requests: 4, errors: 1, lastError: '400:no' },
      { name: 'list', instances: 1, requests: 0, lastError: '' },
    ]);
    expect(service?.instances).toMatchObject([
      { id: 'A', requests: 3, started: '2026-01-02T03:04:05Z' },
      { id: 'B', requests: 1 },
    ]);
    expect(service && averageMs(service)).toBe(4);
  });

  it('has no average where there was no request', () => {
    expect(sumStatistics([instance('A', [endpoint('new')]), instance('B', [])]).map(averageMs)).toEqual([undefined]);
  });

  it('is told by name and version, numbers in a version as such', () => {
    const services = sumStatistics([
      instance('1', [], '1.10.0'),
      instance('2', [], '1.9.0'),
      instance('3', [], '1.0.0', 'billing'),
    ]);
    expect(services.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'billing 1.0.0',
      'orders 1.9.0',
      'orders 1.10.0',
    ]);
  });

  it('keeps apart endpoints of one name that listen elsewhere', () => {
    const elsewhere = { ...endpoint('new'), subject: 'other.new' };
    const [service] = sumStatistics([instance('A', [endpoint('new')]), instance('B', [elsewhere])]);
    expect(service?.endpoints.map(({ subject }) => subject)).toEqual(['orders.new', 'other.new']);
  });
});

describe('what a service does now', () => {
  const sample = (meter: RateMeter, atMs: number, ...counts: ReadonlyArray<readonly [string, Counters]>) =>
    sumStatistics(
      meter.rate(
        counts.map(([id, counters]) => instance(id, [endpoint('new', counters)])),
        atMs,
      ),
    )[0];

  it('is not known at first, then what the counters say', () => {
    const meter = new RateMeter();
    expect(sample(meter, 0, ['A', { requests: 100 }])?.rates).toBeUndefined();
    const now = sample(meter, 2_000, ['A', { requests: 110, errors: 4, processingMs: 30 }]);
    expect(now?.rates).toEqual({ requestsPerS: 5, errorsPerS: 2, processingMsPerS: 15 });
    expect(now && recentAverageMs(now)).toBe(3);
    const idle = sample(meter, 3_000, ['A', { requests: 110, errors: 4, processingMs: 30 }]);
    expect(idle?.rates?.requestsPerS).toBe(0);
    expect(idle && recentAverageMs(idle)).toBeUndefined();
  });

  it('makes no leap where an instance comes, goes, or misses a turn', () => {
    const meter = new RateMeter();
    sample(meter, 0, ['A', { requests: 100 }], ['B', { requests: 50 }]);
    expect(sample(meter, 1_000, ['A', { requests: 110 }])?.rates?.requestsPerS).toBe(10);
    expect(
      sample(meter, 2_000, ['A', { requests: 120 }], ['B', { requests: 60 }], ['C', { requests: 1_000 }])?.rates
        ?.requestsPerS,
    ).toBe(15);
    expect(sample(meter, 3_000, ['C', { requests: 1_007 }])?.rates?.requestsPerS).toBe(7);
  });

  it('starts from nothing where a counter was set back', () => {
    const meter = new RateMeter();
    sample(meter, 0, ['A', { requests: 100 }]);
    expect(sample(meter, 1_000, ['A', { requests: 4 }])?.rates?.requestsPerS).toBe(4);
  });

  it('forgets an instance that was silent for long', () => {
    const meter = new RateMeter();
    sample(meter, 0, ['A', { requests: 100 }], ['B', {}]);
    sample(meter, 61_000, ['B', {}]);
    expect(sample(meter, 62_000, ['A', { requests: 6_200 }], ['B', {}])?.rates?.requestsPerS).toBe(0);
  });
});

describe('what a service says it is', () => {
  const described = (id: string, description: string, subjects: readonly string[], version = '1.0.0') => ({
    ...{ name: 'orders', id, version, metadata: { host: id }, description },
    endpoints: subjects.map((subject) => ({ name: 'new', subject, queue: 'q', metadata: {} })),
  });

  it('is put together over its instances, each endpoint once', () => {
    const services = mergeDescriptions([
      described('B', 'Takes orders', ['a', 'b']),
      described('A', '', ['a']),
      described('C', 'new', ['c'], '2.0.0'),
    ]);
    expect(services).toMatchObject([
      {
        version: '1.0.0',
        description: 'Takes orders',
        endpoints: [{ subject: 'a' }, { subject: 'b' }],
        instances: [
          { id: 'A', metadata: { host: 'A' } },
          { id: 'B', metadata: { host: 'B' } },
        ],
      },
      { version: '2.0.0', description: 'new', endpoints: [{ subject: 'c' }] },
    ]);
  });
});
