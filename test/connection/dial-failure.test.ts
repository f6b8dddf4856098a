import { describe, expect, it } from 'vitest';
import type { Dial } from '../../src/connection/dial.js';
import { closedByServer, explainDialFailure, LastingError } from '../../src/connection/dial-failure.js';
import { usageError } from '../../src/errors.js';
import { plan } from './planning.js';

const two = plan({
  flags: { server: 'nats://a,tls://b', creds: '~/x.creds' },
});
const withCertificate = plan({ flags: { server: 'a', tlscert: '~/c', tlskey: '~/k' } });
const tlsFirst = plan({ flags: { server: 'a', tlsfirst: true } });
const nobodyNamed = plan({});

/** A dial to the plan's first server that ended so. */
function dialTo(facts: Partial<Dial>, of = two, at = 0): Dial {
  const server = of.servers[at] as Dial['server'];
  const none = {
    error: undefined,
    serverError: undefined,
    lacksCertificate: false,
    info: undefined,
    saidInstead: undefined,
  };
  return { server, timeoutMs: 2_000, stage: 'socket', ...none, ...facts };
}

function systemError(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

const TIMEOUT = systemError('TIMEOUT');

describe('a dial that failed', () => {
  it.each<[Partial<Dial>, string, boolean]>([
    [{ error: systemError('ECONNREFUSED') }, 'connection refused', true],
    [{ error: systemError('ENOTFOUND') }, 'unknown host', true],
    [{ error: systemError('EAI_AGAIN') }, 'the host name could not be resolved', true],
    [{ error: systemError('EHOSTUNREACH') }, 'no route to the host', true],
    [{ error: systemError('EMFILE', 'too many open files') }, 'too many open files', true],
    [{ error: TIMEOUT }, 'no answer within 2 s', true],
    [{ stage: 'greeting', error: TIMEOUT }, 'no greeting within 2 s', true],
    [{ stage: 'greeting', error: closedByServer() }, 'the server closed the connection', true],
    [{ stage: 'greeting', error: new LastingError('this is not a NATS server') }, 'this is not a NATS server', false],
    [{ stage: 'greeting', error: new LastingError('no TLS', 'try') }, 'no TLS', false],
    [{ stage: 'tls', error: TIMEOUT }, 'the TLS handshake failed: no answer within 2 s', true],
    [{ stage: 'tls', error: closedByServer() }, 'the TLS handshake failed: the server closed the connection', true],
    [
      { stage: 'tls', error: systemError('ERR_SSL_WRONG_VERSION_NUMBER', 'wrong version number') },
      'the TLS handshake failed: wrong version number',
      false,
    ],
    [
      { stage: 'tls', error: systemError('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate') },
      'its TLS certificate is not trusted: self-signed certificate',
      false,
    ],
    [
      { stage: 'tls', error: systemError('UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify') },
      'its TLS certificate is not trusted: unable to verify',
      false,
    ],
    [{ stage: 'tls', error: systemError('CERT_HAS_EXPIRED', 'expired') }, 'its TLS certificate is not trusted', false],
    [
      { stage: 'tls', error: systemError('ERR_TLS_CERT_ALTNAME_INVALID', 'Host: a. is not in the cert') },
      'its TLS certificate is not trusted: Host: a.',
      false,
    ],
    [
      {
        stage: 'tls',
        error: Object.assign(systemError('ERR_SSL_X', '80EC:error:0A:x:../y.c:1:\n'), { reason: 'bad record' }),
      },
      'the TLS handshake failed: bad record',
      false,
    ],
    [{ stage: 'login', error: TIMEOUT }, 'no answer to the login within 2 s', true],
    [{ stage: 'login', error: closedByServer() }, 'the server closed the connection', true],
    [{ stage: 'login', serverError: 'maximum connections exceeded' }, 'it said "maximum connections exceeded"', true],
    [{ stage: 'login', serverError: 'Authentication Timeout' }, 'it said "Authentication Timeout"', true],
    [{ stage: 'login', error: TIMEOUT, lacksCertificate: true }, 'no answer to the login within 2 s', true],
    [{ stage: 'tls', error: systemError('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'no cipher') }, 'no cipher', false],
  ])('for want of a connection: %j', (facts, reason, mayPass) => {
    const failure = explainDialFailure(two, [dialTo(facts)], facts.error);
    expect(failure).toMatchObject({ kind: 'connection', mayPass, details: { server: 'nats://a:4222' } });
    expect(failure.message).toContain(`no connection to nats://a:4222: `);
    expect(failure.message).toContain(reason);
  });

  it.each([
    'Authorization Violation',
    'authorization violation',
    'authentication error',
    'User Authentication Expired',
    'User Authentication Revoked',
    'Account Authentication Expired',
    'authentication expired',
    'account expired',
  ])('for its credentials: %s', (serverError) => {
    // nats.js may have ended it with whatever came first.
    for (const error of [undefined, TIMEOUT, closedByServer(), systemError('ECONNREFUSED')]) {
      expect(explainDialFailure(two, [dialTo({ stage: 'login', error, serverError })], error)).toMatchObject({
        kind: 'authorization',
        message: `nats://a:4222 refused the credentials (${serverError}): creds ~/x.creds, from --creds`,
        mayPass: false,
        hint: undefined,
      });
    }
  });

  it.each<[string, Partial<Dial>]>([
    ['the alert of TLS 1.3', { stage: 'login', error: systemError('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED') }],
    ['a bad certificate', { stage: 'tls', error: systemError('ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE') }],
    ['an unknown authority', { stage: 'login', error: systemError('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA') }],
    ['an unsupported one', { stage: 'login', error: systemError('ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE') }],
    ['before the greeting', { stage: 'greeting', error: systemError('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA') }],
  ])('for its client certificate: %s', (_, facts) => {
    expect(explainDialFailure(withCertificate, [dialTo(facts, withCertificate)], facts.error)).toMatchObject({
      kind: 'authorization',
      message:
        'nats://a:4222 refused the credentials (client certificate refused): client certificate ~/c, from --tlscert',
      hint: undefined,
    });
  });

  it.each<[string, Partial<Dial>]>([
    ['an alert', { stage: 'login', error: systemError('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED') }],
    ['a handshake', { stage: 'tls', error: systemError('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE') }],
    ['a closed socket', { stage: 'login', error: closedByServer() }],
    ['a broken pipe', { stage: 'login', error: systemError('EPIPE') }],
  ])('for want of a client certificate: %s', (_, facts) => {
    const dial = dialTo({ ...facts, lacksCertificate: true });
    expect(explainDialFailure(two, [dial], facts.error)).toMatchObject({
      kind: 'authorization',
      message: 'nats://a:4222 refused the credentials (client certificate refused): no client certificate was given',
      hint: 'give --tlscert and --tlskey',
    });
  });

  it('for a file that is of no use', () => {
    const error = usageError('x is not a creds file');
    expect(explainDialFailure(two, [dialTo({ error })], error)).toBe(error);
  });

  it('without credentials tells how to give some', () => {
    const dial = dialTo({ stage: 'login', serverError: 'Authorization Violation' }, nobodyNamed);
    const failure = explainDialFailure(nobodyNamed, [dial], undefined);
    expect(failure.message).toContain('no credentials were given');
    expect(failure.hint).toContain('give --creds');
  });

  it('before it began', () => {
    expect(explainDialFailure(two, [], new Error('odd'))).toMatchObject({
      kind: 'connection',
      message: 'no connection: odd',
    });
  });
});

describe('what to try', () => {
  it.each<[string, Partial<Dial>, string]>([
    ['an unknown authority', { stage: 'tls', error: systemError('DEPTH_ZERO_SELF_SIGNED_CERT') }, '--tlsca FILE'],
    ['another name', { stage: 'tls', error: systemError('ERR_TLS_CERT_ALTNAME_INVALID') }, 'a host name that its'],
    ['an expired certificate', { stage: 'tls', error: systemError('CERT_HAS_EXPIRED') }, 'a new certificate'],
    ['no greeting', { stage: 'greeting', error: TIMEOUT }, 'needs --tlsfirst'],
    ['TLS that fails', { stage: 'tls', error: systemError('ERR_SSL_X') }, 'is this port for TLS?'],
    ['a lasting error', { stage: 'greeting', error: new LastingError('x', 'its hint') }, 'its hint'],
    ['nothing in particular', { error: systemError('ECONNREFUSED') }, 'the server was named by --server'],
  ])('%s', (_, facts, hint) => {
    expect(explainDialFailure(two, [dialTo(facts)], undefined).hint).toContain(hint);
  });

  it('where TLS comes first and does not', () => {
    const dial = dialTo({ stage: 'tls', error: systemError('ERR_SSL_WRONG_VERSION_NUMBER') }, tlsFirst);
    expect(explainDialFailure(tlsFirst, [dial], undefined).hint).toContain('leave --tlsfirst out');
    const silent = dialTo({ stage: 'greeting', error: TIMEOUT }, tlsFirst);
    expect(explainDialFailure(tlsFirst, [silent], undefined).hint).toBe('is it a NATS server?');
  });

  it('where nobody named a server', () => {
    const dial = dialTo({ error: systemError('ECONNREFUSED') }, nobodyNamed);
    const { hint } = explainDialFailure(nobodyNamed, [dial], undefined);
    expect(hint).toContain('`natsctl server`, or `natsctl serve`, which brings it, for development');
    expect(hint).toContain('nats-server for production');
  });
});

describe('several servers', () => {
  const down = dialTo({ error: systemError('ECONNREFUSED') });
  const refusing = dialTo({ stage: 'login', serverError: 'Authorization Violation' }, two, 1);
  const mistrusted = dialTo({ stage: 'tls', error: systemError('SELF_SIGNED_CERT_IN_CHAIN') }, two, 1);
  const silent = dialTo({ stage: 'greeting', error: TIMEOUT }, two, 1);

  it.each<[string, Dial[], object]>([
    ['one down, one that refuses', [down, refusing], { kind: 'authorization' }],
    ['one that refuses, one down', [refusing, down], { kind: 'authorization' }],
    [
      'one down, one silent',
      [down, silent],
      {
        kind: 'connection',
        message: 'no connection to nats://a:4222: connection refused; tls://b:4222: no greeting within 2 s',
        mayPass: true,
      },
    ],
    ['one down, one mistrusted', [down, mistrusted], { kind: 'connection', mayPass: false }],
    ['a bad file, one that refuses', [dialTo({ error: usageError('bad') }), refusing], { kind: 'usage' }],
    [
      'one that refused once and then is down',
      [{ ...down, serverError: 'Authorization Violation' }, down],
      { kind: 'connection' },
    ],
    ['a file that was missing once', [dialTo({ error: usageError('gone') }), down], { kind: 'connection' }],
  ])('%s', (_, dials, expected) => {
    expect(explainDialFailure(two, dials, undefined)).toMatchObject(expected);
  });
});
