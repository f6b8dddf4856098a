import { usageError } from '../errors.js';
import type { GlobalFlags } from './global-flags.js';

/** The global flags that say where and how to connect. */
const CONNECTION_FLAGS = {
  server: '--server',
  context: '--context',
  creds: '--creds',
  nkey: '--nkey',
  jwt: '--jwt',
  seed: '--seed',
  user: '--user',
  password: '--password',
  token: '--token',
  tlscert: '--tlscert',
  tlskey: '--tlskey',
  tlsca: '--tlsca',
  tlsfirst: '--tlsfirst',
  timeout: '--timeout',
  waitServer: '--wait-server',
  inboxPrefix: '--inbox-prefix',
  connectionName: '--connection-name',
} as const satisfies Partial<Record<keyof GlobalFlags, string>>;

export type ConnectionFlag = keyof typeof CONNECTION_FLAGS;

/**
 * Refuses the connection flags that mean nothing to a command which connects to no server that exists already:
 * whoever gave one counts on it, be it a server's name or a secret.
 *
 * @param meaningful those that mean something to it all the same
 * @throws CliError `usage`
 */
export function refuseConnectionFlags(
  global: GlobalFlags,
  hint: string,
  meaningful: ReadonlySet<ConnectionFlag> = new Set(),
): void {
  for (const [key, name] of Object.entries(CONNECTION_FLAGS) as Array<[ConnectionFlag, string]>) {
    const given = global[key] !== undefined && global[key] !== false;
    if (given && !meaningful.has(key)) throw usageError(`${name} means nothing here`, hint);
  }
}
