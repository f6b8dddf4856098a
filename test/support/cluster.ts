import { connect } from 'nats';
import { type NatsServer, startNatsServer } from './nats-server.js';
import { waitUntil } from './wait-until.js';

/** Servers that pass each other's messages on. `await using` ends them all. */
export interface Cluster extends AsyncDisposable {
  readonly servers: readonly NatsServer[];
}

/** For what a busy machine takes. */
const PATIENCE = { timeout: 20_000, interval: 50 };

/** Starts a cluster of so many servers; resolves when each knows all. */
export async function startCluster(size: number): Promise<Cluster> {
  const servers: NatsServer[] = [];
  const end = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  };
  try {
    const routes: string[] = [];
    for (let index = 1; index <= size; index++) {
      const cluster = `name: test, listen: "127.0.0.1:-1", routes: [${routes.join(', ')}]`;
      const server = await startNatsServer({ config: `server_name: node-${index}\ncluster { ${cluster} }` });
      servers.push(server);
      const port = await waitUntil(() => routePort(server), PATIENCE);
      routes.push(`"nats://127.0.0.1:${port}"`);
    }
    for (const server of servers) await waitUntil(async () => (await countKnown(server)) === size, PATIENCE);
  } catch (error) {
    await end();
    throw error;
  }
  return { servers, [Symbol.asyncDispose]: end };
}

function routePort(server: NatsServer): string | undefined {
  return /Listening for route connections on .*:(\d+)$/m.exec(server.log())?.[1];
}

/** How many servers it tells its clients of. */
async function countKnown(server: NatsServer): Promise<number> {
  const client = await connect({ servers: server.url });
  const { connect_urls: known = [] } = client.info ?? {};
  await client.close();
  return known.length;
}
