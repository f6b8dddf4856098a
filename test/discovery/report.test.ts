import { describe, expect, it } from 'vitest';
import type { ServiceDescription } from '../../src/discovery/descriptions.js';
import { descriptionFields, pingFields, serviceFields, statisticsFields } from '../../src/discovery/report-fields.js';
import { descriptionText, pingTable, serviceTable, statisticsText } from '../../src/discovery/report-text.js';
import type { ServiceStatistics } from '../../src/discovery/statistics.js';

const asPrinted = (object: object): unknown => JSON.parse(JSON.stringify(object));

const orders: ServiceStatistics = {
  ...{ name: 'orders', version: '1.0.0', requests: 1_500, errors: 2, processingMs: 3_000 },
  endpoints: [
    {
      ...{ name: 'new', subject: 'orders.new', queue: 'q', instances: 2, requests: 1_500, errors: 2 },
      ...{ processingMs: 3_000, lastError: '400:\u001b[2Jno' },
    },
    {
      ...{ name: 'list', subject: 'orders.list', queue: '', instances: 1, requests: 0, errors: 0 },
      ...{ processingMs: 0, lastError: '' },
    },
  ],
  instances: [
    { id: 'A', started: '2026-01-02T03:04:05Z', requests: 1_000, errors: 0, processingMs: 50 },
    { id: 'B', started: '', requests: 500, errors: 2, processingMs: 2_950 },
  ],
};
const described: ServiceDescription = {
  ...{ name: 'orders', version: '1.0.0', description: 'Takes \u001b[31morders' },
  endpoints: [{ name: 'new', subject: 'orders.new\u009b', queue: 'q', metadata: {} }],
  instances: [{ id: 'A', metadata: { region: 'eu\n', zone: '1' } }],
};

/** The same with what happens now. */
function rated(service: ServiceStatistics, requestsPerS: number, errorsPerS: number): ServiceStatistics {
  const rates = { requestsPerS, errorsPerS, processingMsPerS: 2 * requestsPerS };
  const withRates = <T extends object>(part: T) => ({ ...part, rates });
  return {
    ...withRates(service),
    endpoints: service.endpoints.map(withRates),
    instances: service.instances.map(withRates),
  };
}

describe('a report for a person', () => {
  it('lists services with what they have done', () => {
    expect(serviceTable([orders, { ...orders, name: 'idle', requests: 0, errors: 0, processingMs: 0 }])).toEqual([
      'NAME    VERSION  INSTANCES  ENDPOINTS  REQUESTS  ERRORS  AVERAGE',
      'orders  1.0.0            2          2     1,500       2  2.00 ms',
      'idle    1.0.0            2          2         0       0        -',
    ]);
  });

  it('tells what a service has done by endpoint and by instance, with nothing that moves a cursor', () => {
    expect(statisticsText([orders])).toEqual([
      'orders 1.0.0, 2 instances',
      '',
      'ENDPOINT  REQUESTS  ERRORS  AVERAGE  SUBJECT',
      'new          1,500       2  2.00 ms  orders.new',
      'list             0       0        -  orders.list',
      '',
      'INSTANCE  REQUESTS  ERRORS  AVERAGE  STARTED',
      'A            1,000       0  50.0 µs  2026-01-02T03:04:05Z',
      'B              500       2  5.90 ms',
      '',
      'last error of new: 400:\\e[2Jno',
    ]);
  });

  it('tells what happens now where that is known', () => {
    const lines = statisticsText([rated(orders, 12_345.6, 0)]);
    expect(lines.slice(2, 4)).toEqual([
      'ENDPOINT  REQUESTS      RATE  ERRORS  AVERAGE      NOW  SUBJECT',
      'new          1,500  12,346/s       2  2.00 ms  2.00 ms  orders.new',
    ]);
    expect(statisticsText([rated(orders, 1.25, 0.5)])[3]).toBe(
      'new          1,500  1.3/s       2       0.5/s  2.00 ms  2.00 ms  orders.new',
    );
    expect(statisticsText([rated(orders, 0, 0)])[3]).toBe('new          1,500   0/s       2  2.00 ms    -  orders.new');
  });

  it('tells what a service is, with nothing that moves a cursor', () => {
    expect(descriptionText([described])).toEqual([
      'orders 1.0.0, 1 instance',
      'Takes \\e[31morders',
      '',
      'ENDPOINT  SUBJECT         QUEUE GROUP',
      'new       orders.new\\x9b  q',
      '',
      'INSTANCE  METADATA',
      'A         region=eu\\n zone=1',
    ]);
  });

  it.each([
    [0, '0 ms'],
    [0.0123, '12.3 µs'],
    [0.5, '0.50 ms'],
    [12.34, '12.3 ms'],
    [789, '789 ms'],
    [1_234, '1.23 s'],
  ])('writes %d ms as %s', (rttMs, expected) => {
    const lines = pingTable([{ name: 'a', version: '1', id: 'X', metadata: {}, rttMs }]);
    expect(lines[1]?.endsWith(`  ${expected}`)).toBe(true);
  });

  it('cuts a text that is too long for a line', () => {
    const [, description] = descriptionText([{ ...described, description: 'x'.repeat(1_000) }]);
    expect(description).toBe(`${'x'.repeat(100)}… (900 more characters)`);
  });
});

describe('a report for a program', () => {
  it('has a service with its totals', () => {
    expect(asPrinted(serviceFields(orders))).toEqual({
      ...{ name: 'orders', version: '1.0.0', instances: 2, endpoints: 2, requests: 1_500, errors: 2 },
      ...{ processing_ms: 3_000, average_ms: 2 },
    });
  });

  it('has with them what they are the sum of', () => {
    expect(asPrinted(statisticsFields(orders))).toMatchObject({
      name: 'orders',
      by_endpoint: [
        { name: 'new', subject: 'orders.new', queue_group: 'q', instances: 2, last_error: '400:\u001b[2Jno' },
        { name: 'list', subject: 'orders.list', requests: 0 },
      ],
      by_instance: [
        { id: 'A', started: '2026-01-02T03:04:05Z', average_ms: 0.05 },
        { id: 'B', requests: 500 },
      ],
    });
    expect(JSON.stringify(statisticsFields(orders))).not.toMatch(/""|null|per_s|recent/);
  });

  it('has what happens now where that is known', () => {
    expect(asPrinted(statisticsFields(rated(orders, 1.26, 0.5)))).toMatchObject({
      ...{ requests_per_s: 1.3, errors_per_s: 0.5, recent_average_ms: 2 },
      by_instance: [{ requests_per_s: 1.3 }, {}],
    });
  });

  it('has what a service is', () => {
    expect(asPrinted(descriptionFields(described))).toEqual({
      ...{ name: 'orders', version: '1.0.0', description: 'Takes \u001b[31morders', instances: 1, endpoints: 1 },
      by_endpoint: [{ name: 'new', subject: 'orders.new\u009b', queue_group: 'q', metadata: {} }],
      by_instance: [{ id: 'A', metadata: { region: 'eu\n', zone: '1' } }],
    });
  });

  it('has an instance that answered', () => {
    expect(pingFields({ name: 'a', version: '1', id: 'X', metadata: {}, rttMs: 1.23456 })).toEqual({
      ...{ name: 'a', version: '1', id: 'X', metadata: {}, rtt_ms: 1.235 },
    });
  });
});
