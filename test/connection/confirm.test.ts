import { expect, it } from 'vitest';
import type { Connection } from '../../src/connection/index.js';
import { CliError } from '../../src/errors.js';
import { planFor } from './planning.js';
import { connected, greetAndRead, startOwnServer } from './serving.js';

const CLIENTS = 20;
const MESSAGES = 12;

it('confirms nothing that the server did not get, however often it goes away', async () => {
  const received = new Set<string>();
  const confirmed: string[] = [];
  let lost = 0;
  let lines = 0;
  await using server = await startOwnServer((socket) => {
    let welcomed = false;
    greetAndRead(socket, (line) => {
      if (socket.destroyed) return;
      if (welcomed) lines += 1;
      // Goes away in all places: before a message, before its bytes, behind them, before the PONG.
      if (welcomed && lines % 11 === 0) socket.destroy();
      else if (line.startsWith('id-')) received.add(line);
      else if (line === 'PING') {
        welcomed = true;
        socket.write('PONG\r\n');
      }
    });
  });

  const publishAll = async (connection: Connection, client: number): Promise<void> => {
    for (let message = 0; message < MESSAGES; message++) {
      const id = `id-${client}-${message}`;
      const since = connection.epoch();
      connection.nats.publish('a', id);
      try {
        await connection.confirm(since);
        confirmed.push(id);
      } catch (error) {
        if (!(error instanceof CliError && error.kind === 'connection')) throw error;
        lost += 1;
      }
    }
  };
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      await using connection = await connected(planFor(server.url));
      await publishAll(connection, client);
    }),
  );
  expect(confirmed.filter((id) => !received.has(id))).toEqual([]);
  expect(confirmed.length + lost).toBe(CLIENTS * MESSAGES);
  expect(confirmed.length).toBeGreaterThan(CLIENTS);
  expect(lost).toBeGreaterThan(CLIENTS / 2);
});

it('confirms what came before the disconnect only if it was asked then', async () => {
  await using server = await startOwnServer((socket) => {
    greetAndRead(socket, (line) => {
      if (line === 'PING') socket.write('PONG\r\n');
    });
  });
  await using connection = await connected(planFor(server.url));
  const since = connection.epoch();
  connection.nats.publish('a', 'x');
  await connection.confirm(since);
  await connection.confirm(since);
  const back = new Promise((resolve) => connection.events.once('reconnected', resolve));
  for (const socket of server.sockets) socket.destroy();
  await back;
  await expect(connection.confirm(since)).rejects.toMatchObject({ kind: 'connection' });
  await connection.confirm();
});
