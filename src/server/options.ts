/** What a client must show to be let in. */
export type ServerAuth =
  | { readonly kind: 'user'; readonly user: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string };

/** PEM texts. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
  /** Asks clients for a certificate of this authority. */
  readonly ca?: string | undefined;
  /** The handshake comes before INFO. */
  readonly first?: boolean | undefined;
}

export type LogLevel = 'info' | 'warn';

/** How a server is to be; all but what is named has the value of nats-server. */
export interface ServerOptions {
  /** Default 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default 4222; 0 picks a free one. */
  readonly port?: number | undefined;
  readonly auth?: ServerAuth | undefined;
  readonly tls?: ServerTls | undefined;
  /** Where the monitoring pages are; none by default. */
  readonly http?: { readonly host: string; readonly port: number } | undefined;
  /** Bytes that may wait for one client before it is closed as a slow consumer. Default 64 MB. */
  readonly maxPending?: number | undefined;
  /** Bytes of headers and body in one message. Default 1 MB. */
  readonly maxPayload?: number | undefined;
  /** Other bounds than nats-server's, for tests. */
  readonly limits?: Partial<ServerLimits> | undefined;
  readonly log?: ((level: LogLevel, message: string) => void) | undefined;
  /** Shown the protocol both ways, line by line, secrets masked and control characters as they are. */
  readonly trace?: ((client: number, direction: 'in' | 'out', line: string) => void) | undefined;
}

/** The values by which clients are held to their bounds; those of nats-server (server/const.go). */
export interface ServerLimits {
  readonly maxPayload: number;
  readonly maxControlLine: number;
  readonly maxPending: number;
  readonly authTimeoutMs: number;
  readonly tlsTimeoutMs: number;
  readonly pingIntervalMs: number;
  readonly maxPingsOut: number;
  /** How long a closed client may take over what is on its way to it. */
  readonly closeTimeoutMs: number;
}

export const DEFAULT_LIMITS: ServerLimits = {
  maxPayload: 1024 * 1024,
  maxControlLine: 4096,
  maxPending: 64 * 1024 * 1024,
  authTimeoutMs: 2_000,
  tlsTimeoutMs: 2_000,
  pingIntervalMs: 120_000,
  maxPingsOut: 2,
  closeTimeoutMs: 2_000,
};
