import { createServer, type Server, type Socket } from 'node:net';
import { describe } from 'vitest';
import { type Connection, type ConnectionPlan, connect } from '../../src/connection/index.js';
import { randomPort } from '../support/ports.js';
import { tools } from '../support/tools.js';

/** A nats-server that natsctl must work with. */
export interface ServerKind {
  readonly binary: string;
  /** 2.10 and later have `handshake_first`. */
  readonly doesTlsFirst: boolean;
}

/** Describes what holds with each nats-server that natsctl must work with. */
export function describeOnEachServer(what: string, tests: (server: ServerKind) => void): void {
  for (const name of ['natsServer', 'natsServerOld'] as const) {
    const tool = tools[name];
    describe.skipIf(tool.path === undefined)(`${what} (${tool.name})`, () => {
      if (tool.path !== undefined) tests({ binary: tool.path, doesTlsFirst: name === 'natsServer' });
    });
  }
}

/** A connection that the end of the block closes. */
export async function connected(plan: ConnectionPlan): Promise<Connection & AsyncDisposable> {
  const connection = await connect(plan);
  return { ...connection, [Symbol.asyncDispose]: () => connection.close() };
}

/** Connects, has the server answer, and closes. */
export async function roundTrip(plan: ConnectionPlan): Promise<void> {
  await using connection = await connected(plan);
  await connection.confirm();
}

/** A server of the test's own making on 127.0.0.1; the end of the block ends it and its sockets. */
export interface OwnServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Those that are open. */
  readonly sockets: ReadonlySet<Socket>;
}

/** Starts a server that does with each connection as the test says. */
export async function startOwnServer(onConnection: (socket: Socket) => void): Promise<OwnServer> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    url: `nats://127.0.0.1:${port}`,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port of 127.0.0.1 where nothing listens, nor will by chance, see {@link randomPort}. */
export async function unusedPort(): Promise<number> {
  for (;;) {
    const port = randomPort();
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** An INFO line as nats-server sends it. */
export function info(fields: Readonly<Record<string, unknown>> = {}): string {
  const all = { server_id: 'A', version: '2.10.0', proto: 1, headers: true, max_payload: 1_048_576, ...fields };
  return `INFO ${JSON.stringify(all)} \r\n`;
}

/** Greets, and hands on each line that the client sends; payloads without line ends are lines as well. */
export function greetAndRead(socket: Socket, onLine: (line: string) => void, greeting = info()): void {
  let rest = '';
  socket.on('data', (chunk) => {
    const lines = (rest + chunk.toString('latin1')).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  socket.write(greeting);
}

/** Greets, and answers each PING: all that a client needs to be connected. */
export function welcome(socket: Socket, onLine: (line: string) => void = () => undefined): void {
  greetAndRead(socket, (line) => {
    onLine(line);
    if (line === 'PING') socket.write('PONG\r\n');
  });
}
