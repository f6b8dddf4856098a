import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HealthServer, startHealthServer } from '../../../src/workers/health/health-server.js';
import { waitUntil } from '../../support/wait-until.js';

const anyPort = { host: '127.0.0.1', port: 0 };

describe('the health pages', () => {
  let unreadiness: string | undefined;
  let metrics = async () => ({ contentType: 'text/plain; version=0.0.4', text: 'a 1\n' });
  const problems: string[] = [];
  let server: HealthServer;

  beforeEach(async () => {
    unreadiness = undefined;
    metrics = async () => ({ contentType: 'text/plain; version=0.0.4', text: 'a 1\n' });
    problems.length = 0;
    server = await startHealthServer(anyPort, {
      unreadiness: () => unreadiness,
      metrics: () => metrics(),
      onProblem: (message) => void problems.push(message),
    });
  });

  afterEach(() => server.close());

  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${server.url}${path}`, init);
    return { status: response.status, text: await response.text(), headers: response.headers };
  };

  function open(): Socket {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    return socket;
  }

  it('say that the process lives, whatever else', async () => {
    unreadiness = 'draining';
    expect(await ask('/livez')).toMatchObject({ status: 200, text: 'ok\n' });
  });

  it('say whether requests should come, and why not', async () => {
    expect(await ask('/readyz')).toMatchObject({ status: 200, text: 'ok\n' });
    unreadiness = 'draining';
    expect(await ask('/readyz?verbose')).toMatchObject({ status: 503, text: 'draining\n' });
  });

  it('show the metrics, as what they are', async () => {
    const { status, text, headers } = await ask('/metrics');
    expect([status, text, headers.get('content-type')]).toEqual([200, 'a 1\n', 'text/plain; version=0.0.4']);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('answer HEAD with the headers alone', async () => {
    const { status, text, headers } = await ask('/metrics', { method: 'HEAD' });
    expect([status, text, headers.get('content-length')]).toEqual([200, '', '4']);
    unreadiness = 'starting';
    expect((await ask('/readyz', { method: 'HEAD' })).status).toBe(503);
  });

  it.each(['/', '/metrics/', '/healthz', '/__proto__', '/toString', '//livez', '/%00'])(
    'know no page %s',
    async (path) => {
      expect(await ask(path)).toMatchObject({
        status: 404,
        text: 'no such page; there are /livez, /readyz, /metrics\n',
      });
    },
  );

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuse %s, and say what there is', async (method) => {
    const { status, headers } = await ask('/livez', { method, ...(method === 'OPTIONS' ? {} : { body: 'x' }) });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('tell of metrics that cannot be made, and go on', async () => {
    metrics = () => Promise.reject(new Error('no memory'));
    expect(await ask('/metrics')).toMatchObject({ status: 500, text: 'the page could not be made\n' });
    expect(problems).toEqual(['a page for 127.0.0.1 failed: no memory']);
    expect((await ask('/livez')).status).toBe(200);
  });

  it('are there beside 200 clients that say nothing', async () => {
    const silent = Array.from({ length: 200 }, open);
    await Promise.all(silent.map((socket) => once(socket, 'connect')));
    expect((await ask('/livez')).status).toBe(200);
    // The oldest ones are sent away.
    await waitUntil(() => silent.slice(0, 100).every(({ destroyed }) => destroyed));
    for (const socket of silent) socket.destroy();
  });

  it('do not wait for one that is slow with its headers, nor take any number of them', async () => {
    const slow = open();
    slow.write('GET /livez HTTP/1.1\r\nHost: a\r\nX-A: ');
    const large = open();
    large.write(`GET /livez HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(10_000)}\r\n\r\n`);
    const [told] = await once(large, 'data');
    expect(String(told)).toMatch(/^HTTP\/1\.1 431 /);
    const [late] = await once(slow, 'data');
    expect(String(late)).toMatch(/^HTTP\/1\.1 408 /);
    await once(slow, 'close');
  }, 15_000);

  it('read no body without end', async () => {
    const socket = open();
    socket.write('POST /metrics HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    const closed = once(socket, 'close');
    const feed = setInterval(() => socket.write('1\r\na\r\n'), 10);
    const [told] = await once(socket, 'data');
    expect(String(told)).toMatch(/^HTTP\/1\.1 405 /);
    await closed;
    clearInterval(feed);
  });

  it.each(['\x00\x01\x02\r\n\r\n', 'GET\r\n\r\n', 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'])(
    'get rid of what is no request of theirs: %j',
    async (text) => {
      const socket = open();
      socket.end(text);
      socket.resume();
      await once(socket, 'close');
      expect((await ask('/livez')).status).toBe(200);
    },
  );

  it('close at once, whoever is connected', async () => {
    const socket = open();
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    await Promise.race([server.close(), delay(2_000).then(() => Promise.reject(new Error('it waits')))]);
    await closed;
  });
});

describe('where the health pages are', () => {
  const pages = {
    unreadiness: () => undefined,
    metrics: async () => ({ contentType: '', text: '' }),
    onProblem: () => undefined,
  };

  it('is told for this machine, where they are on every address of it', async () => {
    const server = await startHealthServer({ host: '0.0.0.0', port: 0 }, pages);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    await server.close();
  });

  it('is not where another program listens', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    await expect(startHealthServer({ host: '127.0.0.1', port }, pages)).rejects.toMatchObject({
      kind: 'connection',
      message: `cannot listen on 127.0.0.1:${port}: the port is in use`,
      hint: 'another program listens there; --health 0 picks a free port',
    });
    other.close();
  });

  it('is no address of another machine', async () => {
    await expect(startHealthServer({ host: '192.0.2.1', port: 0 }, pages)).rejects.toMatchObject({
      kind: 'connection',
      message: 'cannot listen on 192.0.2.1:0: it is no address of this machine',
    });
  });
});
