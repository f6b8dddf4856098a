import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alternate, type EntryCommand, parseSuite, type SuiteRules } from '../../src/bench/suite.js';
import { usageError } from '../../src/errors.js';

const rules: SuiteRules<EntryCommand> = {
  workloads: ['request', 'pub', 'service'],
  mostRuns: 1_000,
  refusedFlags: ['runs', 'json'],
  read(command) {
    if (command.flags.includes('--bad')) throw usageError('unknown flag --bad', 'did you mean --body?');
    return command;
  },
};
const parse = (value: unknown) => parseSuite(JSON.stringify(value), 'suite.json', rules);
const one = (fields: object) => ({ entries: [{ name: 'a', workload: 'request', subject: 'a.b', ...fields }] });

describe('parseSuite', () => {
  it('makes of each entry the command line that it stands for', async () => {
    const suite = {
      $schema: 'bench-suite.schema.json',
      runs: 5,
      entries: [
        { name: 'small', workload: 'request', subject: 'a.b', size: '16B', clients: 4, 'strict-rate': true },
        { name: 'mine', workload: 'service', service: './orders.ts', header: ['A:b', 'C:d'], 'strict-rate': false },
        { name: 'odd', workload: 'pub', subject: '-x', body: '' },
      ],
    };
    expect(await parse(suite)).toEqual({
      runs: 5,
      entries: [
        {
          name: 'small',
          entry: { workload: 'request', operand: 'a.b', flags: ['--size', '16B', '--clients', '4', '--strict-rate'] },
        },
        {
          name: 'mine',
          entry: { workload: 'service', operand: './orders.ts', flags: ['--header', 'A:b', '--header', 'C:d'] },
        },
        { name: 'odd', entry: { workload: 'pub', operand: '-x', flags: ['--body', ''] } },
      ],
    });
  });

  it.each([
    [[], 'suite.json is no suite: it is no object'],
    [{}, 'suite.json: entries is no list of workloads'],
    [{ entries: [] }, 'suite.json: entries is no list of workloads'],
    [{ entries: {} }, 'suite.json: entries is no list of workloads'],
    [{ ...one({}), run: 5 }, 'suite.json: unknown field "run"'],
    [{ ...one({}), runs: 0 }, 'suite.json: runs is no whole number from 1 to 1000'],
    [{ ...one({}), runs: '5' }, 'suite.json: runs is no whole number from 1 to 1000'],
    [{ entries: ['a'] }, 'suite.json, entry 1 is no object'],
    [{ entries: [{ workload: 'pub' }] }, 'suite.json, entry 1: name is missing'],
    [{ entries: [{ name: 5 }] }, 'suite.json, entry 1: name is no text'],
    [{ entries: [{ name: 'a' }] }, 'suite.json, entry "a": workload is missing'],
    [one({ workload: 'reqest' }), 'suite.json, entry "a": unknown workload "reqest", perhaps request'],
    [one({ workload: 5 }), 'suite.json, entry "a": unknown workload 5'],
    [one({ subject: undefined }), 'suite.json, entry "a": subject is missing'],
    [one({ subject: 5 }), 'suite.json, entry "a": subject is no text'],
    [one({ workload: 'service' }), 'suite.json, entry "a": service is missing'],
    [one({ '--rate': 5 }), 'suite.json, entry "a": write "rate" in place of "--rate"'],
    [one({ runs: 5 }), 'suite.json, entry "a": runs goes for the whole suite'],
    [one({ size: null }), 'suite.json, entry "a": size is neither a text, a number, true nor false'],
    [one({ bad: true }), 'suite.json, entry "a": unknown flag --bad'],
    [{ entries: [...one({}).entries, ...one({}).entries] }, 'suite.json, entry "a": another one has this name'],
  ])('refuses %j', async (value, message) => {
    await expect(parse(value)).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining(message) });
  });

  it('hands on what the command line would say may be tried', async () => {
    await expect(parse(one({ bad: true }))).rejects.toMatchObject({ hint: 'did you mean --body?' });
  });

  it('says where a file is no JSON', async () => {
    await expect(parseSuite('{"entries": [,]}', 'suite.json', rules)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/^suite\.json is no JSON: ./),
    });
  });

  it('reads any JSON, or says that it cannot with exit 2', async () => {
    const entry = fc.dictionary(fc.constantFrom('name', 'workload', 'subject', 'size', 'x'), fc.jsonValue());
    const suite = fc.oneof(fc.jsonValue(), fc.record({ runs: fc.jsonValue(), entries: fc.array(entry) }));
    await fc.assert(
      fc.asyncProperty(suite, async (value) => {
        await parse(value).catch((error: unknown) => expect(error).toMatchObject({ kind: 'usage' }));
      }),
    );
  });
});

describe('alternate', () => {
  it('runs each once before any runs again', () => {
    expect(alternate(['A', 'B'], 3).map(({ entry, run }) => `${entry}${run}`)).toEqual([
      'A1',
      'B1',
      'A2',
      'B2',
      'A3',
      'B3',
    ]);
  });
});
