import { describe, expect, it } from 'vitest';
import { failureOf, type Given, contextOf as inContext, plan } from './planning.js';

describe('each setting comes from the flag, else the environment, else the context, else the default', () => {
  const levels = {
    context: {
      url: 'nats://of-context',
      ca: '/context/ca',
      cert: '/context/cert',
      key: '/context/key',
      inbox_prefix: '_OF.CONTEXT',
    },
    env: {
      NATS_URL: 'nats://of-env',
      NATS_CA: '/env/ca',
      NATS_CERT: '/env/cert',
      NATS_KEY: '/env/key',
      NATS_TIMEOUT: '2s',
    },
    flags: {
      server: 'nats://of-flag',
      tlsca: '/flag/ca',
      tlscert: '/flag/cert',
      tlskey: '/flag/key',
      timeout: '1s',
      inboxPrefix: '_OF.FLAG',
      connectionName: 'of flag',
      waitServer: '30s',
    },
  };
  const file = (path: string) => ({ kind: 'file', path, label: path });
  const tls = (level: string, from: string) => ({
    ca: file(`/${level}/ca`),
    certificate: { cert: file(`/${level}/cert`), key: file(`/${level}/key`), from },
    first: false,
  });
  const context = inContext(levels.context);

  it.each<[string, Given, object]>([
    [
      'default',
      {},
      {
        servers: [{ host: '127.0.0.1', port: 4222, tls: false, auth: { method: 'none' } }],
        serversFrom: 'default',
        tls: undefined,
        inboxPrefix: undefined,
        name: 'natsctl test',
        timeoutMs: 5_000,
        waitServerMs: 0,
      },
    ],
    [
      'context',
      { context },
      {
        servers: [{ host: 'of-context' }],
        serversFrom: 'context prod',
        tls: tls('context', 'context prod'),
        inboxPrefix: '_OF.CONTEXT',
      },
    ],
    [
      'environment',
      { context, env: levels.env },
      { servers: [{ host: 'of-env' }], serversFrom: 'NATS_URL', tls: tls('env', 'NATS_CERT'), timeoutMs: 2_000 },
    ],
    [
      'flag',
      { context, env: levels.env, flags: levels.flags },
      {
        servers: [{ host: 'of-flag' }],
        serversFrom: '--server',
        tls: tls('flag', '--tlscert'),
        inboxPrefix: '_OF.FLAG',
        name: 'of flag',
        timeoutMs: 1_000,
        waitServerMs: 30_000,
      },
    ],
  ])('%s', (_, given, expected) => {
    expect(plan(given)).toMatchObject(expected);
  });

  it('an empty variable or field counts as none', () => {
    const empty = plan({ env: { NATS_URL: '', NATS_CA: '', NATS_TIMEOUT: '', NATS_SOCKS_PROXY: '' } });
    expect(empty).toMatchObject({ serversFrom: 'default', tls: undefined, timeoutMs: 5_000 });
  });

  it('is plain data, so that it can travel to a worker', () => {
    const whole = plan({ context, env: { NATS_CREDS: '~/x.creds' }, flags: levels.flags });
    expect(structuredClone(whole)).toEqual(whole);
  });
});

