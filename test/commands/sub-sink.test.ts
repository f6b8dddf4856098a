import { describe, expect, it } from 'vitest';
import { chooseSink, type SinkFlags } from '../../src/commands/sub-sink.js';

const NONE: SinkFlags = {
  json: false,
  raw: false,
  noNewline: false,
  null: false,
  format: undefined,
  parse: false,
  encoding: undefined,
  subjectsOnly: false,
  headersOnly: false,
  timestamps: undefined,
  exec: false,
  concurrency: undefined,
  failFast: false,
  dump: undefined,
  report: false,
  reportTop: undefined,
};
const choose = (flags: Partial<SinkFlags>, program: readonly string[] = []) =>
  chooseSink({ ...NONE, ...flags }, program, undefined);

describe('what is done with messages', () => {
  it.each([
    [{}, [], { kind: 'print', raw: false, style: { form: { kind: 'text' } } }],
    [{ raw: true }, [], { kind: 'print', raw: true, style: { form: { kind: 'raw', end: '\n' } } }],
    [{ dump: '-' }, [], { kind: 'print', raw: false, style: { form: { kind: 'raw', end: '\0' } } }],
    [{ dump: '-', format: '{{subject}}' }, [], { kind: 'print', style: { form: { kind: 'template', end: '\0' } } }],
    [{ dump: 'out' }, [], { kind: 'dump', directory: 'out', style: { form: { kind: 'raw', end: '' } } }],
    [{ dump: 'out', encoding: 'hex' }, [], { kind: 'dump', style: { form: { kind: 'raw' }, encoding: 'hex' } }],
    [
      { dump: 'out', json: true, parse: true },
      [],
      { kind: 'dump', style: { form: { kind: 'json', parse: true, parts: 'all' } } },
    ],
    [{ report: true }, [], { kind: 'report', top: 10 }],
    [{ report: true, reportTop: '3', json: true }, [], { kind: 'report', top: 3 }],
    [
      { exec: true },
      ['cmd', '-x', '{subject}'],
      { kind: 'exec', command: 'cmd', args: ['-x', '{subject}'], concurrency: 1, failFast: false },
    ],
    [
      { exec: true, concurrency: '8', failFast: true, json: true },
      ['cmd'],
      { kind: 'exec', command: 'cmd', args: [], concurrency: 8, failFast: true },
    ],
  ] as const)('is by %j, and %j after --, %j', (flags, program, expected) => {
    expect(choose(flags, program)).toMatchObject(expected);
  });

  it.each([
    [{ exec: true, dump: 'out' }, ['cmd'], '--exec and --dump exclude each other'],
    [{ dump: 'out', report: true }, [], '--dump and --report exclude each other'],
    [{ exec: true }, [], '--exec: the program is missing'],
    [{ exec: true }, ['{subject}'], '--exec: a message does not choose the program that is run'],
    [{ exec: true, raw: true }, ['cmd'], '--raw says nothing with --exec'],
    [{ exec: true, json: true, parse: true }, ['cmd'], '--parse says nothing with --exec'],
    [{ exec: true, timestamps: 'delta' }, ['cmd'], '--timestamps says nothing with --exec'],
    [{ exec: true, concurrency: '0' }, ['cmd'], '--concurrency: "0" is not a whole number from 1 to 1000'],
    [{ concurrency: '2' }, [], '--concurrency goes with --exec'],
    [{ failFast: true }, [], '--fail-fast goes with --exec'],
    [{ reportTop: '2' }, [], '--report-top goes with --report'],
    [{ report: true, reportTop: 'all' }, [], '--report-top: "all" is not a whole number from 1 to 1000'],
    [{ report: true, format: 'x' }, [], '--format says nothing with --report'],
    [{ dump: '' }, [], '--dump: the folder is missing'],
    [{ dump: 'out', subjectsOnly: true }, [], '--subjects-only says nothing with --dump'],
    [{ dump: 'out', parse: true }, [], '--parse says nothing with --dump'],
    [{ dump: '-', json: true }, [], '--null and --json exclude each other'],
  ] as const)('is an error of usage with %j and %j: %s', (flags, program, message) => {
    expect(() => choose(flags, program)).toThrow(expect.objectContaining({ kind: 'usage', message }));
  });
});
