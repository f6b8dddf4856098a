import {
  type Connection,
  type ConnectionFlags,
  type ConnectionPlan,
  connect,
  planConnection,
} from '../../src/connection/index.js';

/** The plan of these flags alone: no environment, no context. */
export function planFor(server: string, flags: ConnectionFlags = {}): ConnectionPlan {
  return planConnection({ flags: { server, ...flags }, env: {}, home: '/nowhere', context: undefined, name: 'test' });
}

/** A connection that `await using` closes. */
export type OpenConnection = Connection & AsyncDisposable;

/** Connects to a server of a test. */
export async function connectTo(server: string, flags: ConnectionFlags = {}): Promise<OpenConnection> {
  const connection = await connect(planFor(server, flags));
  return { ...connection, [Symbol.asyncDispose]: () => connection.close() };
}
