import type { Argv, Options } from 'yargs';

/**
 * A flag as it stands on the command line: a `switch` is there or not, a `value` takes exactly one argument
 * (repeated, the last wins), a `list` takes one argument each time it is given.
 */
export interface Flag {
  readonly kind: 'switch' | 'value' | 'list';
  readonly describe: string;
  readonly alias?: string;
  /** Long names that the `nats` command has for it: they are understood, and the help leaves them out. */
  readonly peerNames?: readonly string[];
  /** The values that a shell completes, where there are few. */
  readonly choices?: readonly string[];
  /** What a shell completes its value with. */
  readonly completes?: Completion;
  /** It is understood, and the help and the shells leave it out. */
  readonly hidden?: true;
  /** What the help shows as the value of a flag that was not given. */
  readonly default?: string;
  /** The heading under which the help lists it. */
  readonly group?: string;
}

/** What a shell completes a word with; `service` is one that comes with natsctl, `live-service` one that runs, `pool` a pool here. */
export type Completion = 'file' | 'directory' | 'context' | 'service' | 'live-service' | 'pool' | 'subject';

export type Flags = Readonly<Record<string, Flag>>;

type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;
type ValueOf<F extends Flag> = F['kind'] extends 'switch'
  ? boolean
  : F['kind'] extends 'list'
    ? readonly string[]
    : string | undefined;

/** The values of flags by their names in camel case; texts as they were written. */
export type FlagValues<F extends Flags> = {
  readonly [Name in keyof F & string as CamelCase<Name>]: ValueOf<F[Name]>;
};

/** Tells yargs of the flags: of what they take, since the help is not its own. */
export function declareFlags(yargs: Argv, flags: Flags): Argv {
  for (const [name, { kind, alias, peerNames = [] }] of Object.entries(flags)) {
    // Without a number of arguments a switch would take a "true" that follows it for its value.
    const options: Options = kind === 'switch' ? { type: 'boolean', nargs: 0 } : { type: 'string', nargs: 1 };
    yargs.option(name, alias === undefined ? options : { ...options, alias });
    for (const peerName of peerNames) yargs.option(peerName, options);
  }
  return yargs;
}

/** Reads the flags' values out of what yargs made of the command line. */
export function readFlags<F extends Flags>(parsed: Readonly<Record<string, unknown>>, flags: F): FlagValues<F> {
  const values: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags)) {
    const given = [name, ...(flag.peerNames ?? [])]
      .flatMap((spelling) => parsed[spelling])
      .filter((value) => value !== undefined);
    const key = keyOf(name);
    if (flag.kind === 'switch') values[key] = given.at(-1) === true;
    else if (flag.kind === 'list') values[key] = given.map(String);
    else values[key] = given.length === 0 ? undefined : String(given.at(-1));
  }
  return values as FlagValues<F>;
}

/** A flag's name in camel case, as {@link FlagValues} has it. */
export function keyOf(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** A flag's name with its dashes. */
export function dashed(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}
