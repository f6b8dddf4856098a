import type { ChalkInstance } from 'chalk';
import { usageError } from '../errors.js';
import { chooseMessageStyle, type MessageFormFlags } from '../output/index.js';
import type { SinkPlan } from '../subscribing/index.js';
import { parseWholeNumber } from '../units.js';

/** The flags that say what is done with messages. */
export interface SinkFlags extends MessageFormFlags {
  readonly exec: boolean;
  readonly concurrency: string | undefined;
  readonly failFast: boolean;
  readonly dump: string | undefined;
  readonly report: boolean;
  readonly reportTop: string | undefined;
}

const MOST_AT_A_TIME = 1_000;
const MOST_SUBJECTS = 1_000;
const DEFAULT_SUBJECTS = '10';
/** How the `nats` command says that what it dumps goes to stdout, a NUL after each. */
const STDOUT = '-';
const FORM_FLAGS = {
  raw: '--raw',
  noNewline: '--no-newline',
  null: '--null',
  format: '--format',
  parse: '--parse',
  encoding: '--encoding',
  subjectsOnly: '--subjects-only',
  headersOnly: '--headers-only',
  timestamps: '--timestamps',
} as const satisfies Partial<Record<keyof MessageFormFlags, string>>;
const EXEC_USAGE = 'write natsctl sub SUBJECT --exec -- CMD ARGS';

/**
 * Chooses what is done with messages; pure.
 *
 * @param program what stands after `--`
 * @param colors for data, where a terminal shows them
 * @throws CliError `usage` where flags exclude each other, or one means nothing without another
 */
export function chooseSink(flags: SinkFlags, program: readonly string[], colors: ChalkInstance | undefined): SinkPlan {
  const dump = flags.dump === STDOUT ? undefined : flags.dump;
  const kinds = { '--exec': flags.exec, '--dump': dump !== undefined, '--report': flags.report };
  const [kind, second] = Object.entries(kinds).flatMap(([name, isGiven]) => (isGiven ? [name] : []));
  if (second !== undefined) throw usageError(`${kind} and ${second} exclude each other`);
  requireCompany(flags);
  if (flags.exec) return chooseExec(flags, program);
  if (flags.report) {
    refuseFormFlags(flags, '--report');
    const top = flags.reportTop ?? DEFAULT_SUBJECTS;
    return { kind: 'report', top: parseWholeNumber(top, '--report-top', { min: 1, max: MOST_SUBJECTS }) };
  }
  if (dump !== undefined) return chooseDump(flags, dump);
  const printed = flags.dump === STDOUT ? { ...flags, null: true } : flags;
  return { kind: 'print', style: chooseMessageStyle(printed, colors), raw: flags.raw };
}

function requireCompany(flags: SinkFlags): void {
  if (flags.concurrency !== undefined && !flags.exec) throw usageError('--concurrency goes with --exec', EXEC_USAGE);
  if (flags.failFast && !flags.exec) throw usageError('--fail-fast goes with --exec', EXEC_USAGE);
  if (flags.reportTop !== undefined && !flags.report) throw usageError('--report-top goes with --report');
}

function chooseExec(flags: SinkFlags, [command, ...args]: readonly string[]): SinkPlan {
  refuseFormFlags(flags, '--exec');
  if (command === undefined) throw usageError('--exec: the program is missing', EXEC_USAGE);
  if (command === '{subject}') throw usageError('--exec: a message does not choose the program that is run');
  const concurrency = parseWholeNumber(flags.concurrency ?? '1', '--concurrency', { min: 1, max: MOST_AT_A_TIME });
  return { kind: 'exec', command, args, concurrency, failFast: flags.failFast };
}

/** A file holds the body alone, or with `--json` the whole message. */
function chooseDump(flags: SinkFlags, directory: string): SinkPlan {
  if (directory === '') throw usageError('--dump: the folder is missing');
  refuseFormFlags(flags, '--dump', flags.json ? ['parse', 'encoding'] : ['encoding']);
  const style = chooseMessageStyle(flags.json ? flags : { ...flags, raw: true, noNewline: true }, undefined);
  return { kind: 'dump', directory, style };
}

function refuseFormFlags(flags: SinkFlags, name: string, allowed: ReadonlyArray<keyof typeof FORM_FLAGS> = []): void {
  for (const [key, flag] of Object.entries(FORM_FLAGS) as Array<[keyof typeof FORM_FLAGS, string]>) {
    const isGiven = flags[key] !== undefined && flags[key] !== false;
    if (isGiven && !allowed.includes(key)) throw usageError(`${flag} says nothing with ${name}`);
  }
}
