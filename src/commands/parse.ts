import { CliError, usageError } from '../errors.js';
import { nearestOf } from '../nearest-name.js';
import type { Command } from './command.js';
import { dashed, type Flags, type FlagValues } from './flags.js';
import type { GlobalFlags } from './global-flags.js';
import { type CommandEntry, commands, findCommand } from './index.js';
import type { Reading } from './read-arguments.js';

/** What the command line asks for. */
export type Invocation =
  | { readonly kind: 'help'; readonly text: string; readonly asked: boolean }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'run';
      readonly command: Command;
      readonly operands: readonly string[];
      readonly afterDashes: readonly string[];
      readonly flags: FlagValues<Flags>;
      readonly global: GlobalFlags;
    };

/**
 * Reads the command line; loads the command that it names and runs nothing.
 *
 * @param columns the terminal's width
 * @throws CliError `usage`, naming the nearest command or flag where one is unknown
 */
export async function parseCommandLine(argv: readonly string[], columns: number): Promise<Invocation> {
  const plain = plainHelp(argv);
  if (plain !== undefined) return showHelp(plain, columns, true);
  const { readArguments } = await import('./read-arguments.js');
  const reading = await readArguments(argv);
  const { chosen, operands, error } = reading;
  // A flag that is not known may have taken the command for its value.
  const isFlagFirst = error !== undefined && argv[0]?.startsWith('-') === true;
  if (chosen === undefined && operands[0] !== undefined && !isFlagFirst) throw await unknownCommand(operands[0]);
  if (reading.wantsHelp) return showHelp(chosen === undefined ? [] : [chosen.entry, ...operands], columns, true);
  if (chosen === undefined) {
    if (error !== undefined) throw await parsingError(reading, error);
    return reading.wantsVersion ? { kind: 'version' } : showHelp([], columns, false);
  }
  if (error !== undefined) throw await parsingError(reading, error);
  if (reading.wantsVersion) return { kind: 'version' };
  const { entry, command } = chosen;
  if (PEER_HAS_MORE.has(entry.name) && operands.length > 0) await refuseForeignSubcommand(reading);
  const { afterDashes, flags, global } = reading;
  return { kind: 'run', command, operands, afterDashes, flags, global };
}

/** Commands of which the `nats` command has subcommands that natsctl leaves to it. */
const PEER_HAS_MORE: ReadonlySet<string> = new Set(['server', 'service']);

/** The command, and the operands behind it, whose help is to be shown; none for the help of the program. */
type HelpPath = readonly [] | readonly [entry: CommandEntry, ...operands: string[]];

/** What is asked for where nothing but help is: it takes no parser, which takes as long to load as Node to start. */
function plainHelp(argv: readonly string[]): HelpPath | undefined {
  const [last, ...before] = [...argv].reverse();
  if (last !== '--help' && last !== '-h') return undefined;
  const [name, ...operands] = before.reverse();
  if (name === undefined) return [];
  const entry = findCommand(name);
  return entry === undefined || argv.some((word) => word !== last && word.startsWith('-'))
    ? undefined
    : [entry, ...operands];
}

async function showHelp(path: HelpPath, columns: number, asked: boolean): Promise<Invocation> {
  const { commandText, overviewText } = await import('./help-text.js');
  const [entry, ...operands] = path;
  const text = entry === undefined ? overviewText(columns) : await commandText(entry, operands, columns);
  return { kind: 'help', text, asked };
}

async function parsingError(
  reading: Reading,
  { message, unknownFlags }: NonNullable<Reading['error']>,
): Promise<CliError> {
  const { chosen, knownFlags } = reading;
  const name = chosen?.entry.name;
  const exitCode = chosen?.command.ownFailure;
  const help = `see natsctl ${helpedBy(reading)}--help`;
  const [unknown] = unknownFlags;
  if (unknown === undefined) return new CliError('usage', message, { hint: help, exitCode });
  await refuseForeignSubcommand(reading);
  const { foreignFlag } = await import('./foreign.js');
  const foreign = foreignFlag(name, unknownFlags, exitCode);
  if (foreign !== undefined) return foreign;
  const nearest = nearestOf(unknown, knownFlags);
  const hint = nearest === undefined ? help : `did you mean ${dashed(nearest)}? ${help}`;
  return new CliError('usage', `unknown flag ${dashed(unknown)}`, { hint, exitCode });
}

/** What of the command line has a page of help, with a blank behind it. */
function helpedBy({ chosen, operands: [operand = ''] }: Reading): string {
  if (chosen === undefined) return '';
  const { entry, command } = chosen;
  const isSubcommand = Object.hasOwn(command.subcommands ?? {}, operand);
  return isSubcommand ? `${entry.name} ${operand} ` : `${entry.name} `;
}

/** @throws CliError `usage` where the operand is a subcommand that only the `nats` command has */
async function refuseForeignSubcommand({ chosen, operands }: Reading): Promise<void> {
  const { foreignSubcommand } = await import('./foreign.js');
  const foreign = foreignSubcommand(chosen?.entry.name, operands[0]);
  if (foreign !== undefined) throw foreign;
}

async function unknownCommand(name: string): Promise<CliError> {
  const { foreignCommand } = await import('./foreign.js');
  const foreign = foreignCommand(name);
  if (foreign !== undefined) return foreign;
  const names = commands.map((command) => command.name);
  const nearest = nearestOf(name, [...names, ...commands.flatMap(({ aliases = [] }) => aliases)]);
  const hint = nearest === undefined ? `there are: ${names.join(', ')}` : `did you mean ${nearest}?`;
  return usageError(`unknown command ${JSON.stringify(name)}`, hint);
}
