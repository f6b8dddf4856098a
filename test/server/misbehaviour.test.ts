import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/index.js';
import { createCertificates } from '../support/tls.js';
import { waitUntil } from '../support/wait-until.js';
import { watchWaiting } from '../support/waiting.js';
import { lines, QUIET } from './cases/raw-case.js';
import { RawClient } from './raw-client.js';
import { targets } from './targets.js';

const PAYLOAD = 'x'.repeat(16_384);
const PUBLISH = lines(`PUB flood ${PAYLOAD.length}`, PAYLOAD);

/** No client of the server may end the process. */
const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));
afterEach(() => expect(unhandled).toEqual([]));

interface Watched extends AsyncDisposable {
  readonly server: RunningServer;
  readonly log: readonly string[];
}

async function start(options: ServerOptions = {}): Promise<Watched> {
  const log: string[] = [];
  const server = await startServer({
    port: 0,
    log: (level, message) => void log.push(`${level} ${message}`),
    ...options,
  });
  return { server, log, [Symbol.asyncDispose]: () => server.stop() };
}

/** The server still serves: somebody new is answered. */
async function expectToServe({ server }: Watched): Promise<void> {
  await using client = await RawClient.connect(server.port);
  await client.send(QUIET + lines('SUB alive 1', 'PUB alive 2', 'ok'));
  await client.sync();
  expect(client.answer).toBe(lines('MSG alive 1 2', 'ok'));
}

async function openDeaf(port: number): Promise<RawClient> {
  const deaf = await RawClient.connect(port);
  await deaf.send(lines('CONNECT {"verbose":false,"name":"deaf"}', 'SUB flood 1'));
  await deaf.sync();
  deaf.socket.pause();
  return deaf;
}

describe('a slow consumer', () => {
  it('is closed once more than max_pending waits for it; the others get everything', async () => {
    await using watched = await start({ maxPending: 1_000_000 });
    const { server, log } = watched;
    await using _deaf = await openDeaf(server.port);
    await using listener = await RawClient.connect(server.port);
    await listener.send(QUIET + lines('SUB flood 1'));
    await listener.sync();
    await using publisher = await RawClient.connect(server.port);
    await publisher.send(QUIET);
    let sent = 0;
    while (log.length === 0) {
      await publisher.send(PUBLISH);
      await publisher.sync();
      sent += 1;
      const most = Math.max(...server.clients().map(({ outbox }) => outbox.pending));
      expect(most).toBeLessThanOrEqual(1_000_000);
    }
    expect(log).toEqual([
      'warn client 1 ("deaf", 127.0.0.1): Slow Consumer (Pending Bytes): more than 1000000 bytes pending',
    ]);
    await listener.sync();
    expect(listener.heard.match(/^MSG flood 1 16384\r$/gm)).toHaveLength(sent);
    expect(server.clients()).toHaveLength(2);
    await expectToServe(watched);
  });

  it('costs as much memory as bytes wait for it, however small each message is', async () => {
    await using watched = await start({ maxPending: 8_000_000 });
    const { server } = watched;
    await using deaf = await openDeaf(server.port);
    await using publisher = await RawClient.connect(server.port);
    await publisher.send(QUIET);
    // Until the system takes no more of it: from here on each turn of the loop adds a little.
    while ((server.clients()[0]?.outbox.pending ?? 0) === 0) {
      await publisher.send(PUBLISH);
      await publisher.sync();
    }
    const before = process.memoryUsage().arrayBuffers;
    for (let turn = 0; turn < 1_000; turn++) {
      await publisher.send(lines('PUB flood 1', 'x'));
      await publisher.sync();
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8_000_000);
    expect(server.clients()).toHaveLength(2);
    expect(deaf.isClosed).toBe(false);
  });

  it('is closed where it does not read what it is answered itself', async () => {
    await using watched = await start({ maxPending: 1_000_000 });
    await using deaf = await RawClient.connect(watched.server.port);
    deaf.socket.pause();
    const pings = lines('PING').repeat(10_000);
    while (watched.log.length === 0) await new Promise<void>((resolve) => deaf.socket.write(pings, () => resolve()));
    expect(watched.log.join()).toContain('Slow Consumer');
    expect(watched.server.clients()).toEqual([]);
    await expectToServe(watched);
  });

  it('holds a publisher back for a moment only', async () => {
    await using watched = await start({ maxPending: 4_000_000 });
    await using deaf = await openDeaf(watched.server.port);
    await using publisher = await RawClient.connect(watched.server.port);
    await publisher.send(QUIET + PUBLISH.repeat(1_000));
    await publisher.sync();
    expect(watched.log.join()).toContain('Slow Consumer');
    await deaf[Symbol.asyncDispose]();
  });
});

