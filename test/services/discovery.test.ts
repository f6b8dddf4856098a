import { describe, expect, it } from 'vitest';
import { defineService } from '../../src/services/define-service.js';
import { describeInfo, describePing, describeStats, type Instance } from '../../src/services/discovery.js';
import { EndpointStatistics } from '../../src/services/endpoint-statistics.js';

function createInstance(): Instance {
  const statistics = new EndpointStatistics();
  statistics.record(2, undefined);
  statistics.record(4, '400:no id');
  const handler = () => '';
  const definition = defineService({
    name: 'orders',
    version: '1.2.3',
    description: 'Takes orders',
    queue: 'takers',
    endpoints: { new: { subject: 'orders.new', handler }, cancel: { subject: 'orders.cancel', handler } },
  });
  return {
    definition,
    id: 'A1B2',
    started: new Date('2026-01-02T03:04:05.006Z'),
    endpoints: [
      { name: 'new', subject: 'orders.new', queue: 'takers-2', metadata: {}, statistics },
      {
        name: 'cancel',
        subject: 'orders.cancel',
        queue: 'takers-2',
        metadata: {},
        statistics: new EndpointStatistics(),
      },
    ],
  };
}

const identity = { name: 'orders', id: 'A1B2', version: '1.2.3', metadata: {} };

/** Field by field as ADR-32 lists them; any other field, or one that JSON would drop, is a fault. */
describe('the discovery documents of ADR-32', () => {
  const asSent = (document: object) => JSON.parse(JSON.stringify(document)) as unknown;

  it('PING says who is there', () => {
    expect(asSent(describePing(createInstance()))).toEqual({ type: 'io.nats.micro.v1.ping_response', ...identity });
  });

  it('INFO says what it does and where it listens', () => {
    expect(asSent(describeInfo(createInstance()))).toEqual({
      type: 'io.nats.micro.v1.info_response',
      ...identity,
      description: 'Takes orders',
      endpoints: [
        { name: 'new', subject: 'orders.new', queue_group: 'takers-2', metadata: {} },
        { name: 'cancel', subject: 'orders.cancel', queue_group: 'takers-2', metadata: {} },
      ],
    });
  });

  it('STATS says what each endpoint has done, times in nanoseconds', () => {
    expect(asSent(describeStats(createInstance()))).toEqual({
      type: 'io.nats.micro.v1.stats_response',
      ...identity,
      started: '2026-01-02T03:04:05.006Z',
      endpoints: [
        {
          name: 'new',
          subject: 'orders.new',
          queue_group: 'takers-2',
          num_requests: 2,
          num_errors: 1,
          last_error: '400:no id',
          processing_time: 6_000_000,
          average_processing_time: 3_000_000,
        },
        {
          name: 'cancel',
          subject: 'orders.cancel',
          queue_group: 'takers-2',
          num_requests: 0,
          num_errors: 0,
          last_error: '',
          processing_time: 0,
          average_processing_time: 0,
        },
      ],
    });
  });

  it('INFO has an empty description where there is none', () => {
    const { definition, ...instance } = createInstance();
    const { description: _, ...undescribed } = definition;
    expect(describeInfo({ ...instance, definition: undescribed })).toMatchObject({ description: '' });
  });
});
