import { headers as createHeaders } from 'nats';
import { describe, expect, it } from 'vitest';
import { answerTo, type CannedReply, parseCannedError } from '../../src/replying/canned-reply.js';

function headersOf(fields: Readonly<Record<string, readonly string[]>>) {
  const headers = createHeaders();
  for (const [name, values] of Object.entries(fields)) for (const value of values) headers.append(name, value);
  return headers;
}

function answer(canned: Partial<CannedReply>) {
  const request = { data: Buffer.from('asked'), headers: headersOf({ A: ['1', '2'] }) };
  const whole = { body: () => Buffer.from('canned'), headers: undefined, echoHeaders: false, error: undefined };
  const { body, headers } = answerTo(request, 3, { ...whole, ...canned });
  const fields = headers && Object.fromEntries(headers.keys().map((name) => [name, headers.values(name)]));
  return { body: Buffer.from(body).toString(), fields };
}

describe('answerTo', () => {
  it('gives the body and no headers', () => {
    expect(answer({})).toEqual({ body: 'canned', fields: undefined });
  });

  it('makes the body of the request and its number', () => {
    const body = (request: Uint8Array, count: number) => Buffer.from(`${request}-${count}`);
    expect(answer({ body }).body).toBe('asked-3');
  });

  it('adds its headers to those of the request where these are echoed', () => {
    const headers = headersOf({ A: ['3'], B: ['4'] });
    expect(answer({ headers }).fields).toEqual({ A: ['3'], B: ['4'] });
    expect(answer({ headers, echoHeaders: true }).fields).toEqual({ A: ['1', '2', '3'], B: ['4'] });
  });

  it('tells an error in the headers of a service', () => {
    const error = { code: '404', message: 'no such order' };
    expect(answer({ error, headers: headersOf({ B: ['4'] }) }).fields).toEqual({
      'Nats-Service-Error': ['no such order'],
      'Nats-Service-Error-Code': ['404'],
      B: ['4'],
    });
  });
});

describe('parseCannedError', () => {
  it.each([
    ['404:no such order', { code: '404', message: 'no such order' }],
    ['500: a: b ', { code: '500', message: 'a: b' }],
  ])('reads %j', (text, error) => {
    expect(parseCannedError(text)).toEqual(error);
  });

  it.each([
    ['404', '--error: "404" is not CODE:TEXT'],
    ['404: ', '--error: "404: " is not CODE:TEXT'],
    ['no:text', '--error: "no:text" is not CODE:TEXT'],
    ['404:a\r\nb', '--error: the text must not contain a line end'],
  ])('refuses %j', (text, message) => {
    expect(() => parseCannedError(text)).toThrow(message);
  });
});