describe('a client that is gone without a word', () => {
  it('is closed as stale after the pings it left unanswered', async () => {
    await using watched = await start({ limits: { pingIntervalMs: 20, maxPingsOut: 2 } });
    await using silent = await RawClient.connect(watched.server.port);
    await silent.closed();
    expect(silent.answer).toBe(lines('PING', 'PING', "-ERR 'Stale Connection'"));
    expect(watched.log).toEqual(['warn client 1 (127.0.0.1): Stale Connection']);
    await expectToServe(watched);
  });

  it('is not asked while it was heard within the interval', async () => {
    await using watched = await start({ limits: { pingIntervalMs: 60_000 } });
    await using busy = await RawClient.connect(watched.server.port);
    await busy.send(QUIET);
    await busy.sync();
    const [client] = watched.server.clients();
    client?.checkAlive(client.lastActivity + 59_999);
    await busy.sync();
    expect(busy.answer).toBe('');
    client?.checkAlive(client.lastActivity + 60_000);
    await busy.sync();
    expect(busy.answer).toBe(lines('PING'));
  });

  it('is closed where it takes nothing more after its side has ended', async () => {
    await using watched = await start({ limits: { closeTimeoutMs: 50 } });
    await using deaf = await openDeaf(watched.server.port);
    await using publisher = await RawClient.connect(watched.server.port);
    await publisher.send(QUIET + PUBLISH.repeat(400));
    await publisher.sync();
    deaf.socket.end();
    await waitUntil(() => watched.server.clients().length === 1);
    const endWatch = watchWaiting(() => [process.pid]);
    const began = performance.now();
    await watched.server.stop();
    expect(performance.now() - began).toBeLessThan(900 + endWatch());
  });
});

describe('what ends in an error', () => {
  const refused: ReadonlyArray<readonly [name: string, text: string, reason: string]> = [
    ['garbage', '\xff\x00\x01garbage', 'Protocol Violation near "ÿ\\u0000\\u0001garbage"'],
    ['an HTTP request', 'GET / HTTP/1.1\r\n\r\n', 'Protocol Violation near "GET / HTTP/1.1\\r\\n\\r\\n"'],
    ['a line that does not end', `SUB ${'a'.repeat(9_000)}`, 'Maximum Control Line Exceeded of 4096 bytes'],
    ['too large a payload', 'PUB a 2000000\r\n', 'Maximum Message Payload Exceeded: 2000000 bytes'],
    [
      'a CONNECT that cannot be read',
      'CONNECT {"pass":"hunter2"\r\n',
      'Protocol Violation: CONNECT with options that cannot be read',
    ],
    [
      'a TLS handshake',
      '\x16\x03\x01\x02\x00\x01',
      'Protocol Violation near "\\u0016\\u0003\\u0001\\u0002\\u0000\\u0001"',
    ],
    ['an error of the client', "-ERR 'oh\x1b[2J'\r\n", 'Parse Error: the client reports "\'oh\\u001b[2J\'"'],
  ];
  it.each(refused)('is said in the log: %s', async (_, text, reason) => {
    await using watched = await start();
    await using client = await RawClient.connect(watched.server.port);
    await client.send(text);
    await client.closed();
    expect(watched.log).toEqual([`warn client 1 (127.0.0.1): ${reason}`]);
    await expectToServe(watched);
  });

  it('ends within its time for one that goes on talking and never reads', async () => {
    await using watched = await start({ limits: { closeTimeoutMs: 50 } });
    await using client = await RawClient.connect(watched.server.port);
    await client.send(lines('FOO'));
    // It has its own side open still, and says more and more.
    const talk = setInterval(() => client.socket.write('more and more\r\n'), 5);
    await client.closed().finally(() => clearInterval(talk));
    await expectToServe(watched);
  });

  it('leaves 200 sockets that say nothing be', async () => {
    await using watched = await start({ auth: { kind: 'token', token: 't' }, limits: { authTimeoutMs: 50 } });
    const silent = await Promise.all(Array.from({ length: 200 }, () => RawClient.connect(watched.server.port)));
    await Promise.all(silent.map((client) => client.closed()));
    expect(watched.log).toHaveLength(200);
    expect(watched.log[0]).toContain('Authentication Timeout');
    expect(watched.server.clients()).toEqual([]);
  });

  it('does not show a name as it is written', async () => {
    await using watched = await start();
    await using client = await RawClient.connect(watched.server.port);
    await client.send(lines(`CONNECT {"verbose":false,"name":"a\\nwarn \\u001b[2J"}`, 'FOO'));
    await client.closed();
    expect(watched.log.join()).toContain('("a\\nwarn \\u001b[2J", 127.0.0.1)');
  });
});

