import { expect, it } from 'vitest';
import { chooseMessageStyle, type MessageFormFlags } from '../../src/output/message-form.js';

const none: MessageFormFlags = {
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
};

it.each<[Partial<MessageFormFlags>, object]>([
  [{}, { form: { kind: 'text', headersOnly: false }, encoding: 'utf8', time: 'clock' }],
  [{ timestamps: 'delta' }, { form: { kind: 'text' }, time: 'delta' }],
  [{ raw: true }, { form: { kind: 'raw', end: '\n' } }],
  [{ raw: true, noNewline: true }, { form: { kind: 'raw', end: '' } }],
  [
    { null: true, encoding: 'hex' },
    { form: { kind: 'raw', end: '\0' }, encoding: 'hex' },
  ],
  [{ null: true, raw: true }, { form: { kind: 'raw', end: '\0' } }],
  [{ json: true, parse: true }, { form: { kind: 'json', parse: true, base64: false, parts: 'all' } }],
  [{ json: true, encoding: 'base64' }, { form: { kind: 'json', base64: true } }],
  [{ json: true, subjectsOnly: true }, { form: { kind: 'json', parts: 'subject' } }],
  [{ json: true, headersOnly: true }, { form: { kind: 'json', parts: 'headers' } }],
  [{ format: '{{time}}' }, { form: { kind: 'template', end: '\n' }, time: 'absolute' }],
  [{ format: '' }, { form: { kind: 'template', template: '' } }],
  [
    { format: 'x', null: true, timestamps: 'delta' },
    { form: { kind: 'template', end: '\0' }, time: 'delta' },
  ],
  [{ subjectsOnly: true }, { form: { kind: 'subjects', end: '\n', timed: false } }],
  [
    { subjectsOnly: true, timestamps: 'absolute' },
    { form: { kind: 'subjects', timed: true }, time: 'absolute' },
  ],
])('%j', (flags, style) => {
  expect(chooseMessageStyle({ ...none, ...flags }, undefined)).toMatchObject(style);
});

it.each<[Partial<MessageFormFlags>, string]>([
  [{ raw: true, json: true }, '--raw and --json exclude each other'],
  [{ null: true, json: true }, '--null and --json exclude each other'],
  [{ json: true, format: 'x' }, '--json and --format exclude each other'],
  [{ raw: true, subjectsOnly: true }, '--raw and --subjects-only exclude each other'],
  [{ subjectsOnly: true, headersOnly: true }, '--subjects-only and --headers-only exclude each other'],
  [{ parse: true }, '--parse says nothing without --json'],
  [{ noNewline: true }, '--no-newline says nothing without --raw'],
  [{ noNewline: true, raw: true, null: true }, '--no-newline and --null exclude each other'],
  [{ json: true, encoding: 'hex' }, '--encoding hex and --json exclude each other'],
  [{ encoding: 'utf16' }, '--encoding: "utf16" is none of utf8, base64, hex'],
  [{ timestamps: 'never' }, '--timestamps: "never" is none of absolute, delta'],
  [{ timestamps: 'delta', raw: true }, '--timestamps says nothing with --raw'],
  [{ timestamps: 'delta', json: true }, '--timestamps says nothing with --json'],
])('refuses %j', (flags, message) => {
  expect(() => chooseMessageStyle({ ...none, ...flags }, undefined)).toThrow(
    expect.objectContaining({ kind: 'usage', message }),
  );
});
