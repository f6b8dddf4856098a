import type { ConnectionOptions, NatsConnection } from 'nats';
import { type RunningServer, startServer as startCoreServer } from '../server/index.js';

/** How the server of a test is to be. */
export interface TestServerOptions {
  /** Default: a free port. */
  readonly port?: number;
  /** Asks clients for these credentials. */
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
}

/** A client as the server sees it. */
export interface TestConnection {
  readonly id: number;
  /** As the client calls itself; undefined where it has no name. */
  readonly name: string | undefined;
  /** The subjects that it listens to. */
  readonly subjects: readonly string[];
}

/** A NATS server in this process, for one test or a file of tests. */
export interface TestServer extends AsyncDisposable {
  /** What clients connect to: `nats://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  /**
   * Connects a client of the `nats` package, with the credentials that the server asks for. The server closes
   * it when it stops.
   */
  connect(options?: ConnectionOptions): Promise<NatsConnection>;
  /** The clients that are connected now. */
  connections(): readonly TestConnection[];
  /**
   * Cuts the clients of that name off, as a network that fails does: they reconnect if they do so at all.
   *
   * @returns how many there were
   */
  dropClient(name: string): number;
  /** Reads nothing more of what clients say, and greets no new ones, as a server that hangs does. */
  pause(): void;
  resume(): void;
  /** Closes the clients that {@link TestServer.connect} made, then the server. Harmless when repeated. */
  stop(): Promise<void>;
}

/**
 * Starts a core NATS server (no JetStream) in this process, on a free port of 127.0.0.1.
 *
 *     await using server = await startServer();
 *     const connection = await server.connect();
 *
 * @throws where `port` is in use, or what it is to ask for contradicts itself
 */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { port = 0, user, password, token } = options;
  if ((user === undefined) !== (password === undefined)) throw new TypeError('user and password go together');
  if (user !== undefined && token !== undefined) throw new TypeError('user and token exclude each other');
  const server: RunningServer = await startCoreServer({
    port,
    auth:
      token !== undefined
        ? { kind: 'token', token }
        : user !== undefined && password !== undefined
          ? { kind: 'user', user, password }
          : undefined,
  });
  const credentials = {
    ...(token === undefined ? {} : { token }),
    ...(user === undefined || password === undefined ? {} : { user, pass: password }),
  };
  const own: NatsConnection[] = [];
  const stopAll = async (): Promise<void> => {
    // One that is paused would not see them go.
    server.resume();
    await Promise.all(own.map((connection) => connection.close()));
    await server.stop();
  };
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= stopAll();
    return stopping;
  };
  return {
    url: server.url,
    port: server.port,
    async connect(connectionOptions = {}) {
      const { connect } = await import('nats');
      const connection = await connect({ servers: server.url, ...credentials, ...connectionOptions });
      own.push(connection);
      return connection;
    },
    connections: () =>
      server.clients().map(({ id, options: { name }, subscriptions }) => ({
        id,
        name,
        subjects: [...subscriptions.values()].map(({ subject }) => Buffer.from(subject, 'latin1').toString('utf8')),
      })),
    dropClient(name) {
      const dropped = server.clients().filter(({ options: { name: itsName } }) => itsName === name);
      for (const client of dropped) {
        // It is off the list at once, and not only when its socket has told of its end.
        client.close('Client Closed');
        client.socket.destroy();
      }
      return dropped.length;
    },
    pause: () => server.pause(),
    resume: () => server.resume(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
