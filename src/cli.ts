import { fstatSync, writeSync } from 'node:fs';
import { CliError, systemReason, usageError } from './errors.js';
import { closeLostTerminals } from './lifecycle/lost-terminal.js';
import { createOutput, type Output, type OutputStyle } from './output/streams.js';
import { VERSION } from './version.js';

/** How wide a help is that no terminal shows. */
const PLAIN_COLUMNS = 80;
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** How to write until the flags are read: an error in them is to be JSON too where JSON was asked for. */
function presumedStyle(argv: readonly string[]): OutputStyle {
  const end = argv.indexOf('--');
  const flags = end === -1 ? argv : argv.slice(0, end);
  const json = flags.some((flag) => flag === '--json' || /^-[a-z]*j[a-z]*$/.test(flag));
  return { json, quiet: false, verbose: flags.includes('--verbose'), color: !flags.includes('--no-color') };
}

/** A reader that went away has had enough: the program ends quietly. What is said to nobody is said in vain. */
function endWithReader(fail: (error: unknown) => unknown): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    void fail(error);
  });
  process.stderr.on('error', () => undefined);
}

/** Of stdout alone: whoever writes to something else knows what that is, and says so. */
function isRefusedWrite(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && (error as NodeJS.ErrnoException).syscall === 'write';
}

function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (isRefusedWrite(error)) return usageError(`cannot write the output: ${systemReason(error)}`);
  const message = error instanceof Error ? error.message : String(error);
  const defect = new CliError('internal', `a defect in natsctl: ${message}`, {
    hint: 'please report it, with what --verbose shows',
    cause: error,
  });
  if (error instanceof Error && error.stack !== undefined) defect.stack = error.stack;
  return defect;
}

/** Answers the shells' completion scripts, which wait: without what reads a command line. */
async function complete(args: readonly string[]): Promise<never> {
  process.on('uncaughtException', () => process.exit(0));
  const { completeWord } = await import('./commands/complete-word.js');
  print(1, await completeWord(args, process.env));
  process.exit(0);
}

async function main(argv: readonly string[]): Promise<void> {
  let output: Output | undefined;
  let ownFailure: number | undefined;
  const style = presumedStyle(argv);
  const end = async (error: unknown): Promise<never> => {
    const known = toCliError(error);
    if (output === undefined) endWithReader(() => undefined);
    await (output ?? createOutput(style, process)).error(known);
    process.exit(ownFailure ?? known.exitCode);
  };
  let ending: Promise<never> | undefined;
  /** Tells the first failure alone: the second may be its echo. */
  const fail = (error: unknown): Promise<never> => {
    ending ??= end(error);
    return ending;
  };
  process.on('uncaughtException', fail);
  process.on('exit', () => closeLostTerminals());

  try {
    const { parseCommandLine } = await import('./commands/parse.js');
    const invocation = await parseCommandLine(argv, columnsOfStdout());
    if (invocation.kind === 'version') {
      print(1, `${VERSION}\n`);
      process.exit(0);
    }
    if (invocation.kind === 'help') {
      if (!invocation.asked && style.json) throw usageError('no command was given', 'see natsctl --help');
      print(invocation.asked ? 1 : 2, `${invocation.text}\n`);
      process.exit(invocation.asked ? 0 : 2);
    }
    const { command, global } = invocation;
    ownFailure = command.ownFailure;
    // In place of the command line, where a password may stand for every user of this machine to read.
    process.title = `natsctl ${command.usage.split(' ')[0]}`;
    const { outputStyle } = await import('./commands/global-flags.js');
    endWithReader(fail);
    output = createOutput(outputStyle(global), process);
    if (command.handlesSignals !== true) {
      for (const [signal, code] of Object.entries(SIGNALS)) process.once(signal, () => process.exit(code));
    }
    process.exit(await command.run({ ...invocation, output, env: process.env }));
  } catch (error) {
    await fail(error);
  }
}

/** The terminal's width; opens no stream, and loads nothing for it, where stdout is a pipe or a file. */
function columnsOfStdout(): number {
  try {
    return fstatSync(1).isCharacterDevice() ? (process.stdout.columns ?? PLAIN_COLUMNS) : PLAIN_COLUMNS;
  } catch {
    return PLAIN_COLUMNS;
  }
}

/** Writes a text without opening a stream for it, which takes a tenth of Node's own start. */
function print(descriptor: 1 | 2, text: string): void {
  try {
    for (let rest = Buffer.from(text); rest.length > 0; ) rest = rest.subarray(writeSync(descriptor, rest));
  } catch {
    // The reader went away, which is its own affair.
  }
}

const argv = process.argv.slice(2);
// Scripts ask for the version often, and it needs no parser.
if (argv.length === 1 && argv[0] === '--version') print(1, `${VERSION}\n`);
else if (argv[0] === '__complete') void complete(argv.slice(1));
else void main(argv);
