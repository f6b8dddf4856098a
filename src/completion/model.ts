/** What a shell offers where a value is due. */
export type Offer =
  /** Nothing: only the user knows. */
  | { readonly kind: 'text' }
  | { readonly kind: 'choices'; readonly choices: readonly string[] }
  /** Found by the shell itself. */
  | { readonly kind: 'file' | 'directory' }
  /** Found by natsctl when the key is pressed, see `answer`. */
  | { readonly kind: LiveKind };

/** What only natsctl can tell, at the time. */
export type LiveKind = 'context' | 'subject' | 'live-service' | 'pool';

/** A flag as the shells see it. */
export interface FlagModel {
  /** With their dashes; the first is the name, a short one may follow. */
  readonly names: readonly string[];
  /** Spellings that are understood and never offered. */
  readonly silentNames: readonly string[];
  readonly describe: string;
  /** What its value is offered; undefined where it takes none. */
  readonly value: Offer | undefined;
  /** It may stand there more than once. */
  readonly repeats: boolean;
}

/** A command of a command as the shells see it. */
export interface SubcommandModel {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly describe: string;
  readonly flags: readonly FlagModel[];
  /** What its operands are offered, in their order. */
  readonly operands: readonly Offer[];
  /** What those are offered that follow. */
  readonly furtherOperands: Offer;
}

/** A command as the shells see it. */
export interface CommandModel extends SubcommandModel {
  /** What follows `--` is a program and its arguments. */
  readonly runsProgram: boolean;
  /** Where there are any, the first operand is the name of one. */
  readonly subcommands: readonly SubcommandModel[];
}

/** All that can stand on a command line, out of which each shell's script is made. */
export interface ProgramModel {
  /** Those that every command takes. */
  readonly flags: readonly FlagModel[];
  readonly commands: readonly CommandModel[];
}

/** The first lines of every script, after what the shell itself wants to see first. */
export const ORIGIN = [
  "# Made out of the commands' definitions by `npm run completions`: change those, not this.",
  '# Commands, flags and choices stand here; contexts, subjects, services and pools natsctl is asked for when the key is pressed.',
];

/** All spellings of a flag. */
export function spellings({ names, silentNames }: FlagModel): readonly string[] {
  return [...names, ...silentNames];
}

/** All names that a command answers to. */
export function namesOf({ name, aliases }: SubcommandModel): readonly string[] {
  return [name, ...aliases];
}

/**
 * Commands and their subcommands alike, each with the names that a line has for it: `context add` and `ctx add`. Of a
 * command with subcommands the first operand is left to the scripts.
 */
export function flatCommands({ commands }: Pick<ProgramModel, 'commands'>): readonly SubcommandModel[] {
  return commands.flatMap((command) => [
    command,
    ...command.subcommands.map((subcommand) => {
      const paths = namesOf(command).flatMap((parent) => namesOf(subcommand).map((name) => `${parent} ${name}`));
      const [name = '', ...aliases] = paths;
      return { ...subcommand, name, aliases };
    }),
  ]);
}
