import { describe, expect, it } from 'vitest';
import { startNatsServer } from '../support/nats-server.js';
import { createCertificates, tlsConfig } from '../support/tls.js';
import { tools } from '../support/tools.js';
import { planFor } from './planning.js';
import { connected, startOwnServer, welcome } from './serving.js';

const FRAMES = Buffer.from(`PUB a 65500\r\n${'x'.repeat(65_500)}\r\n`);
/** More than the buffers of two sockets hold. */
const MANY = 1_000;

describe('frames that are sent as they are', () => {
  it('come before the PING of the confirmation', async () => {
    const lines: string[] = [];
    await using server = await startOwnServer((socket) => welcome(socket, (line) => lines.push(line)));
    await using connection = await connected(planFor(server.url));
    lines.length = 0;
    connection.send(Buffer.from('PUB a 1\r\nx\r\n'), connection.epoch());
    await connection.confirm();
    expect(lines).toEqual(['PUB a 1', 'x', 'PING']);
  });

  it('are to wait while the server takes none, until it does', async () => {
    await using server = await startOwnServer((socket) => welcome(socket));
    await using connection = await connected(planFor(server.url));
    for (const socket of server.sockets) socket.pause();
    let room: Promise<void> | undefined;
    let sent = 0;
    for (; room === undefined && sent < MANY; sent++) room = connection.send(FRAMES, connection.epoch());
    expect(sent).toBeLessThan(MANY);
    // Whoever asks meanwhile waits for the same.
    expect(connection.send(FRAMES, connection.epoch())).toBe(room);
    for (const socket of server.sockets) socket.resume();
    await room;
    await connection.confirm();
    expect(connection.send(FRAMES, connection.epoch())).toBeUndefined();
  });

  it('are not waited for where the server goes away, and none is sent after that, nor after a reconnect', async () => {
    const lines: string[] = [];
    await using server = await startOwnServer((socket) => welcome(socket, (line) => lines.push(line)));
    await using connection = await connected(planFor(server.url));
    const since = connection.epoch();
    for (const socket of server.sockets) socket.pause();
    let room: Promise<void> | undefined;
    while (room === undefined) room = connection.send(FRAMES, since);
    const back = new Promise((resolve) => connection.events.once('reconnected', resolve));
    for (const socket of server.sockets) socket.destroy();
    await room;
    expect(() => connection.send(FRAMES, since)).toThrow(expect.objectContaining({ kind: 'connection' }));
    await back;
    lines.length = 0;
    expect(() => connection.send(FRAMES, since)).toThrow(expect.objectContaining({ kind: 'connection' }));
    connection.send(Buffer.from('PUB a 1\r\nx\r\n'), connection.epoch());
    await connection.confirm();
    expect(lines).toEqual(['PUB a 1', 'x', 'PING']);
  });

  it.skipIf(tools.natsServer.path === undefined)(
    'go through TLS as well, more of them than fit its buffers',
    async () => {
      const certificates = await createCertificates();
      await using server = await startNatsServer({ config: tlsConfig(certificates) });
      const { port } = server;
      await using connection = await connected(planFor(`tls://127.0.0.1:${port}`, { tlsca: certificates.ca }));
      connection.nats.subscribe('a', { callback: () => undefined });
      await connection.confirm();
      let waits = 0;
      for (let sent = 0; sent < MANY; sent++) {
        const room = connection.send(FRAMES, connection.epoch());
        if (room !== undefined) waits += 1;
        await room;
      }
      await connection.confirm();
      expect(connection.nats.stats().inMsgs).toBe(MANY);
      expect(waits).toBeGreaterThan(0);
    },
  );
});
