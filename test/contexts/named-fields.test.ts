import { describe, expect, it } from 'vitest';
import type { ConnectionFlags } from '../../src/connection/index.js';
import { namedFields } from '../../src/contexts/index.js';
import { CliError } from '../../src/errors.js';

const SCOPE = { home: '/home/me', cwd: '/work' };
const named = (flags: ConnectionFlags) => namedFields(flags, SCOPE);
const SEED = `SUA${'A'.repeat(55)}`;

describe('the fields that flags name', () => {
  it.each<[string, ConnectionFlags, object]>([
    ['nothing', {}, {}],
    ['what a context does not hold', { timeout: '1s', connectionName: 'x', waitServer: '1s', context: 'x' }, {}],
    ['servers', { server: 'tls://a,b:1' }, { url: 'tls://a,b:1' }],
    ['a login', { user: 'u', password: 'p' }, { user: 'u', password: 'p' }],
    ['a token', { token: '/not/a/path' }, { token: '/not/a/path' }],
    ['TLS first', { tlsfirst: true }, { tls_first: true }],
    ['no TLS first', { tlsfirst: false }, {}],
    ['a prefix', { inboxPrefix: '_INBOX.me' }, { inbox_prefix: '_INBOX.me' }],
    ['a relative path', { creds: 'a/b.creds' }, { creds: '/work/a/b.creds' }],
    ['a path from home', { nkey: '~/x.nk' }, { nkey: '/home/me/x.nk' }],
    ['an absolute path', { tlsca: '/etc/ca' }, { ca: '/etc/ca' }],
    ['a pair', { tlscert: 'c', tlskey: '../k' }, { cert: '/work/c', key: '/k' }],
    ['a path with a variable in front', { creds: '$CREDS/x' }, { creds: '$CREDS/x' }],
    ['a variable', { creds: 'env://CREDS', token: 'env://T' }, { creds: 'env://CREDS', token: 'env://T' }],
    ['a file in place of a text', { token: 'file://t' }, { token: 'file:///work/t' }],
    ['a file of creds', { creds: 'file://~/t' }, { creds: 'file:///home/me/t' }],
    ['data', { creds: 'data:;base64,AAAA' }, { creds: 'data:;base64,AAAA' }],
    // nats takes these two for the text itself, unless they have a scheme.
    [
      'files of a JWT and its seed',
      { jwt: 'j', seed: 's' },
      { user_jwt: 'file:///work/j', user_seed: 'file:///work/s' },
    ],
    ['a JWT and its seed', { jwt: 'eyJ.a.b', seed: SEED }, { user_jwt: 'eyJ.a.b', user_seed: SEED }],
  ])('%s', (_, flags, fields) => {
    expect(named(flags)).toEqual(fields);
  });

  it.each<[string, ConnectionFlags, string]>([
    ['an empty value', { password: '' }, '--password is empty'],
    ['an address that is none', { server: 'http://x' }, 'invalid server address "http://x" (--server)'],
    ['a prefix that is none', { inboxPrefix: 'a.' }, 'invalid inbox prefix "a." (--inbox-prefix)'],
    ['what natsctl has no means for', { creds: 'op://a/b' }, '--creds: natsctl does not support op:// references'],
    ['a variable without a name', { creds: 'env://' }, '--creds: the environment variable (no name) is not set'],
    ['a secret where a path belongs', { nkey: SEED }, '--nkey: this is the content of a file'],
    ['data that are none', { token: 'data:secret' }, '--token: a data: reference must have the form'],
  ])('refuses %s', (_, flags, message) => {
    expect(() => named(flags)).toThrow(expect.objectContaining({ kind: 'usage' }));
    expect(() => named(flags)).toThrow(message);
  });

  it('shows no secret in its errors', () => {
    for (const flags of [{ nkey: SEED }, { token: 'data:secret' }, { server: 'http://u:secret@x' }]) {
      try {
        named(flags);
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(CliError);
        expect(String((error as CliError).message)).not.toMatch(/secret|SUA/);
      }
    }
  });
});
