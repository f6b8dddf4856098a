import { readFileSync } from 'node:fs';
import { type LogLevel, type ServerAuth, startServer } from '../../src/server/index.js';
import { startNatsServer } from '../support/nats-server.js';
import { type Certificates, tlsConfig } from '../support/tls.js';
import { tools } from '../support/tools.js';

/** How a server is to be, in words that every target understands. */
export interface TargetOptions {
  readonly auth?: ServerAuth;
  readonly tls?: { readonly files: Certificates; readonly verify?: boolean; readonly first?: boolean };
  readonly maxPayload?: number;
  readonly authTimeoutMs?: number;
  readonly pingIntervalMs?: number;
  readonly monitor?: boolean;
  /** Default: a free one. */
  readonly port?: number;
}

export interface RunningTarget extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly monitorUrl: string;
  log(): string;
  /** Ends it in order. */
  stop(): Promise<void>;
}

export type TargetName = 'embedded' | 'nats-server' | 'nats-server 2.9';

/** A server that behaves as nats-server does, or is it. */
export interface Target {
  readonly name: TargetName;
  /** For want of its program. */
  readonly isMissing: boolean;
  start(options?: TargetOptions): Promise<RunningTarget>;
}

export const targets: readonly Target[] = [
  { name: 'embedded', isMissing: false, start: startEmbedded },
  natsServer('nats-server', tools.natsServer.path),
  natsServer('nats-server 2.9', tools.natsServerOld.path),
];

async function startEmbedded(options: TargetOptions = {}): Promise<RunningTarget> {
  const { auth, tls, maxPayload, authTimeoutMs, pingIntervalMs, monitor = false, port = 0 } = options;
  const lines: string[] = [];
  const server = await startServer({
    port,
    ...(auth && { auth }),
    ...(tls && {
      tls: {
        cert: readFileSync(tls.files.server.cert, 'utf8'),
        key: readFileSync(tls.files.server.key, 'utf8'),
        ca: tls.verify ? readFileSync(tls.files.ca, 'utf8') : undefined,
        first: tls.first,
      },
    }),
    ...(monitor && { http: { host: '127.0.0.1', port: 0 } }),
    limits: {
      ...(maxPayload && { maxPayload }),
      ...(authTimeoutMs && { authTimeoutMs }),
      ...(pingIntervalMs && { pingIntervalMs }),
    },
    log: (level: LogLevel, message: string) => void lines.push(`${level} ${message}`),
  });
  return {
    url: server.url.replace('tls:', 'nats:'),
    port: server.port,
    monitorUrl: `http://127.0.0.1:${server.httpPort}`,
    log: () => lines.join('\n'),
    stop: () => server.stop(),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

function natsServer(name: TargetName, path: string | undefined): Target {
  return {
    name,
    isMissing: path === undefined,
    async start(options = {}) {
      const { monitor = false, port } = options;
      const server = await startNatsServer({
        binary: path ?? '',
        config: configOf(options),
        monitor,
        ...(port && { port }),
      });
      return {
        url: server.url,
        port: server.port,
        monitorUrl: server.monitorUrl ?? '',
        log: () => server.log(),
        stop: () => server.stop(),
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
      };
    },
  };
}

function configOf({ auth, tls, maxPayload, authTimeoutMs, pingIntervalMs }: TargetOptions): string {
  const timeout = authTimeoutMs === undefined ? '' : `timeout: ${authTimeoutMs / 1000}`;
  const lines = [
    auth?.kind === 'user' && `authorization { user: "${auth.user}", password: "${auth.password}", ${timeout} }`,
    auth?.kind === 'token' && `authorization { token: "${auth.token}", ${timeout} }`,
    tls && tlsConfig(tls.files, { verify: tls.verify === true, handshakeFirst: tls.first === true }),
    maxPayload && `max_payload: ${maxPayload}`,
    pingIntervalMs && `ping_interval: "${pingIntervalMs}ms"`,
  ];
  return lines.filter(Boolean).join('\n');
}
