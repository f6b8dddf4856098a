import { createServer, type Socket } from 'node:net';
import { bracketed, isAnywhere, listen } from '../lifecycle/index.js';
import { createAdmission } from './admission.js';
import { Client } from './client.js';
import { createInfo } from './info.js';
import type { Monitor } from './monitor.js';
import { DEFAULT_LIMITS, type ServerLimits, type ServerOptions } from './options.js';
import { ServerState } from './server-state.js';
import { createTlsAcceptor } from './tls.js';
import { createTracer } from './tracer.js';

/** A development server that listens. */
export interface RunningServer {
  /** How to reach it on this machine. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Where the monitoring pages are; undefined where there are none. */
  readonly httpPort: number | undefined;
  /** The clients there are now. */
  clients(): readonly Client[];
  /** Leaves everything that clients send unread and greets no new ones, as a server that hangs does. */
  pause(): void;
  resume(): void;
  /** Tells the clients, sends what is on its way, closes. Harmless when repeated. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const PORT = 4222;
/** How long clients may take at the end over what is on its way to them. */
const STOP_TIMEOUT_MS = 1_000;

/**
 * Starts a core NATS server in this process, for development and tests.
 *
 * @throws CliError `connection` where the port is in use or the address not ours; `usage` where the TLS texts
 *   are of no use
 */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const { host = HOST, auth, tls, http, log = () => undefined } = options;
  const limits = limitsOf(options);
  const info = createInfo(host, limits, auth, tls);
  const acceptTls = tls && (await createTlsAcceptor(tls, limits));
  const sockets = new Set<Socket>();
  /** Those that are no clients yet. */
  const strangers = new Set<Socket>();
  let stopping: Promise<void> | undefined;
  /** While the server is paused: new clients that it is not to notice yet. */
  let unnoticed: Array<() => void> | undefined;
  let connections = 0;
  let port = 0;
  let monitor: Monitor | undefined;

  const infoLine = (clientId: number, ip: string | undefined, extra: object): string =>
    `INFO ${JSON.stringify({ ...info, port, client_id: clientId, client_ip: ip, ...extra })} \r\n`;
  const state: ServerState = new ServerState({
    limits,
    requiresAuth: auth !== undefined,
    admits: await createAdmission(auth),
    infoFor: (client, extra) => infoLine(client.id, client.address.ip, extra),
    onClosed(client, reason, detail) {
      monitor?.remember(client, reason);
      if (!EXPECTED_ENDS.has(reason)) log('warn', `client ${client.id} (${describe(client)}): ${reason}${detail}`);
    },
    trace: options.trace && createTracer(options.trace),
  });

  const greet = async (socket: Socket): Promise<void> => {
    connections += 1;
    const id = connections;
    const greeting = infoLine(id, socket.remoteAddress, {});
    if (acceptTls === undefined) {
      strangers.delete(socket);
      state.admit(new Client(id, socket, state)).send(Buffer.from(greeting));
      return;
    }
    if (!tls?.first) {
      state.trace?.(id, 'out', greeting);
      socket.write(greeting);
    }
    const { remoteAddress } = socket;
    try {
      const secure = await acceptTls(socket);
      strangers.delete(socket);
      const client = state.admit(new Client(id, secure, state));
      if (tls?.first) client.send(Buffer.from(greeting));
    } catch (error) {
      if (stopping === undefined)
        log('warn', `client ${id} (${remoteAddress}): TLS Handshake Failure: ${(error as Error).message}`);
      socket.destroy();
    }
  };
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    strangers.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      strangers.delete(socket);
    });
    // What ends a socket is told by its close.
    socket.on('error', () => undefined);
    if (unnoticed === undefined) void greet(socket);
    else unnoticed.push(() => greet(socket));
  });

  const pings = setInterval(() => {
    const now = Date.now();
    if (unnoticed === undefined) for (const client of state.clients) client.checkAlive(now);
  }, limits.pingIntervalMs);
  pings.unref();

  async function stopAll(): Promise<void> {
    clearInterval(pings);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of strangers) socket.destroy();
    for (const client of state.clients) client.bidFarewell();
    const timer = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, STOP_TIMEOUT_MS);
    await closed;
    clearTimeout(timer);
    await monitor?.close();
  }
  const stop = (): Promise<void> => {
    stopping ??= stopAll();
    return stopping;
  };

  try {
    port = await listen(
      server,
      host,
      options.port ?? PORT,
      'another server may be running there; --port 0 picks a free port',
    );
    const identity = { info, port, started: new Date(), connections: () => connections };
    if (http !== undefined) {
      // Loaded here alone: node:http takes memory that most servers have no use for.
      const { startMonitor } = await import('./monitor.js');
      monitor = await startMonitor(http, identity, state);
    }
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    url: `${tls === undefined ? 'nats' : 'tls'}://${isAnywhere(host) ? HOST : bracketed(host)}:${port}`,
    host,
    port,
    httpPort: monitor?.port,
    clients: () => [...state.clients],
    pause() {
      unnoticed ??= [];
      state.pause();
    },
    resume() {
      const waiting = unnoticed ?? [];
      unnoticed = undefined;
      state.resume();
      for (const notice of waiting) notice();
    },
    stop,
  };
}

/** Ends that nobody need be told of. */
const EXPECTED_ENDS = new Set(['Client Closed', 'Server Shutdown']);

function limitsOf({ limits, maxPending, maxPayload }: ServerOptions): ServerLimits {
  return {
    ...DEFAULT_LIMITS,
    ...(maxPending !== undefined && { maxPending }),
    ...(maxPayload !== undefined && { maxPayload }),
    ...limits,
  };
}

/** For the log: what the client calls itself, quoted, since it may be anything; and where it is. */
function describe({ options: { name, lang, version }, address }: Client): string {
  const parts = [name && JSON.stringify(name), lang && JSON.stringify(lang), version && JSON.stringify(version)];
  return [...parts, address.ip].filter(Boolean).join(', ') || 'unknown';
}
