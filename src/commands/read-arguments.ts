import yargs, { type Argv } from 'yargs';
import { CliError } from '../errors.js';
import type { Command } from './command.js';
import { dashed, declareFlags, type Flags, type FlagValues, readFlags } from './flags.js';
import { type GlobalFlags, globalFlags } from './global-flags.js';
import { type CommandEntry, commands } from './index.js';

/** yargs' habits against which arguments must arrive byte for byte. */
const PARSER = {
  // A switch is spelled as it is listed: --no-color is a flag of its own.
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'greedy-arrays': false,
  // A flag that takes a value takes what follows, also where that starts with a dash.
  'nargs-eats-options': true,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'populate--': true,
} as const;

/** What a command line says, right or wrong. */
export interface Reading {
  readonly chosen: { readonly entry: CommandEntry; readonly command: Command } | undefined;
  /** Byte for byte; what follows `--` at the end. Where no command is known, with its name in front. */
  readonly operands: readonly string[];
  /** Those of them that follow `--`. */
  readonly afterDashes: readonly string[];
  readonly flags: FlagValues<Flags>;
  readonly global: GlobalFlags;
  readonly wantsHelp: boolean;
  readonly wantsVersion: boolean;
  /** All flags that may stand there, save those that are hidden. */
  readonly knownFlags: readonly string[];
  readonly error: ArgumentsError | undefined;
}

interface ArgumentsError {
  readonly message: string;
  /** Flags that are not known, without dashes. */
  readonly unknownFlags: readonly string[];
}

type Parsed = Readonly<Record<string, unknown>> & { readonly _: ReadonlyArray<string | number> };

/** Reads a command line; loads the command that it names. */
export async function readArguments(argv: readonly string[]): Promise<Reading> {
  let chosen: Reading['chosen'];
  const parser = yargs()
    .scriptName('natsctl')
    .locale('en')
    .parserConfiguration(PARSER)
    .exitProcess(false)
    .strictOptions()
    .showHelpOnFail(false)
    .updateStrings({
      'Not enough arguments following: %s': '%s needs a value',
      'Argument unexpected for: %s': '%s takes no value',
    })
    // Help is a flag like any other: the pages come from the definitions.
    .help(false)
    .version(false)
    .option('help', { alias: 'h', type: 'boolean', nargs: 0 })
    .option('version', { type: 'boolean', nargs: 0 });
  declareFlags(parser, globalFlags);
  for (const entry of commands) {
    parser.command(
      [entry.name, ...(entry.aliases ?? [])],
      entry.describe,
      async (subparser) => {
        const command = await entry.load();
        chosen = { entry, command };
        return declareFlags(subparser, command.flags);
      },
      () => undefined,
    );
  }
  const { error, parsed } = await parse(parser, argv);
  // TypeScript does not see that a builder sets it.
  const command = (chosen as Reading['chosen'])?.command;
  const listed = Object.entries(command?.flags ?? {}).flatMap(([name, { hidden }]) => (hidden ? [] : [name]));
  const afterDashes = ((parsed['--'] as readonly unknown[] | undefined) ?? []).map(String);
  return {
    chosen,
    operands: [...parsed._.slice(command === undefined ? 0 : 1).map(String), ...afterDashes],
    afterDashes,
    flags: readFlags(parsed, command?.flags ?? {}),
    global: readFlags(parsed, globalFlags),
    wantsHelp: parsed['help'] === true,
    wantsVersion: parsed['version'] === true,
    knownFlags: [...Object.keys(globalFlags), 'help', 'version', ...listed, ...peerNamesOf(command)],
    error: error === undefined ? undefined : readError(error),
  };
}

function peerNamesOf(command: Command | undefined): readonly string[] {
  return Object.values(command?.flags ?? {}).flatMap(({ hidden, peerNames = [] }) => (hidden ? [] : peerNames));
}

async function parse(
  parser: Argv,
  argv: readonly string[],
): Promise<{ readonly error: Error | undefined; readonly parsed: Parsed }> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | undefined, parsed: unknown): void =>
      resolve({ error: error ?? undefined, parsed: parsed as Parsed });
    // Its promise rejects with what the callback is told as well; a defect in a builder only rejects.
    Promise.resolve(parser.parseAsync([...argv], {}, done)).catch(reject);
  });
}

/** @throws the error itself where it is none of the parser's */
function readError(error: Error): ArgumentsError {
  if (error instanceof CliError) throw error;
  const unknown = /^Unknown arguments?: (.*)$/.exec(error.message)?.[1]?.split(', ') ?? [];
  return { message: withDashes(error.message), unknownFlags: unknown };
}

/** yargs names a flag without its dashes. */
function withDashes(message: string): string {
  return message.replace(
    /^(\S+) (needs a value|takes no value)/,
    (_, name: string, rest: string) => `${dashed(name)} ${rest}`,
  );
}
