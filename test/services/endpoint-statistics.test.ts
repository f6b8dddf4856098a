import { describe, expect, it } from 'vitest';
import { EndpointStatistics } from '../../src/services/endpoint-statistics.js';

describe('EndpointStatistics', () => {
  it('is all zeros before the first request', () => {
    expect(new EndpointStatistics()).toMatchObject({
      requests: 0,
      errors: 0,
      lastError: '',
      processingNs: 0,
      averageNs: 0,
    });
  });

  it('adds up the times in nanoseconds and gives their mean', () => {
    const statistics = new EndpointStatistics();
    statistics.record(1.5, undefined);
    statistics.record(0.000_001, undefined);
    statistics.record(2.5, undefined);
    expect(statistics).toMatchObject({ requests: 3, errors: 0, processingNs: 4_000_001, averageNs: 1_333_334 });
  });

  it('counts errors among the requests, and keeps the last', () => {
    const statistics = new EndpointStatistics();
    statistics.record(1, '400:name is empty');
    statistics.record(1, '500:boom');
    statistics.record(1, undefined);
    expect(statistics).toMatchObject({ requests: 3, errors: 2, lastError: '500:boom', processingNs: 3_000_000 });
  });

  it('knows what is in flight, and how the times are spread', () => {
    const statistics = new EndpointStatistics();
    for (let count = 0; count < 3; count++) statistics.begin();
    statistics.record(3, undefined);
    statistics.record(40, '500:boom');
    expect(statistics).toMatchObject({ requests: 2, inFlight: 1 });
    expect(statistics.latency.countUpTo(3)).toBe(1);
    expect(statistics.latency.countUpTo(40)).toBe(2);
  });
});
