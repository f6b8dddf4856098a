import { connect, Events } from 'nats';
import { describe, expect, it } from 'vitest';
import { startServer } from '../../src/server/index.js';
import { watchWaiting } from '../support/waiting.js';
import { connect as connectLine, lines, QUIET } from './cases/raw-case.js';
import { RawClient } from './raw-client.js';

describe('stop', () => {
  it('tells clients that know of later INFOs, and closes all', async () => {
    const server = await startServer({ port: 0 });
    await using knowing = await RawClient.connect(server.port);
    await knowing.send(connectLine({ protocol: 1 }));
    await knowing.sync();
    await using plain = await RawClient.connect(server.port);
    await plain.send(QUIET);
    await plain.sync();
    await server.stop();
    await Promise.all([knowing.closed(), plain.closed()]);
    const info = { proto: 1, headers: true, max_payload: 1_048_576 };
    expect(knowing.answer).toBe(
      lines(
        `INFO ${JSON.stringify({ ...info, connect_info: true })}`,
        `INFO ${JSON.stringify({ ...info, ldm: true })}`,
      ),
    );
    expect(plain.answer).toBe('');
  });

  it('sends what is on its way first', async () => {
    const server = await startServer({ port: 0 });
    await using listener = await RawClient.connect(server.port);
    await listener.send(QUIET + lines('SUB a 1'));
    await listener.sync();
    await using publisher = await RawClient.connect(server.port);
    await publisher.send(QUIET);
    await publisher.sync();
    const payload = 'x'.repeat(100_000);
    await publisher.send(lines(`PUB a ${payload.length}`, payload).repeat(20));
    await publisher.sync();
    await server.stop();
    await listener.closed();
    expect(listener.answer).toBe(lines(`MSG a 1 ${payload.length}`, payload).repeat(20));
  });

  it('accepts nobody afterwards, and may be repeated', async () => {
    const server = await startServer({ port: 0, http: { host: '127.0.0.1', port: 0 } });
    const { port, httpPort } = server;
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    await expect(RawClient.connect(port)).rejects.toThrow('ECONNREFUSED');
    await expect(fetch(`http://127.0.0.1:${httpPort}/healthz`)).rejects.toThrow();
    // The port is free again.
    await (await startServer({ port })).stop();
  });

  it('waits a second at most for clients that do not read', async () => {
    const server = await startServer({ port: 0 });
    await using deaf = await RawClient.connect(server.port);
    await deaf.send(QUIET + lines('SUB a 1'));
    await deaf.sync();
    deaf.socket.pause();
    await using publisher = await RawClient.connect(server.port);
    const payload = 'x'.repeat(1_000_000);
    await publisher.send(QUIET + lines(`PUB a ${payload.length}`, payload).repeat(20));
    await publisher.sync();
    const endWatch = watchWaiting(() => [process.pid]);
    const began = performance.now();
    await server.stop();
    expect(performance.now() - began).toBeLessThan(2_000 + endWatch());
  });

  it('is a lame duck to nats.js, which then sees it go', async () => {
    const server = await startServer({ port: 0 });
    const client = await connect({ servers: server.url, reconnect: false });
    await client.flush();
    const status = client.status()[Symbol.asyncIterator]();
    const stopped = server.stop();
    for (let type: string | undefined; type !== Events.LDM; ) type = (await status.next()).value?.type;
    await Promise.all([stopped, client.closed()]);
  });
});