describe('TLS', () => {
  it.each<[string, Given, object | undefined]>([
    ['nothing', {}, undefined],
    ['--tlsfirst', { flags: { tlsfirst: true } }, { ca: undefined, certificate: undefined, first: true }],
    ['a switch that was not given', { flags: { tlsfirst: false } }, undefined],
    [
      'the context’s tls_first, where the switch was not given',
      { flags: { tlsfirst: false }, context: inContext({ tls_first: true }) },
      { ca: undefined, certificate: undefined, first: true },
    ],
    [
      'a certificate from one level and its key from another',
      { flags: { tlscert: 'c' }, env: { NATS_KEY: 'k' } },
      { certificate: { cert: { path: 'c' }, key: { path: 'k' }, from: '--tlscert' } },
    ],
    [
      'paths of a context, with ~ and variables',
      { env: { DIR: '/d' }, context: inContext({ ca: '~/$DIR/ca.pem' }) },
      { ca: { kind: 'file', path: '/home/me//d/ca.pem', label: '~/$DIR/ca.pem' } },
    ],
  ])('%s', (_, given, expected) => {
    if (expected === undefined) expect(plan(given).tls).toBeUndefined();
    else expect(plan(given).tls).toMatchObject(expected);
  });

  it.each<[string, Given, string, string]>([
    ['a certificate alone', { flags: { tlscert: 'c' } }, 'the TLS key is missing', '--tlscert has the other half'],
    ['a key alone', { env: { NATS_KEY: 'k' } }, 'the TLS certificate is missing', 'NATS_KEY has the other half'],
    [
      'a context’s certificate alone',
      { context: inContext({ cert: 'c' }) },
      'the TLS key is missing',
      'context prod has the other half',
    ],
  ])('%s is a usage error', async (_, given, message, hint) => {
    const failure = await failureOf(() => plan(given));
    expect(failure).toMatchObject({ kind: 'usage', message });
    expect(failure.hint).toContain(hint);
  });

  it('tls:// is kept by the server', () => {
    const { servers } = plan({ flags: { server: 'tls://a,nats://b' } });
    expect(servers.map(({ tls }) => tls)).toEqual([true, false]);
  });
});

describe('what cannot be done as written is a usage error that names where it was written', () => {
  it.each<[Given, string]>([
    [{ flags: { server: '' } }, '--server is empty'],
    [{ flags: { connectionName: '' } }, '--connection-name is empty'],
    [{ flags: { inboxPrefix: '' } }, '--inbox-prefix is empty'],
    [{ flags: { creds: '' } }, '--creds is empty'],
    [{ flags: { timeout: '5' } }, '--timeout: "5" is not a duration'],
    [{ flags: { timeout: '0s' } }, '--timeout: "0s" is out of range'],
    [{ flags: { waitServer: 'long' } }, '--wait-server: "long" is not a duration'],
    [{ env: { NATS_TIMEOUT: '5sec' } }, 'NATS_TIMEOUT: "5sec" is not a duration'],
    [{ env: { NATS_URL: 'http://host' } }, 'invalid server address "http://host" (NATS_URL)'],
    [{ context: inContext({ url: 'host:x' }) }, 'invalid server address "host:x" (context prod)'],
    [{ env: { NATS_SOCKS_PROXY: 'socks5://localhost' } }, 'NATS_SOCKS_PROXY: natsctl does not support proxies'],
    [{ context: inContext({ creds: 'nsc://o/a/u' }) }, '"creds" in context prod: natsctl does not support nsc://'],
    [{ context: inContext({ token: 'op://v/i/f' }) }, '"token" in context prod: natsctl does not support op://'],
    [{ env: { NATS_CREDS: 'nsc://o/a/u' } }, 'NATS_CREDS: natsctl does not support nsc://'],
  ])('%j', async (given, message) => {
    const failure = await failureOf(() => plan(given));
    expect(failure.kind).toBe('usage');
    expect(failure.message).toContain(message);
  });

  it.each(['_INBOX.', '.me', 'a..b', 'a.*', 'a.>', 'a b', '>'])('the inbox prefix %j', async (inboxPrefix) => {
    expect(await failureOf(() => plan({ flags: { inboxPrefix } }))).toMatchObject({
      kind: 'usage',
      message: `invalid inbox prefix ${JSON.stringify(inboxPrefix)} (--inbox-prefix)`,
    });
  });

  it.each(['_INBOX', '_INBOX.me', 'a-b_c.$d'])('but not the inbox prefix %j', (inboxPrefix) => {
    expect(plan({ flags: { inboxPrefix } }).inboxPrefix).toBe(inboxPrefix);
  });
});
