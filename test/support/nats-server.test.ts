import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { connect, ErrorCode, Events } from 'nats';
import { describe, expect, it } from 'vitest';
import { startNatsServer } from './nats-server.js';
import { isAlive } from './processes.js';
import { natsServers } from './tools.js';
import { waitUntil } from './wait-until.js';

for (const { name, path: binary } of natsServers) {
  describe.skipIf(binary === undefined)(`startNatsServer with ${name}`, () => {
    const options = { binary: binary ?? '' };

    it('accepts connections and tells its own ports', async () => {
      await using server = await startNatsServer({ ...options, monitor: true });
      const client = await connect({ servers: server.url, name: 'harness' });
      expect(client.info?.port).toBe(server.port);
      const connections = await (await fetch(`${server.monitorUrl}/connz`)).json();
      expect(connections).toMatchObject({ connections: [{ name: 'harness' }] });
      await client.close();
    });

    it('keeps its port over stop, kill and restart, so that clients come back', async () => {
      await using server = await startNatsServer(options);
      const { port, pid } = server;
      const client = await connect({ servers: server.url, reconnectTimeWait: 50, maxReconnectAttempts: -1 });
      const statuses = client.status()[Symbol.asyncIterator]();
      const reconnected = async () => {
        while ((await statuses.next()).value?.type !== Events.Reconnect);
      };

      await server.stop();
      await expect(connect({ servers: server.url })).rejects.toMatchObject({ code: ErrorCode.ConnectionRefused });
      await server.restart();
      await reconnected();
      await server.kill();
      await server.restart();
      await reconnected();
      await server.restart();
      await reconnected();

      expect(server.port).toBe(port);
      expect(server.pid).not.toBe(pid);
      expect(server.log().match(/Server is ready/g)).toHaveLength(4);
      await client.close();
    });

    it('comes back on its port although another socket was on it for a moment', async () => {
      await using server = await startNatsServer(options);
      await server.stop();
      const squatter = createServer().listen(server.port, '127.0.0.1');
      await once(squatter, 'listening');
      const restarted = server.restart();
      await waitUntil(() => server.log().includes('address already in use'));
      squatter.close();
      await restarted;
      await (await connect({ servers: server.url })).close();
    });

    it('falls silent when suspended and answers again when resumed', async () => {
      await using server = await startNatsServer(options);
      const client = await connect({ servers: server.url });
      server.suspend();
      const roundTrip = client.flush().then(() => 'answered');
      await expect(connect({ servers: server.url, timeout: 200 })).rejects.toMatchObject({ code: ErrorCode.Timeout });
      expect(await Promise.race([roundTrip, 'silent'])).toBe('silent');
      server.resume();
      expect(await roundTrip).toBe('answered');
      await client.close();
    });

    it('ends even when suspended', async () => {
      await using server = await startNatsServer(options);
      server.suspend();
      await server.stop();
      expect(isAlive(server.pid)).toBe(false);
    });

    it('takes a config, and another one at a restart', async () => {
      await using server = await startNatsServer({ ...options, config: 'authorization { token: first }' });
      await (await connect({ servers: server.url, token: 'first' })).close();
      await server.restart('authorization { token: second }');
      await (await connect({ servers: server.url, token: 'second' })).close();
    });

    it('keeps the files of JetStream to itself', async () => {
      await using server = await startNatsServer({ ...options, args: ['-js'] });
      const client = await connect({ servers: server.url });
      const streams = await client.jetstreamManager();
      await streams.streams.add({ name: 'orders', subjects: ['orders.>'] });
      await client.close();
      const store = /Store Directory:\s+"(.*)"/.exec(server.log())?.[1] ?? '';
      expect(existsSync(store)).toBe(true);
      await server[Symbol.asyncDispose]();
      expect(existsSync(store)).toBe(false);
    });

    it('rejects with the log of a server that does not start', async () => {
      await expect(startNatsServer({ ...options, config: 'port: [' })).rejects.toThrow(/Parse error on line 1/);
    });
  });
}
