import type { ProtocolHandler } from 'nats/lib/nats-base-client/protocol.js';
import { describe, expect, it } from 'vitest';
import { describeAuth } from '../../src/connection/auth.js';
import { nameOf, Session } from '../../src/connection/dial.js';
import { plan } from './planning.js';

function sessionFor(server: string): Session {
  const session = new Session(plan({ flags: { server } }));
  session.protocol = { options: { timeout: 250 } } as ProtocolHandler;
  return session;
}

describe('a dial', () => {
  it('tells a server what was planned for it', () => {
    const session = sessionFor('nats://me:pw@one:1,tls://two:2');
    expect(describeAuth(session.beginDial('one', 1).server.auth)).toContain('user "me"');
    expect(session.beginDial('two', 2)).toMatchObject({
      server: { tls: true, auth: { method: 'none' } },
      timeoutMs: 250,
    });
  });

  it.each([
    ['nats://me:pw@HOST', 'host', 4222],
    ['nats://me:pw@127.1', '127.0.0.1', 4222],
    ['nats://me:pw@[0::1]:1', '::1', 1],
    ['nats://me:pw@host:80', 'host', 80],
  ])('knows %s under the name that nats.js has for it', (server, host, port) => {
    expect(sessionFor(server).beginDial(host, port).server.auth).toMatchObject({ method: 'user', user: 'me' });
  });

  it('tells a server of the cluster what the last one took, and never in plain what asks for TLS', () => {
    const session = sessionFor('nats://me:pw@one:1,tls://two:2');
    expect(session.beginDial('10.0.0.9', 3).server).toEqual({
      host: '10.0.0.9',
      port: 3,
      tls: true,
      auth: { method: 'none' },
    });
    session.dialSucceeded(session.beginDial('one', 1));
    expect(session.beginDial('10.0.0.9', 3).server.auth).toMatchObject({ user: 'me' });
  });

  it('begins an epoch', () => {
    const session = sessionFor('one');
    const before = session.epoch;
    session.beginDial('one', 4222);
    expect(session.epoch).toBe(before + 1);
  });

  it('is remembered until one succeeds, and not for ever', () => {
    const session = sessionFor('one');
    for (let count = 0; count < 1_000; count++) session.beginDial('one', 4222);
    expect(session.dials.length).toBeLessThan(100);
    const last = session.beginDial('one', 4222);
    expect(session.dials.at(-1)).toBe(last);
    session.dialSucceeded(last);
    expect(session.dials).toEqual([]);
    expect(nameOf(last)).toBe('nats://one:4222');
  });

  it('does not begin once the session is closed', () => {
    const session = sessionFor('one');
    session.close();
    expect(() => session.beginDial('one', 4222)).toThrow('closed');
  });
});
