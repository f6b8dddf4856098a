import { once } from 'node:events';
import { expect, it } from 'vitest';
import { startNatsServer } from '../support/nats-server.js';
import { plan, planFor } from './planning.js';
import { connected, describeOnEachServer, unusedPort } from './serving.js';

interface Connz {
  readonly connections: readonly { name: string; lang: string; version: string }[];
}

describeOnEachServer('an operator', ({ binary }) => {
  it('sees in the list of connections who is who', async () => {
    await using server = await startNatsServer({ binary, monitor: true });
    await using _worker = await connected(
      plan({ flags: { server: server.url }, name: 'natsctl serve greeter worker-2' }),
    );
    await using _named = await connected(planFor(server.url, { connectionName: 'mine – “€”' }));
    const connz = (await (await fetch(`${server.monitorUrl}/connz`)).json()) as Connz;
    expect(connz.connections.map(({ name }) => name).sort()).toEqual(['mine – “€”', 'natsctl serve greeter worker-2']);
    for (const { lang, version } of connz.connections) {
      expect(lang).toBe('natsctl');
      expect(version).toMatch(/^\d+\.\d+\.\d+/);
    }
  });

  it('may take one server of a cluster away: the next is told what this one was', async () => {
    const [route, firstPort] = [await unusedPort(), await unusedPort()];
    const config = (listen: number): string => `
      authorization { user: me, password: pw }
      cluster { name: c, listen: "127.0.0.1:${listen}", routes: ["nats://127.0.0.1:${route}"] }`;
    await using first = await startNatsServer({ binary, port: firstPort, config: config(route) });
    await using connection = await connected(planFor(`nats://me:pw@127.0.0.1:${first.port}`));
    const known = (async () => {
      for await (const status of connection.nats.status()) if (String(status.type) === 'update') return;
    })();
    await using second = await startNatsServer({ binary, config: config(await unusedPort()) });
    await known;
    const back = once(connection.events, 'reconnected');
    await first.stop();
    expect(await back).toEqual([second.url]);
    await connection.confirm();
    expect(connection.server()).toBe(second.url);
  });
});
