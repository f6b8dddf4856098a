import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../src/output/message-template.js';
import { messageOf } from './message.js';

const message = messageOf({
  subject: 'orders.new',
  body: '{"id":5,"name":"Ann","items":[{"n":"1"}],"none":null}',
  headers: '\r\nX-Id: 7\r\nX-Id: 8\r\nx-id: 9',
  reply: '_INBOX.1',
});

const fill = (template: string, of = message, escaped = false): string =>
  parseTemplate(template, { escaped, encoding: 'utf8' })(of, 'NOW');

it.each([
  ['', ''],
  ['plain', 'plain'],
  ['{{time}} {{subject}} {{headers.X-Id}}', 'NOW orders.new 7'],
  ['{{ subject }}|{{reply}}', 'orders.new|_INBOX.1'],
  ['{{headers.x-id}} {{headers.X-ID}} {{headers.Missing}}.', '9 7 .'],
  ['{{data.id}} {{data.name}} {{data.items.0.n}} {{data.items}}', '5 Ann 1 [{"n":"1"}]'],
  ['{{json data.id}} {{json data.name}} {{json data.items.0}}', '5 "Ann" {"n":"1"}'],
  ['{{data.missing}}|{{data.none}}|{{json data.missing}}', '||null'],
  ['{{json subject}} {{json headers.Missing}}', '"orders.new" null'],
  ['a\\tb\\nc\\\\n', 'a\tb\nc\\n'],
])('fills in %j', (template, filled) => {
  expect(fill(template)).toBe(filled);
});

it('gives nothing for a path into a body that is no JSON', () => {
  expect(fill('{{data.a}}|{{json data}}|{{data}}', messageOf({ body: 'text\n' }))).toBe('|null|text\n');
});

it('never fills in what a message says in the form of a placeholder', () => {
  expect(fill('{{data}} \\n', messageOf({ body: '{{subject}} \\n' }))).toBe('{{subject}} \\n \n');
});

it('shows control characters where they would reach a terminal', () => {
  const evil = messageOf({ subject: 'a\u001b', body: '"\u001b[2J\n"', headers: '\r\nX: \u0007' });
  expect(fill('{{subject}} {{data}} {{headers.X}}', evil, true)).toBe('a\\e "\\e[2J\n" \\x07');
});

describe('refuses', () => {
  it.each([
    '{{nothing}}',
    '{{}}',
    '{{headers.}}',
    '{{json}}',
    '{{json nothing}}',
    '{{data.a..b}}',
    '{{subject',
    '{{.Data}}',
  ])('%s', (template) => {
    expect(() => fill(template)).toThrow(expect.objectContaining({ kind: 'usage' }));
  });
});
