import { describe, expect, it } from 'vitest';
import { INFO, isServiceName, PING, STATS } from '../../src/discovery/answers.js';
import { Unreadable } from '../../src/discovery/fields.js';

const bytes = (answer: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(answer));
const identity = { name: 'orders', id: 'A1', version: '1.0.0', metadata: { region: 'eu' } };
const ping = { type: 'io.nats.micro.v1.ping_response', ...identity };
const info = {
  type: 'io.nats.micro.v1.info_response',
  ...identity,
  description: 'Takes orders',
  endpoints: [{ name: 'new', subject: 'orders.new', queue_group: 'q', metadata: { a: 'b' } }],
};
const stats = {
  type: 'io.nats.micro.v1.stats_response',
  ...identity,
  started: '2026-01-02T03:04:05Z',
  endpoints: [
    {
      ...{ name: 'new', subject: 'orders.new', queue_group: 'q', num_requests: 3, num_errors: 1 },
      ...{ last_error: '400:no', processing_time: 6_000_000, average_processing_time: 2_000_000, data: { x: 1 } },
    },
  ],
};

describe('an answer as ADR-32 says', () => {
  it('to PING tells who is there', () => {
    expect(PING.read(bytes(ping))).toEqual(identity);
  });

  it('to INFO tells where it listens', () => {
    expect(INFO.read(bytes(info))).toEqual({
      ...identity,
      description: 'Takes orders',
      endpoints: [{ name: 'new', subject: 'orders.new', queue: 'q', metadata: { a: 'b' } }],
    });
  });

  it('to STATS tells what it has done, times in nanoseconds', () => {
    expect(STATS.read(bytes(stats))).toEqual({
      ...identity,
      started: '2026-01-02T03:04:05Z',
      endpoints: [
        {
          ...{ name: 'new', subject: 'orders.new', queue: 'q', requests: 3, errors: 1 },
          ...{ processingMs: 6, lastError: '400:no' },
        },
      ],
    });
  });

  it('may leave out what ADR-32 does not ask for, or have null there as Go has', () => {
    const bare = { name: 'a', id: 'B', version: '1' };
    const read = { ...bare, metadata: {} };
    expect(PING.read(bytes({ type: ping.type, ...bare, metadata: null }))).toEqual(read);
    const nothing = { description: null, metadata: null, endpoints: null };
    expect(INFO.read(bytes({ type: info.type, ...bare, ...nothing }))).toEqual({
      ...read,
      description: '',
      endpoints: [],
    });
    expect(STATS.read(bytes({ type: stats.type, ...bare }))).toEqual({ ...read, started: '', endpoints: [] });
  });

  it.each([
    [undefined, ''],
    [null, ''],
    ['500:broken', '500:broken'],
    [{ status: 'broken', code: 500 }, '{"status":"broken","code":500}'],
  ])('may have for its last error %j', (lastError, expected) => {
    const [endpoint] = stats.endpoints;
    const answer = STATS.read(bytes({ ...stats, endpoints: [{ ...endpoint, last_error: lastError }] }));
    expect(answer.endpoints[0]?.lastError).toBe(expected);
  });
});

describe('an answer that is not as ADR-32 says', () => {
  it.each<[string, unknown, string]>([
    ['is no object', [], 'it is no object'],
    ['is null', null, 'it is no object'],
    ['answers another question', info, 'its type is not io.nats.micro.v1.ping_response'],
    ['has no type', identity, 'its type is not io.nats.micro.v1.ping_response'],
    ['has no id', { ...ping, id: undefined }, 'id is missing'],
    ['has a number for its id', { ...ping, id: 7 }, 'id is missing'],
    ['has no version', { ...ping, version: '' }, 'version is missing'],
    ['has a name without end', { ...ping, name: 'a'.repeat(1_000_000) }, 'name has 1000000 characters'],
    ['has a name with a blank in it', { ...ping, name: 'a b' }, '"a b" is no name of a service'],
    ['has a name that is an escape', { ...ping, name: '\u001b[2J' }, '"\\u001b[2J" is no name of a service'],
    ['has a list for its metadata', { ...ping, metadata: [] }, 'metadata is no object'],
    ['has a number in its metadata', { ...ping, metadata: { a: 1 } }, 'metadata: a is no text'],
  ])('%s', (_, answer, problem) => {
    expect(() => PING.read(bytes(answer))).toThrow(new Unreadable(problem));
  });

  it.each<[string, unknown, string]>([
    ['has no list of endpoints', { ...info, endpoints: {} }, 'endpoints is no list'],
    ['has null for an endpoint', { ...info, endpoints: [null] }, 'endpoints[0] is no object'],
    ['has an endpoint without subject', { ...info, endpoints: [{ name: 'a' }] }, 'subject is missing'],
    ['has a description without end', { ...info, description: 'x'.repeat(20_000) }, 'description has 20000 characters'],
    ['has a list for its description', { ...info, description: [] }, 'description is no text'],
  ])('to INFO: %s', (_, answer, problem) => {
    expect(() => INFO.read(bytes(answer))).toThrow(new Unreadable(problem));
  });

  it.each<[string, object, string]>([
    ['has no number of requests', { num_requests: undefined }, 'num_requests is missing'],
    ['has a text for it', { num_requests: '3' }, 'num_requests is no amount'],
    ['has less than none', { num_errors: -1 }, 'num_errors is no amount'],
    ['has null for its time', { processing_time: null }, 'processing_time is no amount'],
  ])('to STATS: %s', (_, fields, problem) => {
    expect(() => STATS.read(bytes({ ...stats, endpoints: [{ ...stats.endpoints[0], ...fields }] }))).toThrow(
      new Unreadable(problem),
    );
  });

  it.each([
    ['no JSON', new TextEncoder().encode('{"type":')],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
    ['empty', new Uint8Array(0)],
    ['nested without end', new TextEncoder().encode('['.repeat(100_000))],
  ])('is %s', (_, payload) => {
    for (const question of [PING, INFO, STATS]) expect(() => question.read(payload)).toThrow(Unreadable);
  });

  it('changes no object by the name of a field', () => {
    const answer = new TextEncoder().encode(JSON.stringify(ping).replace('"region"', '"__proto__"'));
    expect(Object.entries(PING.read(answer).metadata)).toEqual([['__proto__', 'eu']]);
  });
});

it.each([
  ['greeter', true],
  ['a-b_C9', true],
  ['', false],
  ['a.b', false],
  ['*', false],
  ['a b', false],
  ['ä', false],
])('takes for the name of a service or not: %j', (name, expected) => {
  expect(isServiceName(name)).toBe(expected);
});
