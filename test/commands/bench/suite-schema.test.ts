import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import schema from '../../../src/bench/suite.schema.json' with { type: 'json' };
import { loads } from '../../../src/commands/bench/loads.js';
import { REPORT_FLAGS } from '../../../src/commands/bench/subcommand.js';

const OWN = ['name', 'workload', 'subject', 'service', 'server', 'context', 'timeout'];
const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema);
const entry = { name: 'a', workload: 'request', subject: 'a.b' };

describe('the schema of a suite', () => {
  it('has the workloads, and all flags that an entry may have', () => {
    const ofSuite: readonly string[] = REPORT_FLAGS.filter((name) => name !== 'slo');
    const flags = Object.values(loads).flatMap((load) => Object.keys(load.flags));
    const expected = [...OWN, ...flags.filter((name) => !ofSuite.includes(name))];
    const { workload, ...fields } = schema.$defs.entry.properties;
    expect([...Object.keys(fields), 'workload'].sort()).toEqual([...new Set(expected)].sort());
    expect(workload.enum).toEqual(Object.keys(loads));
  });

  it.each([
    [{ entries: [entry] }, true],
    [{ $schema: 'x', runs: 5, entries: [{ ...entry, rate: 5_000, size: '16B', 'strict-rate': true }] }, true],
    [{ entries: [{ name: 'a', workload: 'service', service: 'echo', header: ['A:b'] }] }, true],
    [{ entries: [] }, false],
    [{ runs: 0, entries: [entry] }, false],
    [{ entries: [{ name: 'a', workload: 'service', subject: 'a.b' }] }, false],
    [{ entries: [{ ...entry, runs: 5 }] }, false],
    [{ entries: [{ ...entry, raet: 5 }] }, false],
  ])('of %j says %s', (suite, isValid) => {
    expect(validate(suite)).toBe(isValid);
  });
});
