import { describe, expect, it } from 'vitest';
import { formatContext, mergeFields, type NamedFields, requireUsable } from '../../src/contexts/index.js';

type Fields = Readonly<Record<string, unknown>>;
const URL = 'nats://x:1';
const merge = (before: Fields, change: NamedFields) => mergeFields({ url: URL, ...before }, change, 'c');

describe('a context with other values', () => {
  it.each<[string, Fields, NamedFields, Fields]>([
    ['keeps all that is not named', { creds: '/c', zork: [1, { a: 2 }] }, { description: 'd' }, {}],
    ['sets what is named', { description: 'old' }, { url: 'nats://y', tls_first: true }, {}],
    ['takes a user without a password for a token', {}, { user: 'u' }, { user: undefined, token: 'u' }],
    ['takes the saved user for itself', { user: 'u', password: 'p' }, { user: 'u' }, {}],
    ['gives the saved user another password', { user: 'u', password: 'p' }, { password: 'q' }, {}],
    ['empties the creds for a token', { creds: '/c' }, { token: 't' }, { creds: '' }],
    ['empties a login for creds', { user: 'u', password: 'p' }, { creds: '/c' }, { user: '', password: '' }],
    ['empties a JWT for an nkey', { user_jwt: 'j', user_seed: 's' }, { nkey: '/n' }, { user_jwt: '', user_seed: '' }],
    ['adds the seed to a JWT', { user_jwt: 'j' }, { user_seed: 's' }, {}],
    ['leaves the name in the file out', { name: 'other' }, {}, { name: undefined }],
    ['has the default server where there is none', { url: '' }, {}, { url: 'nats://127.0.0.1:4222' }],
  ])('%s', (_, before, change, expected) => {
    expect(merge(before, change).fields).toEqual({ url: URL, ...before, ...change, ...expected });
  });

  it('tells what had to give way', () => {
    expect(merge({ user: 'u', password: 'p', token: '' }, { creds: '/c' }).replaced).toEqual(['user', 'password']);
    expect(merge({ user: 'u', password: 'p' }, { description: 'd' }).replaced).toEqual([]);
  });

  it.each<[string, Fields, NamedFields, string]>([
    ['two kinds of credentials', {}, { creds: '/c', token: 't' }, '"creds" and "token" exclude each other'],
    ['another user without a password', { user: 'u', password: 'p' }, { user: 'v' }, '--user needs --password'],
    ['a user without a password and a token', {}, { user: 'u', token: 't' }, 'give one of --user and --token'],
    ['a password alone', { creds: '/c' }, { password: 'p' }, '--password needs --user'],
    ['a seed alone', {}, { user_seed: 's' }, '--seed needs --jwt'],
    ['a certificate alone', {}, { cert: '/c' }, 'the TLS key of context c is missing'],
    ['a key alone', {}, { key: '/k' }, 'the TLS certificate of context c is missing'],
  ])('cannot have %s', (_, before, change, message) => {
    expect(() => merge(before, change)).toThrow(expect.objectContaining({ kind: 'usage' }));
    expect(() => merge(before, change)).toThrow(message);
  });

  it('is written with its fields in their order', () => {
    expect(formatContext(mergeFields({ zork: 1, url: URL }, { url: 'b', token: 't' }, 'c').fields)).toBe(
      '{\n  "zork": 1,\n  "url": "b",\n  "token": "t"\n}\n',
    );
  });
});

describe('a context that a person wrote', () => {
  it('may hold what natsctl does not support', () => {
    expect(requireUsable('{"socks_proxy":"x","nsc":"y","zork":1}', 'c')).toMatchObject({ zork: 1 });
  });

  it.each([
    ['', 'context c is not valid JSON'],
    ['[]', 'context c is not a JSON object'],
    ['{"url":1}', 'context c: "url" has the wrong type'],
    ['{"tls_first":"yes"}', 'context c: "tls_first" has the wrong type'],
    ['{"url":"ftp://x"}', 'invalid server address "ftp://x" (context c)'],
    ['{"creds":"a","user":"b"}', 'context c: "creds" and "user" exclude each other'],
  ])('is refused: %j', (text, message) => {
    expect(() => requireUsable(text, 'c')).toThrow(expect.objectContaining({ kind: 'usage' }));
    expect(() => requireUsable(text, 'c')).toThrow(message);
  });

  it('is refused with the line where it goes wrong', () => {
    expect(() => requireUsable('{\n"url": "x",\n}', 'c')).toThrow(
      expect.objectContaining({ hint: 'see line 3 of it' }),
    );
  });
});
