import { usageError } from '../errors.js';
import { dashed, type Flags, type FlagValues, keyOf } from './flags.js';
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

/**
 * Refuses the flags of a command that mean nothing to the subcommand which was chosen: whoever gave one counts on it.
 *
 * @param all those of the command
 * @param own those of the subcommand
 * @param name of the subcommand, with that of its command
 * @throws CliError `usage`
 */
export function refuseFlagsOfOthers<F extends Flags>(all: F, values: FlagValues<F>, own: Flags, name: string): void {
  for (const flag of Object.keys(all)) {
    const value = (values as Readonly<Record<string, unknown>>)[keyOf(flag)];
    const isGiven = value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
    if (isGiven && !(flag in own)) {
      throw usageError(`${dashed(flag)} means nothing to ${name}`, `see natsctl ${name} --help`);
    }
  }
}
