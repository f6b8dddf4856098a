import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonOf } from '../connection/for-contexts.js';
import { CliError, usageError } from '../errors.js';

/** A word of an editor's command line: blanks stand for themselves in quotes and behind a backslash. */
const WORD = /(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/gs;
const PART = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^'"\\]+)/gs;

/**
 * The program and the arguments that `$VISUAL`, else `$EDITOR` name; read here, so that no shell runs. Pure.
 *
 * @param fallback what to use where neither names one
 * @throws CliError `usage` where there is none, or a quote is left open
 */
export function editorCommand(
  env: Readonly<Record<string, string | undefined>>,
  fallback: string | undefined,
): readonly [program: string, ...args: string[]] {
  const variable = ['VISUAL', 'EDITOR'].find((name) => env[name]?.trim());
  const text = variable === undefined ? fallback : env[variable];
  if (text === undefined) throw usageError('there is no editor', 'name one in EDITOR: EDITOR=vi');
  const words = text.match(WORD) ?? [];
  if (words.join('') !== text.replace(new RegExp(`(${WORD.source})|\\s`, 'gs'), '$1')) {
    throw usageError(`${variable} cannot be read: ${JSON.stringify(text)}`, 'is a quote left open?');
  }
  const [program = '', ...args] = words.map((word) =>
    word.replace(PART, (_, single, double, escaped, plain) =>
      double === undefined ? (single ?? escaped ?? plain) : double.replace(/\\(["\\$`])/g, '$1'),
    ),
  );
  return [program, ...args];
}

/** What ends natsctl must not end it before the copy, with secrets in it, is gone. */
const PASSED_ON = ['SIGTERM', 'SIGHUP'] as const;

/**
 * Lets a person edit a text: in a copy that its owner alone may read, which is taken away again.
 *
 * @param fileName the copy's, for the person and for what the editor makes of it
 * @returns the text as the editor left it
 * @throws CliError `usage` where the editor cannot be run or ends with a failure; with the exit code of the signal
 *   where one ended it
 */
export async function editText(
  text: string,
  fileName: string,
  [program, ...args]: readonly [program: string, ...args: string[]],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  // The folder is the owner's alone from the start.
  const folder = mkdtempSync(join(tmpdir(), 'natsctl-'));
  try {
    const copy = join(folder, fileName);
    writeFileSync(copy, text, { mode: 0o600 });
    await runEditor(program, [...args, copy], env);
    return readFileSync(copy, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runEditor(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  let stoppedBy: (typeof PASSED_ON)[number] | undefined;
  // The terminal sends Ctrl-C to the editor as well, to which it may mean anything.
  const ignore = (): void => undefined;
  const pass = (signal: NodeJS.Signals): void => {
    stoppedBy = signal as typeof stoppedBy;
    child.kill(signal);
  };
  process.on('SIGINT', ignore);
  for (const signal of PASSED_ON) process.on(signal, pass);
  // Not before: a signal that comes in between would leave the editor, and the copy, behind.
  const child = spawn(program, args, { env, stdio: 'inherit' });
  try {
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (...end) => resolve(end));
    }).catch((error: unknown) => {
      throw usageError(`cannot run the editor ${program}: ${reasonOf(error)}`, 'name one in EDITOR: EDITOR=vi');
    });
    if (stoppedBy !== undefined) {
      const exitCode = 128 + constants.signals[stoppedBy];
      throw new CliError('usage', `ended by ${stoppedBy}: nothing was changed`, { exitCode });
    }
    if (code !== 0) {
      throw usageError(`the editor ${program} ended with ${signal ?? `exit ${code}`}: nothing was changed`);
    }
  } finally {
    process.off('SIGINT', ignore);
    for (const signal of PASSED_ON) process.off(signal, pass);
  }
}
