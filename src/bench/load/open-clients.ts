import { type Connection, type ConnectionPlan, connect } from '../../connection/index.js';

/** As many connect at a time: a server that is met with a thousand handshakes at once lets some time out. */
const AT_A_TIME = 32;

/**
 * Opens so many connections.
 *
 * @throws CliError as of {@link connect}; those that are open are closed
 */
export async function openConnections(plan: ConnectionPlan, names: readonly string[]): Promise<readonly Connection[]> {
  const connections: Connection[] = [];
  let next = 0;
  let failure: unknown;
  const openSome = async (): Promise<void> => {
    while (next < names.length && failure === undefined) {
      const at = next;
      next += 1;
      try {
        connections[at] = await connect({ ...plan, name: names[at] as string });
      } catch (error) {
        failure ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, names.length) }, openSome));
  if (failure === undefined) return connections;
  await Promise.all(connections.filter(Boolean).map((connection) => connection.close()));
  throw failure;
}
