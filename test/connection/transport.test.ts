import { once } from 'node:events';
import { connect as dial, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startNatsServer } from '../support/nats-server.js';
import { createCertificates, tlsConfig } from '../support/tls.js';
import { failureOf, planFor } from './planning.js';
import { connected, describeOnEachServer, greetAndRead, info, startOwnServer, welcome } from './serving.js';

/** Writes the text in packets of their own, one a turn of the loop. */
async function dribble(socket: Socket, text: string): Promise<void> {
  socket.setNoDelay();
  for (const letter of text) {
    socket.write(letter);
    await new Promise(setImmediate);
  }
}

describe('the bytes of the protocol', () => {
  it('may come one at a time', async () => {
    await using server = await startOwnServer((socket) => {
      greetAndRead(
        socket,
        (line) => {
          if (line === 'PING') void dribble(socket, 'PONG\r\n');
          else if (line.startsWith('SUB a ')) void dribble(socket, `MSG a ${line.split(' ')[2]} 4\r\na\r\nb\r\n`);
        },
        '',
      );
      void dribble(socket, info());
    });
    await using connection = await connected(planFor(server.url));
    const body = new Promise((resolve) => {
      connection.nats.subscribe('a', { callback: (_error, message) => resolve(message.string()) });
    });
    expect(await body).toBe('a\r\nb');
    await connection.confirm();
  });

  it('may come all at once', async () => {
    await using server = await startOwnServer((socket) => {
      greetAndRead(socket, (line) => {
        if (line === 'PING') socket.write(`PING\r\n${info({ ldm: false })}+OK\r\nPONG\r\n`);
      });
    });
    await using connection = await connected(planFor(server.url));
    await connection.confirm();
  });

  it('may hold a long greeting of a large cluster before the login’s answer', async () => {
    const connect_urls = Array.from({ length: 500 }, (_, at) => `10.1.${at >> 8}.${at & 255}:4222`);
    await using server = await startOwnServer((socket) => {
      greetAndRead(socket, (line) => {
        if (line === 'PING') socket.write(`${info({ connect_urls })}PONG\r\n`);
      });
    });
    await using connection = await connected(planFor(server.url));
    expect(connection.server()).toBe(server.url);
    const seen = once(connection.events, 'disconnected');
    for (const socket of server.sockets) socket.destroy();
    await seen;
  });

  it('are read to their end before the end of the socket', async () => {
    await using server = await startOwnServer((socket) => {
      let pings = 0;
      greetAndRead(socket, (line) => {
        if (line !== 'PING') return;
        pings += 1;
        if (pings === 1) socket.write('PONG\r\n');
        else socket.end(`-ERR 'Permissions Violation for Publish to "a.b"'\r\nPONG\r\n`);
      });
    });
    await using connection = await connected(planFor(server.url));
    connection.nats.publish('a.b');
    expect(await failureOf(() => connection.confirm())).toMatchObject({
      kind: 'authorization',
      details: { subject: 'a.b' },
    });
  });

  it('tell the server who is there', async () => {
    const lines: string[] = [];
    await using server = await startOwnServer((socket) => welcome(socket, (line) => lines.push(line)));
    await using _connection = await connected(planFor(server.url, { user: 'me', password: 'pw' }));
    const [login = '', ...others] = lines;
    expect(others).toEqual(['PING']);
    expect(JSON.parse(login.replace(/^CONNECT /, ''))).toMatchObject({
      lang: 'natsctl',
      name: 'natsctl test',
      user: 'me',
      pass: 'pw',
      headers: true,
      no_responders: true,
    });
  });
});

describeOnEachServer('TLS', ({ binary }) => {
  it('drops bytes that came in plain behind the greeting', async () => {
    const certificates = await createCertificates();
    await using real = await startNatsServer({ binary, config: tlsConfig(certificates) });
    await using relay = await startOwnServer((socket) => {
      const upstream = dial(real.port, '127.0.0.1');
      upstream.once('data', (greeting) => {
        socket.write(Buffer.concat([greeting, Buffer.from(`-ERR 'Authorization Violation'\r\n`)]));
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => undefined).on('close', () => socket.destroy());
    });
    await using connection = await connected(planFor(relay.url, { tlsca: certificates.ca }));
    await connection.confirm();
  });
});

describe('a subscription’s callback that throws', () => {
  it('is a defect that shows, and leaves the connection to be made anew', async () => {
    await using server = await startOwnServer((socket) => {
      welcome(socket, (line) => {
        if (line.startsWith('PUB a ')) socket.write('MSG a 1 0\r\n\r\n');
      });
    });
    await using connection = await connected(planFor(server.url));
    connection.nats.subscribe('a', {
      callback: () => {
        throw new Error('a defect');
      },
    });
    const back = once(connection.events, 'reconnected');
    const shown = await uncaught(() => connection.nats.publish('a'));
    expect(shown).toMatchObject({ message: 'a defect' });
    await back;
    await connection.confirm();
  });
});

/** The next uncaught exception, which the test runner would take for a failure. */
async function uncaught(cause: () => void): Promise<unknown> {
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  try {
    const thrown = once(process, 'uncaughtException');
    cause();
    const [error] = await thrown;
    return error;
  } finally {
    for (const listener of listeners) process.on('uncaughtException', listener);
  }
}
