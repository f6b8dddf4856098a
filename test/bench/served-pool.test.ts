import { describe, expect, it } from 'vitest';
import { subjectOfEndpoint } from '../../src/bench/served-pool.js';

const endpoints = [
  { name: 'new', subject: 'orders.new', queue: undefined },
  { name: 'any', subject: 'orders.*.any.>', queue: undefined },
];

describe('the subject of an endpoint', () => {
  it('is that of the first, or of the one that was named', () => {
    expect(subjectOfEndpoint(endpoints, undefined, 1)).toBe('orders.new');
    expect(subjectOfEndpoint(endpoints, 'any', 1)).toBe('orders.bench.any.bench');
    expect(() => subjectOfEndpoint(endpoints, 'none', 1)).toThrow('the service has no endpoint "none"');
  });

  it('can be spread where the endpoint serves those below it', () => {
    expect(subjectOfEndpoint(endpoints, 'any', 3)).toBe('orders.bench.any.bench');
    expect(() => subjectOfEndpoint(endpoints, 'new', 3)).toThrow(/^--subjects spreads over those below orders\.new/);
  });
});
