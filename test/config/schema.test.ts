import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { keyOf } from '../../src/commands/flags.js';
import { globalFlags } from '../../src/commands/global-flags.js';
import { serveFlags } from '../../src/commands/serve-flags.js';
import schema from '../../src/config/config.schema.json' with { type: 'json' };
import { POOL_FIELDS, SECRET_FIELDS, SHARED_FIELDS } from '../../src/config/fields.js';
import type { Config } from '../../src/index.js';

const validate = new Ajv({ allErrors: true, strict: true, strictRequired: false }).compile(schema);
const sorted = (names: readonly string[]): string[] => [...names].sort();

describe('the fields', () => {
  it('are those of the schema', () => {
    const shared = [...Object.keys(SHARED_FIELDS), 'pools', '$schema'];
    expect(sorted(Object.keys(schema.properties))).toEqual(sorted(shared));
    expect(sorted(Object.keys(schema.definitions.pool.properties))).toEqual(sorted(Object.keys(POOL_FIELDS)));
  });

  it('are the flags of serve, and those that say where to connect', () => {
    const flags = Object.keys(serveFlags).filter((name) => !['config', 'no-embedded'].includes(name));
    const operands = ['service', 'command'];
    const connection = Object.entries(globalFlags)
      .filter(([name, { group }]) => group === 'Connection:' && name !== 'no-context')
      .map(([name]) => keyOf(name));
    const fields = [...Object.keys(POOL_FIELDS), ...Object.keys(SHARED_FIELDS), ...Object.keys(SECRET_FIELDS)];
    expect(sorted(fields)).toEqual(sorted([...flags.map(keyOf), ...operands, ...connection]));
  });
});

describe('the schema', () => {
  const full: Config = {
    server: ['nats://a:4222', 'nats://b:4222'],
    context: 'prod',
    health: '0.0.0.0:8080',
    log: 'json',
    timeout: '2s',
    pools: {
      orders: { service: './orders.ts', workers: 'auto', maxQueued: 100, concurrency: '8', memoryLimit: '256MB' },
      up: { exec: true, command: ['tr', 'a-z', 'A-Z'], subject: 'up.case', grace: '1m30s' },
    },
  };

  it.each<object>([full, { pools: { a: { service: ['greeter', 'echo'] } } }])('takes %j', (config) => {
    expect(validate(config) ? null : validate.errors).toBeNull();
  });

  it.each<object>([
    {},
    { pools: {} },
    { pools: { 12: { service: 'greeter' } } },
    { pools: { a: {} } },
    { pools: { a: { service: 'greeter', worker: 2 } } },
    { pools: { a: { service: 'greeter', workers: 0 } } },
    { pools: { a: { service: 'greeter', grace: '10' } } },
    { ...full, password: 'x' },
    { ...full, log: 'loud' },
  ])('refuses %j', (config) => {
    expect(validate(config)).toBe(false);
  });
});
