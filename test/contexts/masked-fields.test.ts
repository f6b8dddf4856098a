import { describe, expect, it } from 'vitest';
import { maskAddresses, maskedFields } from '../../src/contexts/index.js';

const MASK = '********';
const SEED = `SUA${'A'.repeat(55)}`;

describe('what is shown of a context', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['nothing that is empty', { url: '', user: '', tls_first: false, windows_ca_certs_match: null, name: 'x' }, {}],
    ['the user, not the password', { user: 'u', password: 'p' }, { user: 'u', password: MASK }],
    ['no token', { token: 't' }, { token: MASK }],
    ['no token that looks like a path', { token: '/t', password: '~p' }, { token: MASK, password: MASK }],
    ['where a secret is', { token: 'env://T', password: 'file:///p' }, { token: 'env://T', password: 'file:///p' }],
    ['no data', { creds: 'data:;base64,c2VjcmV0' }, { creds: 'data:' }],
    ['paths', { creds: '/c', nkey: '~/n', ca: 'ca' }, { creds: '/c', nkey: '~/n', ca: 'ca' }],
    ['no seed where a path belongs', { nkey: SEED, creds: 'a\nb' }, { nkey: MASK, creds: MASK }],
    ['no JWT and no seed', { user_jwt: 'eyJ.a.b', user_seed: SEED }, { user_jwt: MASK, user_seed: MASK }],
    ['their paths', { user_jwt: '/j', user_seed: 'file:///s' }, { user_jwt: '/j', user_seed: 'file:///s' }],
    ['no login in an address', { url: 'nats://u:p@x:1' }, { url: 'nats://…@x:1' }],
    ['no login of a proxy', { socks_proxy: 'socks5://u:p@x:1' }, { socks_proxy: 'socks5://…@x:1' }],
    ['nothing of what nobody knows', { zork: 'x', more: { a: 1 } }, { zork: MASK, more: MASK }],
    ['the rest', { description: 'd', tls_first: true, jetstream_domain: 'hub' }, {}],
  ])('is %s', (title, fields, shown) => {
    expect(maskedFields(fields)).toEqual(title === 'the rest' ? fields : shown);
  });

  it.each([
    ['nats://x', 'nats://x'],
    ['u:p@x,tls://t@y:1,z', 'nats://…@x:4222,tls://…@y:1,nats://z:4222'],
    // A comma in a password.
    ['nats://u:a,b@x', 'nats://…@x'],
    ['http://u:p@x', 'http://…@x'],
  ])('of the servers %s is %s', (text, shown) => {
    expect(maskAddresses(text)).toBe(shown);
  });
});
