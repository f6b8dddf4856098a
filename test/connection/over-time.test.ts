import { once } from 'node:events';
import { expect, it } from 'vitest';
import { createOperator } from '../support/credentials.js';
import { startNatsServer } from '../support/nats-server.js';
import { natsServers } from '../support/tools.js';
import { watchWaiting } from '../support/waiting.js';
import { planFor } from './planning.js';
import { connected } from './serving.js';

// Each waits for seconds, so they all do at once.
for (const { name, path: binary } of natsServers) {
  const onServer = binary === undefined ? it.skip : it.concurrent;

  onServer(`notices a server that hangs within 10 s, and that it goes on (${name})`, async () => {
    await using server = await startNatsServer({ binary: binary as string });
    await using connection = await connected(planFor(server.url));
    const gone = once(connection.events, 'disconnected');
    const back = once(connection.events, 'reconnected');
    server.suspend();
    const suspended = performance.now();
    await gone;
    expect(performance.now() - suspended).toBeLessThan(10_000);
    server.resume();
    const endWatch = watchWaiting(() => [process.pid, server.pid]);
    const resumed = performance.now();
    await back;
    await connection.confirm();
    expect(performance.now() - resumed).toBeLessThan(2_000 + endWatch());
  });

  onServer(`closes the connection as refused where a user’s time runs out (${name})`, async () => {
    const operator = await createOperator();
    const user = await operator.createUser({ expiresAt: new Date(Date.now() + 3_000) });
    await using server = await startNatsServer({ binary: binary as string, config: operator.config });
    await using connection = await connected(planFor(server.url, { creds: user.credsFile }));
    await connection.confirm();
    expect(await connection.closed).toMatchObject({
      kind: 'authorization',
      message: expect.stringMatching(/refused the credentials \(.*\): creds .*\/user\.creds, from --creds$/),
    });
  });
}
