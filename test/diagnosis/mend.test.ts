import { describe, expect, it } from 'vitest';
import type { Auth, Dial } from '../../src/connection/index.js';
import { type Circumstances, mendOf } from '../../src/diagnosis/mend.js';
import { CliError, type ErrorKind } from '../../src/errors.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const certificate = {
  subject: 'CN=nats',
  issuer: 'CN=ca',
  names: ['a.example', 'b.example'],
  expiresAt: new Date(NOW - 86_400_000 * 3),
};
const secret = { kind: 'text', text: 'hunter2', label: '' } as const;

function mend(
  kind: ErrorKind,
  facts: Partial<Dial>,
  more: Partial<Circumstances> = {},
  auth: Auth = { method: 'none' },
) {
  const dial: Dial = {
    server: { host: 'h.example', port: 4222, tls: false, auth },
    timeoutMs: 1_000,
    stage: 'socket',
    error: undefined,
    serverError: undefined,
    lacksCertificate: false,
    info: undefined,
    saidInstead: undefined,
    ...facts,
  };
  const known = { certificate: undefined, publicKey: undefined, account: undefined, nowMs: NOW };
  return mendOf(new CliError(kind, 'failed', { hint: 'as it was' }), {
    dial,
    host: 'h.example',
    isNamed: true,
    ...known,
    ...more,
  });
}

const code = (name: string): Error => Object.assign(new Error(name), { code: name });

describe('what mends a connection', () => {
  it.each<[Partial<Dial>, Partial<Circumstances>, string]>([
    [{ error: code('ECONNREFUSED') }, {}, 'nothing listens there'],
    [{ error: code('ECONNREFUSED') }, { isNamed: false }, 'as it was'],
    [{ error: code('EHOSTUNREACH') }, {}, 'has no way to h.example'],
    [{ error: code('TIMEOUT') }, {}, 'a firewall may swallow it'],
    [{ stage: 'greeting' }, {}, 'as it was; clients use 4222'],
    [{ stage: 'greeting', saidInstead: 'SSH-2.0\r\nx' }, {}, 'it said "SSH-2.0"; as it was'],
    [{ stage: 'login', error: code('TIMEOUT') }, {}, 'as it was'],
    [{ stage: 'login', serverError: 'maximum connections exceeded' }, {}, 'raise max_connections'],
    [{ stage: 'login', serverError: 'Secure Connection - TLS Required' }, {}, 'write tls:// for nats://'],
    [{ stage: 'login', serverError: 'something else' }, {}, 'as it was'],
    [{ stage: 'tls', error: code('SELF_SIGNED_CERT_IN_CHAIN') }, { certificate }, 'it is issued by CN=ca'],
    [
      { stage: 'tls', error: code('DEPTH_ZERO_SELF_SIGNED_CERT') },
      { certificate: { ...certificate, issuer: 'CN=nats' } },
      'it is signed by itself (CN=nats)',
    ],
    [{ stage: 'tls', error: code('CERT_HAS_EXPIRED') }, { certificate }, 'it expired on 2025-12-29 (3 days ago)'],
    [
      { stage: 'tls', error: code('ERR_TLS_CERT_ALTNAME_INVALID') },
      { certificate },
      'the certificate is for a.example, b.example, and not for h.example',
    ],
    [{ stage: 'tls', error: code('SELF_SIGNED_CERT_IN_CHAIN') }, {}, 'as it was'],
    [{ stage: 'tls', error: code('ECONNRESET') }, { certificate }, 'as it was'],
  ])('%j', (facts, more, hint) => {
    expect(mend('connection', facts, more)).toContain(hint);
  });
});

describe('what mends a refusal', () => {
  it.each<[string, Auth, Partial<Circumstances>, string]>([
    ['Authorization Violation', { method: 'none' }, {}, 'give --creds, --user'],
    [
      'Authorization Violation',
      { method: 'user', user: 'a', password: secret, from: '--user' },
      {},
      'are user and password',
    ],
    ['Authorization Violation', { method: 'token', token: secret, from: '--user' }, {}, 'is taken for a token'],
    [
      'Authorization Violation',
      { method: 'nkey', seed: secret, from: '--nkey' },
      { publicKey: 'UABC' },
      'is UABC among',
    ],
    [
      'Authorization Violation',
      { method: 'creds', creds: secret, from: 'x' },
      { account: 'AABC' },
      'know account AABC',
    ],
    ['User Authentication Expired', { method: 'creds', creds: secret, from: 'x' }, {}, 'have expired'],
    ['User Authentication Revoked', { method: 'creds', creds: secret, from: 'x' }, {}, 'were revoked'],
  ])('%s, %j', (serverError, auth, more, hint) => {
    const said = mend('authorization', { stage: 'login', serverError }, more, auth);
    expect(said).toContain(hint);
    expect(said).not.toContain('hunter2');
  });

  it('of a client certificate', () => {
    expect(mend('authorization', { stage: 'login', error: code('ERR_SSL_ALERT_UNKNOWN_CA') })).toBe('as it was');
  });
});
