import { homedir } from 'node:os';
import { type ContextStore, openContexts } from '../../contexts/index.js';
import type { CliError } from '../../errors.js';
import type { CommandScope, SubcommandPage } from '../command.js';
import { traceStyle } from '../connection-plan.js';
import type { Flags } from '../flags.js';
import type { ConnectionFlag } from '../refuse-flags.js';

/** The flags of all subcommands; each says which are its own. */
export const contextFlags = {
  description: { kind: 'value', describe: 'What ls says of it', group: 'Of add and copy:' },
  select: { kind: 'switch', describe: 'Select it as well', group: 'Of add and copy:' },
  names: { kind: 'switch', describe: 'The names alone', group: 'Of ls:' },
  connect: { kind: 'switch', describe: 'Connect with it as well', group: 'Of show and validate:' },
  force: { kind: 'switch', alias: 'f', describe: 'Never ask; content where there is none', group: 'Of rm:' },
} as const satisfies Flags;

export type ContextFlag = keyof typeof contextFlags;

/** What a subcommand runs in: the operands are those behind its name. */
export interface ContextScope extends CommandScope<typeof contextFlags> {
  readonly store: ContextStore;
  readonly home: string;
}

/** A subcommand of `natsctl context`. */
export interface Subcommand extends SubcommandPage {
  /** Names of the operands: those that must be there, then those that may. */
  readonly takes: readonly [required: readonly string[], optional: readonly string[]];
  /** The last operand may be repeated. */
  readonly repeats?: true;
  /** The connection flags that mean something to it. */
  readonly connectionFlags: ReadonlySet<ConnectionFlag>;
  run(scope: ContextScope): Promise<number>;
}

/** Those that say what a context holds. */
export const SAVED_FLAGS: ReadonlySet<ConnectionFlag> = new Set([
  ...(['server', 'creds', 'nkey', 'jwt', 'seed', 'user', 'password', 'token'] as const),
  ...(['tlscert', 'tlskey', 'tlsca', 'tlsfirst', 'inboxPrefix'] as const),
]);
/** Those that say how patiently to connect with one. */
export const PATIENCE_FLAGS: ReadonlySet<ConnectionFlag> = new Set(['timeout', 'waitServer', 'connectionName']);
export const NO_FLAGS: ReadonlySet<ConnectionFlag> = new Set();

/** The definitions of some flags, for the page of a subcommand: there they need no heading. */
export function flagsOf(...names: readonly ContextFlag[]): Flags {
  return Object.fromEntries(
    names.map((name) => {
      const { group: _, ...flag } = contextFlags[name];
      return [name, flag];
    }),
  );
}

/** The scope of a subcommand out of its command's. */
export function contextScope(scope: CommandScope<typeof contextFlags>, operands: readonly string[]): ContextScope {
  const home = scope.env['HOME'] || homedir();
  return { ...scope, operands, home, store: openContexts(scope.env, home) };
}

/** The operand of that place; whoever asks has made sure that it is there. */
export function operandAt({ operands }: ContextScope, index: number): string {
  return operands[index] as string;
}

/** What keeps a context from being of use; loads the client first, which takes long. */
export async function problemsOf(
  name: string,
  text: string,
  { env, home, global, flags }: ContextScope,
): Promise<readonly CliError[]> {
  const { checkContext } = await import('../../contexts/check-context.js');
  const { timeout = env['NATS_TIMEOUT'] || undefined, waitServer, connectionName } = global;
  const connectWith = flags.connect ? { timeout, waitServer, connectionName } : undefined;
  return checkContext(name, text, { env, home, connectWith, trace: traceStyle(global) });
}

/** Says what keeps a context from being of use, where it is none of the errors that end the command. */
export async function warnOfProblems(name: string, text: string, scope: ContextScope): Promise<void> {
  for (const { message } of await problemsOf(name, text, scope)) scope.output.warn(message);
}

/** Says so where a variable goes before what was just selected. */
export function tellOverrides({ env, output }: ContextScope): void {
  for (const variable of ['NATS_CONTEXT', 'NATS_URL']) {
    if (env[variable]) output.warn(`${variable} is set, and goes before the selected context`);
  }
}
