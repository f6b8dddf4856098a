import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { startServer } from '../../src/server/index.js';
import { createCertificates } from '../support/tls.js';

describe('slabs that are used again', () => {
  it('are not written to before TLS has taken what was in them', async () => {
    const files = await createCertificates();
    const server = await startServer({
      port: 0,
      tls: { cert: readFileSync(files.server.cert, 'utf8'), key: readFileSync(files.server.key, 'utf8'), first: true },
    });
    const dial = async (): Promise<TLSSocket> => {
      const socket = connect({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false });
      await once(socket, 'data');
      return socket;
    };
    const subscriber = await dial();
    subscriber.write('CONNECT {}\r\nSUB a 1\r\nPING\r\n');
    await once(subscriber, 'data');
    const chunks: Buffer[] = [];
    subscriber.on('data', (chunk: Buffer) => chunks.push(chunk));
    const publisher = await dial();
    const expected: string[] = [];
    for (let message = 0; message < 3_000; message++) {
      const payload = String.fromCharCode(97 + (message % 26)).repeat(
        (message * 7_919) % (message % 50 === 0 ? 60_000 : 900),
      );
      expected.push(`MSG a 1 ${payload.length}\r\n${payload}\r\n`);
      if (!publisher.write(`PUB a ${payload.length}\r\n${payload}\r\n`)) await once(publisher, 'drain');
    }
    const length = expected.join('').length;
    while (chunks.reduce((sum, chunk) => sum + chunk.length, 0) < length) await once(subscriber, 'data');
    expect(Buffer.concat(chunks).toString('latin1') === expected.join('')).toBe(true);
    subscriber.destroy();
    publisher.destroy();
    await server.stop();
  });
});
