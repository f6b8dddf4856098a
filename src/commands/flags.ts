import type { Argv, Options } from 'yargs';

/**
 * A flag as it stands on the command line: a `switch` is there or not, a `value` takes exactly one argument
 * (repeated, the last wins), a `list` takes one argument each time it is given.
 */
export interface Flag {
  readonly kind: 'switch' | 'value' | 'list';
  readonly describe: string;
  readonly alias?: string;
  /** What the help shows as the value of a flag that was not given. */
  readonly default?: string;
  /** The heading under which the help lists it. */
  readonly group?: string;
}

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

/** Tells yargs of the flags. */
export function declareFlags(yargs: Argv, flags: Flags): Argv {
  for (const [name, flag] of Object.entries(flags)) {
    const { describe, alias, group } = flag;
    const options: Options = {
      describe,
      // Without a number of arguments a switch would take a "true" that follows it for its value.
      ...(flag.kind === 'switch' ? { type: 'boolean', nargs: 0 } : { type: 'string', nargs: 1 }),
      ...(alias === undefined ? {} : { alias }),
      ...(group === undefined ? {} : { group }),
      ...(flag.default === undefined ? {} : { defaultDescription: flag.default }),
    };
    yargs.option(name, options);
  }
  return yargs;
}

/** Reads the flags' values out of what yargs made of the command line. */
export function readFlags<F extends Flags>(parsed: Readonly<Record<string, unknown>>, flags: F): FlagValues<F> {
  const values: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags)) {
    const given = [parsed[name]].flat().filter((value) => value !== undefined);
    const key = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (flag.kind === 'switch') values[key] = given.at(-1) === true;
    else if (flag.kind === 'list') values[key] = given.map(String);
    else values[key] = given.length === 0 ? undefined : String(given.at(-1));
  }
  return values as FlagValues<F>;
}
