import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../src/connection/index.js';
import { planFor } from './planning.js';
import { connected, startOwnServer, welcome } from './serving.js';

/** Takes the messages of a subject; `texts` are their payloads. */
function take(connection: Connection, subject: string, queue?: string) {
  const texts: string[] = [];
  const waiting: (() => void)[] = [];
  const end = connection.takeMessages(subject, queue, {
    onChunk: () => undefined,
    onMessage(bytes, _subjectStart, _subjectEnd, start, _headerBytes, size) {
      texts.push(bytes.toString('latin1', start, start + size));
      for (const resolve of waiting.splice(0)) resolve();
    },
  });
  const next = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
  return { texts, end, next };
}

/** Starts a server that says something when it is asked for the messages of a subject. */
function startTeller(tell: (socket: Socket, subject: string, sid: string, connection: number) => void) {
  let connections = 0;
  const lines: string[] = [];
  const server = startOwnServer((socket) => {
    connections += 1;
    const connection = connections;
    welcome(socket, (line) => {
      lines.push(line);
      const [word, subject = '', ...rest] = line.split(' ');
      if (word === 'SUB') tell(socket, subject, rest.at(-1) ?? '', connection);
    });
  });
  return { server, lines };
}

describe('messages that are taken before nats.js reads them', () => {
  it('come as they stand on the wire, with all else left to nats.js', async () => {
    const { server: starting, lines } = startTeller((socket, subject, sid) => {
      if (subject === 'b') socket.write(`MSG a 1 1\r\nx\r\nPING\r\nMSG b ${sid} 2\r\nhi\r\nMSG a 1 1\r\ny\r\n`);
    });
    await using server = await starting;
    await using connection = await connected(planFor(server.url));
    const taken = take(connection, 'a', 'q');
    const heard = new Promise((resolve) => {
      connection.nats.subscribe('b', { callback: (_error, message) => resolve(message.string()) });
    });
    expect(await heard).toBe('hi');
    await connection.confirm();
    expect(taken.texts).toEqual(['x', 'y']);
    expect(lines).toContain('SUB a q 1');
    expect(lines).toContain('PONG');
  });

  it('are asked for before the frames that are sent next', async () => {
    const { server: starting, lines } = startTeller(() => undefined);
    await using server = await starting;
    await using connection = await connected(planFor(server.url));
    lines.length = 0;
    take(connection, 'a');
    connection.send(Buffer.from('PUB a 1\r\nx\r\n'), connection.epoch());
    await connection.confirm();
    expect(lines.filter((line) => line !== 'PING')).toEqual(['SUB a 1', 'PUB a 1', 'x']);
  });

  it('are nobody’s after their end', async () => {
    const { server: starting, lines } = startTeller((socket, subject) => {
      if (subject === 'b') socket.write('MSG a 1 1\r\nx\r\n');
    });
    await using server = await starting;
    await using connection = await connected(planFor(server.url));
    const taken = take(connection, 'a');
    taken.end();
    taken.end();
    take(connection, 'b');
    await connection.confirm();
    expect(taken.texts).toEqual([]);
    expect(lines.filter((line) => line.startsWith('UNSUB'))).toEqual(['UNSUB 1']);
  });

  it('come also where they are asked for while nats.js is in the middle of a message', async () => {
    const { server: starting } = startTeller((socket, subject, sid) => {
      if (subject === 'b') {
        socket.write(`MSG b ${sid} 1\r\nx\r\nMSG b ${sid} 8\r\nab\r\n`);
        setImmediate(() => socket.write('cdef\r\nPING\r\n'));
      } else socket.write(`MSG a ${sid} 1\r\ny\r\n`);
    });
    await using server = await starting;
    await using connection = await connected(planFor(server.url));
    const heard: string[] = [];
    let taken: ReturnType<typeof take> | undefined;
    const both = new Promise<void>((resolve) => {
      connection.nats.subscribe('b', {
        callback(_error, message) {
          heard.push(message.string());
          taken ??= take(connection, 'a');
          if (heard.length === 2) resolve();
        },
      });
    });
    await both;
    await connection.confirm();
    expect(heard).toEqual(['x', 'ab\r\ncdef']);
    expect(taken?.texts).toEqual(['y']);
  });

  it('come from the next server as well, without the half one of the last', async () => {
    const { server: starting } = startTeller((socket, _subject, sid, connection) => {
      if (connection === 1) socket.write(`MSG a ${sid} 1\r\nx\r\nMSG a ${sid} 9\r\nhalf`);
      else socket.write(`MSG a ${sid} 3\r\nnew\r\n`);
    });
    await using server = await starting;
    await using connection = await connected(planFor(server.url));
    const taken = take(connection, 'a');
    await taken.next();
    const back = once(connection.events, 'reconnected');
    for (const socket of server.sockets) socket.destroy();
    await back;
    await connection.confirm();
    expect(taken.texts).toEqual(['x', 'new']);
  });

  it.each(['MSG a 1 1\r\nxyz\r\n', 'MSG a one 1\r\nx\r\n', 'HTTP/1.1 400 Bad Request\r\n', 'XYZ\r\n'])(
    'end the connection where they are none: %j',
    async (bytes) => {
      const { server: starting } = startTeller((socket, subject, sid, connection) => {
        if (connection === 1 && subject === 'b') socket.write(bytes);
        if (connection === 2 && subject === 'a') socket.write(`MSG a ${sid} 1\r\ny\r\n`);
      });
      await using server = await starting;
      await using connection = await connected(planFor(server.url));
      const taken = take(connection, 'a');
      const lost = once(connection.events, 'disconnected');
      const back = once(connection.events, 'reconnected');
      take(connection, 'b');
      await lost;
      await back;
      await connection.confirm();
      expect(taken.texts).toEqual(['y']);
    },
  );
});
