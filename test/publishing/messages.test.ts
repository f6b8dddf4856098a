import { headers as createHeaders } from 'nats';
import { describe, expect, it } from 'vitest';
import { type CommonParts, requireReplySubject, toMessageOf } from '../../src/publishing/messages.js';

const NOTHING: CommonParts = {
  subject: undefined,
  reply: undefined,
  noReply: false,
  headers: undefined,
  templates: false,
};
const usage = (message: string | RegExp) =>
  expect.objectContaining({
    kind: 'usage',
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  });

/** The message of a line, with its body as a text. */
function ofLine(line: string | object, common: Partial<CommonParts> = {}, n = 1) {
  const text = typeof line === 'string' ? line : JSON.stringify(line);
  const { body, ...message } = toMessageOf('ndjson', { ...NOTHING, ...common })(Buffer.from(text), n);
  return { ...message, body: Buffer.from(body).toString() };
}

describe('the message of a body', () => {
  it('has what all have in common, and the body itself', () => {
    const headers = createHeaders();
    const body = Buffer.from([0xff, 0, 0x7b, 0x7b]);
    const message = toMessageOf(undefined, { ...NOTHING, subject: 'a', reply: 'r', headers })(body, 1);
    expect(message).toEqual({ subject: 'a', reply: 'r', headers, body });
    expect(message.body).toBe(body);
  });

  it('needs a subject', () => {
    expect(() => toMessageOf('lines', NOTHING)).toThrow(usage('SUBJECT is missing'));
  });

  it('leaves placeholders as they are', () => {
    const { body } = toMessageOf('lines', { ...NOTHING, subject: 'a' })(Buffer.from('{{Count}}'), 7);
    expect(Buffer.from(body).toString()).toBe('{{Count}}');
  });

  it('has them filled in with templates, in the subject as well', () => {
    const toMessage = toMessageOf('lines', { ...NOTHING, subject: 'a.{{Count}}.{{Random 3 3}}', templates: true });
    const { subject, body } = toMessage(Buffer.from('number {{Count}}, {{ Cnt }}'), 7);
    expect(subject).toMatch(/^a\.7\.[A-Za-z0-9]{3}$/);
    expect(Buffer.from(body).toString()).toBe('number 7, 7');
  });

  it('is none where a subject comes out wrong, a placeholder is unknown, or the body is no text', () => {
    const common = { ...NOTHING, subject: 'a', templates: true };
    expect(() => toMessageOf('lines', { ...common, subject: 'a b{{Count}}' })(Buffer.from('x'), 1)).toThrow(
      usage(/^invalid subject "a b1": blanks/),
    );
    expect(() => toMessageOf('lines', { ...common, subject: '{{Coutn}}' })).toThrow(usage(/unknown placeholder/));
    expect(() => toMessageOf('lines', common)(Buffer.from('{{Coutn}}'), 1)).toThrow(usage(/unknown placeholder/));
    expect(() => toMessageOf('lines', common)(Buffer.from([0xff]), 1)).toThrow(
      usage('--templates: the body is not valid UTF-8'),
    );
  });
});

describe('the message of a JSON line', () => {
  it('has the subject, the reply, the headers and the body of the line', () => {
    const line = { subject: 'a', reply: 'r', headers: { 'x-Id': ['1', '2'] }, data: 'body', time: 'now' };
    const { headers, ...message } = ofLine(line);
    expect(message).toEqual({ subject: 'a', reply: 'r', body: 'body' });
    expect(headers?.values('x-Id')).toEqual(['1', '2']);
  });

  it.each([
    [{ data_base64: '/wAK' }, Buffer.from([0xff, 0, 10]).toString()],
    [{}, ''],
    ['{"subject":"a","json":{"n":12345678901234567890}}', '{"n":12345678901234567890}'],
  ])('reads the body in each form: %j', (line, body) => {
    expect(ofLine(typeof line === 'string' ? line : { subject: 'a', ...line }).body).toBe(body);
  });

  it('goes where the command says, with the reply subject that it names, or with none', () => {
    expect(ofLine({ subject: 'a', reply: 'r' }, { subject: 'b' })).toMatchObject({ subject: 'b', reply: 'r' });
    expect(ofLine({ subject: 'a', reply: 'r' }, { reply: 's' }).reply).toBe('s');
    expect(ofLine({ subject: 'a', reply: 'r' }, { noReply: true }).reply).toBeUndefined();
    expect(ofLine({ subject: 'a', reply: '' }).reply).toBeUndefined();
  });

  it('has the common header where both have one', () => {
    const headers = createHeaders();
    headers.append('A', 'common');
    const own = ofLine({ subject: 'a', headers: { A: ['own', 'too'], B: 'b' } }, { headers }).headers;
    expect([own?.values('A'), own?.values('B')]).toEqual([['common'], ['b']]);
  });

  it('is filled in with templates', () => {
    expect(ofLine({ subject: 'a.{{Count}}', data: 'n{{Count}}' }, { templates: true }, 3)).toMatchObject({
      subject: 'a.3',
      body: 'n3',
    });
    expect(ofLine({ subject: 'a', data: 'x' }, { templates: true, subject: 'b{{Count}}' }, 4).subject).toBe('b4');
  });

  it.each([
    ['', 'the line is empty'],
    ['nope', /^the line is not JSON/],
    ['[]', 'the line is not a JSON object'],
    ['{}', 'the line has no "subject", and no SUBJECT is given'],
    ['{"subject":"a b"}', /^invalid subject "a b"/],
    ['{"subject":"a.*"}', /^invalid subject "a\.\*": the wildcard/],
    // What would be a command of its own on the wire.
    ['{"subject":"a","reply":"r 0\\r\\n\\r\\nPUB evil"}', /^invalid reply subject/],
    ['{"subject":"a","data":1}', '"data" is not a string'],
  ])('is none: %s', (line, message) => {
    expect(() => ofLine(line)).toThrow(usage(message));
  });
});

describe('a reply subject', () => {
  it('is a subject without wildcards', () => {
    expect(requireReplySubject('_INBOX.1')).toBe('_INBOX.1');
    expect(() => requireReplySubject('r.>')).toThrow(usage(/^invalid reply subject "r\.>"/));
  });
});
