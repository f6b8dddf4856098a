import type { TargetName } from '../targets.js';

/** What the clients of a case hear, byte for byte as latin1, after the first INFO; and which of them are closed. */
export interface Outcome {
  readonly hears: string | Readonly<Record<string, string>>;
  /** Whether the server closes the connection; of several clients, those it closes. Default: none. */
  readonly closes?: boolean | readonly string[];
}

/** One behaviour of the protocol: clients say these bytes, and hear those. */
export interface RawCase extends Outcome {
  readonly does: string;
  /** One client's bytes; or step by step who says what: a step is over when the server has dealt with it. */
  readonly says: string | ReadonlyArray<readonly [client: string, text: string]>;
  /** Default `open`. */
  readonly server?: ServerKind;
  /** Whether each byte is sent by itself. */
  readonly byByte?: boolean;
  /** What another server than the current nats-server does, and why that is right. */
  readonly differs?: Partial<Record<TargetName, Outcome & { readonly why: string }>>;
}

/** The servers that cases run against, each started once. */
export const SERVERS = {
  open: {},
  user: { auth: { kind: 'user', user: 'anna', password: 'secret' } },
  token: { auth: { kind: 'token', token: 's3cr3t' } },
  hasty: { auth: { kind: 'token', token: 's3cr3t' }, authTimeoutMs: 100 },
  small: { maxPayload: 16 },
} as const;
export type ServerKind = keyof typeof SERVERS;

/** Lines as the protocol ends them. */
export function lines(...texts: readonly string[]): string {
  return texts.map((text) => `${text}\r\n`).join('');
}

/** A CONNECT; quiet and not pedantic unless told otherwise. */
export function connect(options: object = {}): string {
  return lines(`CONNECT ${JSON.stringify({ verbose: false, pedantic: false, ...options })}`);
}

export const QUIET = connect();
export const HEADERS = connect({ headers: true });
export const RESPONDERS = connect({ headers: true, no_responders: true });
