import yargs, { type Argv } from 'yargs';
import { CliError, usageError } from '../errors.js';
import { nearestOf } from '../nearest-name.js';
import type { Command } from './command.js';
import { declareFlags, type Flags, type FlagValues, readFlags } from './flags.js';
import { type GlobalFlags, globalFlags } from './global-flags.js';
import { commands } from './index.js';

/** What the command line asks for. */
export type Invocation =
  | { readonly kind: 'help'; readonly text: string; readonly asked: boolean }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'run';
      readonly command: Command;
      readonly operands: readonly string[];
      readonly flags: FlagValues<Flags>;
      readonly global: GlobalFlags;
    };

type Parsed = Readonly<Record<string, unknown>> & { readonly _: ReadonlyArray<string | number> };

const WIDEST_HELP = 100;
const GLOBAL_FLAGS_HINT = 'Flags for the connection and the output, --server and --json among them: natsctl --help';

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

/**
 * Reads the command line; loads the command that it names and runs nothing.
 *
 * @param columns the terminal's width
 * @throws CliError `usage`, naming the nearest command or flag where one is unknown
 */
export async function parseCommandLine(argv: readonly string[], columns: number): Promise<Invocation> {
  let reading = await read(argv, columns, { help: true });
  // yargs takes a last operand "help" for the flag; behind a command it is a subject or a body like any other.
  if (reading.chosen && reading.outcome.output !== '' && reading.outcome.parsed['help'] !== true) {
    reading = await read(argv, columns, { help: false });
  }
  const { parser, chosen, known, outcome } = reading;
  if (outcome.error !== undefined) throw parsingError(outcome.error, known, chosen?.command);
  if (outcome.output !== '') return { kind: 'help', text: outcome.output, asked: true };
  if (outcome.parsed['version'] === true) return { kind: 'version' };
  if (chosen === undefined) {
    const [name] = outcome.parsed._;
    if (name !== undefined) throw unknownCommand(String(name));
    return { kind: 'help', text: await parser.getHelp(), asked: false };
  }
  const { command, parsed } = chosen;
  const beyond = (parsed['--'] as readonly string[] | undefined) ?? [];
  return {
    kind: 'run',
    command,
    operands: [...parsed._.slice(1), ...beyond].map(String),
    flags: readFlags(parsed, command.flags),
    global: readFlags(parsed, globalFlags),
  };
}

/** What yargs made of a command line. */
interface Reading {
  readonly parser: Argv;
  /** The command that was named, and the arguments as it sees them. */
  readonly chosen: { readonly command: Command; readonly parsed: Parsed } | undefined;
  /** All flags that may stand there. */
  readonly known: readonly string[];
  readonly outcome: Outcome;
}

async function read(argv: readonly string[], columns: number, { help }: { help: boolean }): Promise<Reading> {
  let chosen: Reading['chosen'];
  const known: string[] = [...Object.keys(globalFlags), 'help', 'version'];

  const parser = yargs()
    .scriptName('natsctl')
    .locale('en')
    .parserConfiguration(PARSER)
    .exitProcess(false)
    .strictOptions()
    .wrap(Math.min(WIDEST_HELP, columns))
    .updateStrings({
      'Not enough arguments following: %s': '%s needs a value',
      'Argument unexpected for: %s': '%s takes no value',
    })
    .usage('natsctl COMMAND\n\nServe, call and watch NATS services. Every outcome has its own exit code.')
    .help(help)
    .alias('help', 'h')
    .version(false)
    .option('version', { type: 'boolean', nargs: 0, describe: 'Show the version' })
    .group(['help', 'version'], 'Other:')
    .epilogue("A command's flags: natsctl COMMAND --help");
  declareFlags(parser, globalFlags);
  for (const entry of commands) {
    parser.command(
      entry.name,
      entry.describe,
      async (subparser) => {
        const command = await entry.load();
        known.push(...Object.keys(command.flags));
        chosen = { command, parsed: { _: [] } };
        return describeCommand(subparser, command);
      },
      (parsed) => {
        if (chosen !== undefined) chosen = { ...chosen, parsed: parsed as Parsed };
      },
    );
  }
  const outcome = await parse(parser, argv);
  return { parser, chosen, known, outcome };
}

/** A command's help is about the command: the flags that all share stand in `natsctl --help`. */
function describeCommand(parser: Argv, command: Command): Argv {
  const operands = Object.entries(command.operands);
  const width = Math.max(0, ...operands.map(([name]) => name.length));
  const lines = operands.map(([name, meaning]) => `  ${name.padEnd(width)}  ${meaning}`);
  parser.usage([`natsctl ${command.usage}`, '', command.describe, '', ...lines].join('\n').trimEnd());
  declareFlags(parser, command.flags);
  for (const name of [...Object.keys(globalFlags), 'version']) parser.hide(name);
  parser.showHidden(false);
  parser.example(command.examples.map(([example, explanation]) => [example, explanation]));
  return parser.epilogue([command.epilogue ?? '', GLOBAL_FLAGS_HINT].join('\n\n').trim());
}

interface Outcome {
  readonly error: Error | undefined;
  readonly parsed: Parsed;
  readonly output: string;
}

async function parse(parser: Argv, argv: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | undefined, parsed: unknown, output: string): void =>
      resolve({ error: error ?? undefined, parsed: parsed as Parsed, output });
    // Its promise rejects with what the callback is told as well; a defect in a builder only rejects.
    Promise.resolve(parser.parseAsync([...argv], {}, done)).catch(reject);
  });
}

function parsingError(error: Error, known: readonly string[], command: Command | undefined): CliError {
  const help = `see natsctl ${command === undefined ? '' : `${command.usage.split(' ')[0]} `}--help`;
  if (error instanceof CliError) return error;
  const unknown = /^Unknown arguments?: (.*)$/.exec(error.message)?.[1]?.split(', ')[0];
  const exitCode = command?.ownFailure;
  if (unknown === undefined) return new CliError('usage', dashed(error.message), { hint: help, exitCode });
  const nearest = nearestOf(unknown, known);
  const hint = nearest === undefined ? help : `did you mean ${dash(nearest)}? ${help}`;
  return new CliError('usage', `unknown flag ${dash(unknown)}`, { hint, exitCode });
}

/** yargs names a flag without its dashes. */
function dashed(message: string): string {
  return message.replace(
    /^(\S+) (needs a value|takes no value)/,
    (_, name: string, rest: string) => `${dash(name)} ${rest}`,
  );
}

function dash(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

function unknownCommand(name: string): CliError {
  const names = commands.map((command) => command.name);
  const nearest = nearestOf(name, names);
  const hint = nearest === undefined ? `there are: ${names.join(', ')}` : `did you mean ${nearest}?`;
  return usageError(`unknown command ${JSON.stringify(name)}`, hint);
}
