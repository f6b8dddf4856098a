import { usageError } from '../errors.js';
import type { HelpPage } from '../help/page.js';
import { nearestOf } from '../nearest-name.js';
import type { Output } from '../output/index.js';
import type { Completion, Flags, FlagValues } from './flags.js';
import type { GlobalFlags } from './global-flags.js';

/** What a command runs in. */
export interface CommandScope<F extends Flags> {
  /** What stands beside the flags, byte for byte; what follows `--` at its end. */
  readonly operands: readonly string[];
  /** Those of them that follow `--`. */
  readonly afterDashes: readonly string[];
  readonly flags: FlagValues<F>;
  readonly global: GlobalFlags;
  readonly output: Output;
  readonly env: NodeJS.ProcessEnv;
}

/** What a shell completes operands with, in their order; the last also for more of it, where the usage has "…". */
export type OperandCompletions = ReadonlyArray<Completion | readonly string[] | undefined>;

/** One command: what it takes, what its help says, and what it does. */
export interface Command<F extends Flags = Flags> {
  /** As the help writes it: `request SUBJECT [BODY]`. */
  readonly usage: string;
  readonly describe: string;
  readonly flags: F;
  /** Lines of help on what stands beside the flags. */
  readonly operands: Readonly<Record<string, string>>;
  /**
   * Where it has subcommands, their names are there of themselves in the first place; aliases that are listed there
   * are offered too.
   */
  readonly completes?: OperandCompletions;
  /** What follows `--` is a program and its arguments. */
  readonly runsProgram?: true;
  readonly examples: ReadonlyArray<readonly [command: string, explanation: string]>;
  /** What the flags' table cannot say. */
  readonly epilogue?: string;
  /** It connects to no server that is there already: its help leaves out the flags that say where to. */
  readonly offline?: true;
  /** The pages of help of its subcommands, by the first operand. */
  readonly subcommands?: Readonly<Record<string, SubcommandPage>>;
  /** Its flags are many: its own page of help leaves them to those of its subcommands. */
  readonly flagsOnSubcommands?: true;
  /** It ends in its own way at SIGINT and SIGTERM; any other command ends at once, with 130 or 143. */
  readonly handlesSignals?: true;
  /** The exit code of every failure of its own, where that of another program is passed on. */
  readonly ownFailure?: number;
  /**
   * Runs the command to its end.
   *
   * @returns the exit code
   * @throws CliError
   */
  run(scope: CommandScope<F>): Promise<number>;
}

/** What the help and the shells say of a subcommand. */
export interface SubcommandPage extends HelpPage {
  /** Other names that it answers to, those of the `nats` command. */
  readonly aliases?: readonly string[];
  /** Those of {@link Command.flags} that mean something to it. */
  readonly flags: Flags;
  /** For the operands behind its name; where it says nothing, those of its command from the second place on. */
  readonly completes?: OperandCompletions;
}

/**
 * The subcommand of a name, or of one of its other names.
 *
 * @throws CliError `usage`, naming the nearest, where there is none
 */
export function findSubcommand<S extends SubcommandPage>(
  command: string,
  subcommands: Readonly<Record<string, S>>,
  name: string,
): S {
  for (const [own, subcommand] of Object.entries(subcommands)) {
    if (own === name || subcommand.aliases?.includes(name)) return subcommand;
  }
  const names = Object.keys(subcommands);
  const nearest = nearestOf(name, names);
  throw usageError(
    `unknown subcommand ${JSON.stringify(name)} of ${command}`,
    nearest === undefined ? `there are: ${names.join(', ')}` : `did you mean natsctl ${command} ${nearest}?`,
  );
}

/**
 * Chooses what the first operand names.
 *
 * @param command its name
 * @throws CliError `usage` where there is none, naming the nearest
 */
export function chooseSubcommand<S extends SubcommandPage>(
  command: string,
  subcommands: Readonly<Record<string, S>>,
  [name, ...operands]: readonly string[],
): { readonly subcommand: S; readonly name: string; readonly operands: readonly string[] } {
  if (name === undefined)
    throw usageError('SUBCOMMAND is missing', `there are: ${Object.keys(subcommands).join(', ')}`);
  return { subcommand: findSubcommand(command, subcommands, name), name, operands };
}

/** Lets TypeScript see the flags' names and kinds. */
export function defineCommand<const F extends Flags>(command: Command<F>): Command<F> {
  return command;
}

/**
 * Gives the operands their names.
 *
 * @param names of those that must be there
 * @param optional names of those that may follow
 * @throws CliError `usage` where one is missing or there are too many
 */
export function requireOperands(
  operands: readonly string[],
  names: readonly string[],
  optional: readonly string[] = [],
): void {
  const missing = names[operands.length];
  if (missing !== undefined) throw usageError(`${missing} is missing`);
  const extra = operands[names.length + optional.length];
  if (extra !== undefined) {
    throw usageError(`one argument too many: ${JSON.stringify(extra)}`, 'quote a text with blanks in it');
  }
}
