import { describe, expect, it } from 'vitest';
import { formatServer, hostPort, maskServerText, parseServerList } from '../../src/connection/server-url.js';
import { everythingIn, failureOf } from './planning.js';

const plain = { tls: false, login: undefined };

describe('a server address', () => {
  it.each([
    ['nats://example.com:4333', { host: 'example.com', port: 4333, ...plain }],
    ['example.com', { host: 'example.com', port: 4222, ...plain }],
    ['example.com:1', { host: 'example.com', port: 1, ...plain }],
    ['localhost:4222', { host: 'localhost', port: 4222, ...plain }],
    ['nats://example.com/', { host: 'example.com', port: 4222, ...plain }],
    ['NATS://Example.COM', { host: 'example.com', port: 4222, ...plain }],
    ['tls://example.com', { host: 'example.com', port: 4222, tls: true, login: undefined }],
    ['127.0.0.1:80', { host: '127.0.0.1', port: 80, ...plain }],
    ['127.1', { host: '127.0.0.1', port: 4222, ...plain }],
    ['[::1]', { host: '::1', port: 4222, ...plain }],
    ['nats://[0:0:0:0:0:0:0:1]:4333', { host: '::1', port: 4333, ...plain }],
  ])('%s', (text, expected) => {
    expect(parseServerList(text, '--server')).toEqual([expected]);
  });

  it.each([
    ['nats://me:secret@host', { kind: 'user', user: 'me', password: 'secret' }],
    ['me:secret@host', { kind: 'user', user: 'me', password: 'secret' }],
    ['nats://secret@host', { kind: 'token', token: 'secret' }],
    ['nats://m%40e:p%3A%2F%2C%20%C3%BC@host', { kind: 'user', user: 'm@e', password: 'p:/, ü' }],
    ['nats://me:p@ss@host', { kind: 'user', user: 'me', password: 'p@ss' }],
  ])('has credentials: %s', (text, login) => {
    expect(parseServerList(text, '--server')).toEqual([{ host: 'host', port: 4222, tls: false, login }]);
  });

  it('may be one of a list, with blanks and empty places', () => {
    const hosts = parseServerList(' a:1, nats://b:2,,tls://c ,', 'NATS_URL').map(formatServer);
    expect(hosts).toEqual(['nats://a:1', 'nats://b:2', 'tls://c:4222']);
  });

  it('is written with an IPv6 host in brackets', () => {
    expect(hostPort({ host: '::1', port: 4222 })).toBe('[::1]:4222');
    expect(formatServer({ host: 'fe80::1', port: 1, tls: true })).toBe('tls://[fe80::1]:1');
  });
});

describe('an address of no use is a usage error', () => {
  it.each([
    ['', 'no server address in --server'],
    [' , ', 'no server address in --server'],
    ['nats://', 'invalid server address "nats://" (--server): it has no host'],
    ['nats://a b', 'invalid server address "nats://a b" (--server): it is not a URL'],
    ['host:port', 'invalid server address "host:port" (--server): it is not a URL'],
    ['host:65536', 'invalid server address "host:65536" (--server): it is not a URL'],
    ['host:0', 'invalid server address "host:0" (--server): port 0 is no port'],
    ['1.2.3.4.5', 'invalid server address "1.2.3.4.5" (--server): it is not a URL'],
    ['ws://host', 'invalid server address "ws://host" (--server): natsctl speaks nats:// and tls:// alone'],
    ['host/path', 'invalid server address "host/path" (--server): nothing may follow the port'],
    ['good,host?a=b', 'invalid server address "host?a=b" (--server): nothing may follow the port'],
  ])('%j', async (text, message) => {
    const failure = await failureOf(() => parseServerList(text, '--server'));
    expect(failure.kind).toBe('usage');
    expect(failure.message).toContain(message);
  });

  it.each([
    ['nats://me:hunter2@'],
    ['nats://me:hunter2@host:port'],
    ['nats://me:hunter2@host/path'],
    ['me:hunter2@host:0'],
    ['ws://me:hunter2@host'],
    ['nats://hunter2@host?x'],
    ['nats://me:%hunter2@host'],
    ['nats://me:hunter2/1@host'],
    ['nats://me:1#hunter2@host'],
    ['nats://me:1?hunter2@host'],
    ['nats://me:hun@hunter2@host:port'],
    ['nats://me:hunter2,3@host'],
    ['nats://me:3,hunter2@host:port'],
    ['good, nats://me:hunter2,a,b@host'],
  ])('and shows no secret: %s', async (text) => {
    const failure = await failureOf(() => parseServerList(text, '--server'));
    expect(failure.kind).toBe('usage');
    expect(everythingIn(failure)).not.toContain('hunter2');
  });

  it('is masked up to the last @', () => {
    expect(maskServerText('tls://me:a@b@host:1')).toBe('tls://…@host:1');
    expect(maskServerText('a@host')).toBe('…@host');
    expect(maskServerText('nats://host')).toBe('nats://host');
  });
});