describe('a client that closes its side at once', () => {
  for (const target of targets) {
    it.skipIf(target.isMissing)(`still gets the answers of ${target.name}`, async () => {
      await using server = await target.start();
      await using client = await RawClient.connect(server.port);
      client.socket.end(lines('CONNECT {"verbose":true}', 'SUB a 1', 'PUB a 2', 'hi', 'PING'));
      await client.closed();
      expect(client.answer).toBe(lines('+OK', '+OK', '+OK', 'MSG a 1 2', 'hi', 'PONG'));
    });
  }
});

describe('a TLS server', async () => {
  const { server, ca } = await createCertificates();
  const read = (path: string): string => readFileSync(path, 'utf8');
  const tls = { cert: read(server.cert), key: read(server.key) };

  it('closes on garbage, on one that says nothing and on one that goes, and says so', async () => {
    await using watched = await start({ tls, limits: { tlsTimeoutMs: 1_000 } });
    const { port } = watched.server;
    await using garbage = await RawClient.connect(port);
    await garbage.send('CONNECT {"pass":"hunter2"}\r\n');
    await using silent = await RawClient.connect(port);
    await using going = await RawClient.connect(port);
    going.socket.destroy();
    await Promise.all([garbage.closed(), silent.closed()]);
    await waitUntil(() => watched.log.length === 3);
    expect([...watched.log].sort()).toEqual([
      expect.stringMatching(
        /^warn client 1 \(127.0.0.1\): TLS Handshake Failure: (https proxy request|wrong version number|http request)$/,
      ),
      expect.stringMatching(/^warn client 2 \(127.0.0.1\): TLS Handshake Failure: .*timeout/i),
      expect.stringMatching(/^warn client 3 \(127.0.0.1\): TLS Handshake Failure: /),
    ]);
    expect(watched.log.join()).not.toContain('hunter2');
  });

  it('stops at once while a handshake is under way', async () => {
    const watched = await start({ tls: { ...tls, ca: read(ca) } });
    await using silent = await RawClient.connect(watched.server.port);
    const endWatch = watchWaiting(() => [process.pid]);
    const began = performance.now();
    await watched.server.stop();
    // A stop that waits gives up after 1 s.
    expect(performance.now() - began).toBeLessThan(900 + endWatch());
    await silent.closed();
  });

  it('refuses a certificate or key that is none', async () => {
    await expect(startServer({ port: 0, tls: { cert: 'no', key: 'no' } })).rejects.toMatchObject({ kind: 'usage' });
  });
});

it('says which port is in use', async () => {
  await using watched = await start();
  await expect(startServer({ port: watched.server.port })).rejects.toMatchObject({
    kind: 'connection',
    message: `cannot listen on 127.0.0.1:${watched.server.port}: the port is in use`,
  });
  const http = { host: '127.0.0.1', port: watched.server.port };
  await expect(startServer({ port: 0, http })).rejects.toMatchObject({ kind: 'connection' });
});

describe('a server that is paused', () => {
  it('hears and greets nobody until it is resumed, and then does', async () => {
    await using watched = await start();
    const { server } = watched;
    await using before = await RawClient.connect(server.port);
    await before.send(QUIET);
    await before.sync();
    server.pause();
    await before.send(lines('PING'));
    await using after = await RawClient.connect(server.port, { expectsInfo: false });
    // Another socket of this process goes round in the meantime.
    const other = await start();
    await expectToServe(other);
    await other.server.stop();
    expect([before.answer, after.heard]).toEqual(['', '']);
    server.resume();
    await before.waitFor((heard) => heard.endsWith('PONG\r\n'));
    await after.waitFor((heard) => heard.startsWith('INFO '));
  });

  it('stops', async () => {
    await using watched = await start();
    watched.server.pause();
    await using client = await RawClient.connect(watched.server.port, { expectsInfo: false });
    const closed = once(client.socket, 'close');
    await watched.server.stop();
    await closed;
  });
});
