import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/config/check-config.js';

const FILE = 'natsctl.config.ts';
const orders = { service: './orders.ts' };

describe('checkConfig', () => {
  it('makes of each field what its flag would have been given', () => {
    const content = {
      $schema: './node_modules/natsctl/dist/config.schema.json',
      server: ['nats://a:4222', 'nats://b:4222'],
      health: 8080,
      tlsfirst: false,
      context: undefined,
      pools: { orders: { service: 'echo', workers: 4, watch: true }, up: { exec: true, command: ['tr', 'a', 'b'] } },
    };
    expect(checkConfig(content, FILE)).toEqual({
      shared: { server: ['nats://a:4222', 'nats://b:4222'], health: '8080', tlsfirst: false },
      pools: [
        { name: 'orders', fields: { service: ['echo'], workers: '4', watch: true } },
        { name: 'up', fields: { exec: true, command: ['tr', 'a', 'b'] } },
      ],
    });
  });

  it.each<[content: unknown, message: string, hint?: string]>([
    [undefined, 'holds nothing, and not an object with pools'],
    [[orders], 'holds a list, and not an object with pools'],
    [() => orders, 'holds a function, and not an object with pools'],
    [{}, ': pools is missing'],
    [{ pools: {} }, ': pools is empty'],
    [{ pools: [orders] }, ': pools is a list, and not an object with a pool for each name'],
    [{ pools: { orders: './orders.ts' } }, ': pools.orders is a text, and not an object'],
    [{ pools: { orders: {} } }, ': pools.orders: service is missing'],
    [{ pools: { orders: { exec: false } } }, ': pools.orders: service is missing'],
    [{ pools: { 'my pool': orders } }, ': "my pool" is no pool\'s name'],
    [{ pools: { 4711: orders } }, ': "4711" is no pool\'s name', 'not digits alone'],
    [{ pools: { orders: { ...orders, worker: 2 } } }, ': unknown field pools.orders.worker', 'did you mean workers?'],
    [{ pools: { orders: { ...orders, 'memory-limit': '1GB' } } }, 'pools.orders.memory-limit', 'mean memoryLimit?'],
    [{ pools: { orders }, pool: {} }, ': unknown field pool', 'did you mean pools?'],
    [{ pools: { orders }, frobnicate: 1 }, ': unknown field frobnicate', 'there are: server, context'],
    [{ pools: { orders }, constructor: 1 }, ': unknown field constructor'],
    [{ pools: { orders }, workers: 3 }, ': workers does not belong there', 'put it into each pool it is for'],
    [{ pools: { orders: { ...orders, log: 'off' } } }, ': pools.orders.log does not belong there', 'beside pools'],
    [{ pools: { orders: { ...orders, workers: true } } }, ': pools.orders.workers is a boolean, and neither a number'],
    [{ pools: { orders: { ...orders, grace: 10 } } }, ': pools.orders.grace is a number, and not a text'],
    [{ pools: { orders: { ...orders, watch: 'yes' } } }, 'pools.orders.watch is a text, and neither true nor false'],
    [{ pools: { orders: { service: [] } } }, ': pools.orders.service is an empty list, and neither a text nor a list'],
    [{ pools: { orders: { service: [1] } } }, ': pools.orders.service is a list, and neither a text nor a list'],
    [{ pools: { orders }, context: null }, ': context is null, and not a text'],
    [{ pools: { orders }, password: 'hunter2' }, ': password: secrets have no place in this file', 'NATS_PASSWORD'],
    [{ pools: { orders: { ...orders, token: 'hunter2' } } }, ': pools.orders.token: secrets have no', 'NATS_TOKEN'],
    [{ pools: { orders }, server: 'nats://me:hunter2@a' }, ': server: secrets have no place', 'NATS_URL'],
  ])('refuses %j', (content, message, hint = '') => {
    let error: unknown;
    try {
      checkConfig(content, FILE);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ kind: 'usage', message: expect.stringContaining(`${FILE}`) });
    const { message: told, hint: toldHint = '' } = error as { message: string; hint?: string };
    expect(told).toContain(message);
    expect(toldHint).toContain(hint);
    expect(`${told}${toldHint}`).not.toContain('hunter2');
  });
});
