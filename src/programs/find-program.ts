import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { usageError } from '../errors.js';

/** A program that was found, and what it is called with. */
export interface Program {
  /** As the user wrote it: what it sees as its own name. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
}

/** Where execvp(3) looks without a PATH. */
const DEFAULT_PATH = '/bin:/usr/bin';

/**
 * Finds a program as a shell does: a name with a slash is a path, any other is looked for on the PATH.
 *
 * @throws CliError `usage` where there is none, or it cannot be executed
 */
export function findProgram(name: string, args: readonly string[], path: string | undefined): Program {
  const folders = (path ?? DEFAULT_PATH).split(delimiter);
  // An empty entry of the PATH is the working directory.
  const candidates = name.includes('/') ? [name] : folders.map((folder) => join(folder || '.', name));
  const states = name === '' ? [] : candidates.map((file) => ({ file, state: stateOf(file) }));
  const found = states.find(({ state }) => state === 'executable');
  if (found !== undefined) return { name, file: found.file, args };
  const why = states.some(({ state }) => state === 'other') ? 'cannot be executed' : 'not found';
  const hint = /\s/.test(name) ? `there is no shell around it; sh -c '${name}' is one` : undefined;
  throw usageError(`${name === '' ? "''" : name}: ${why}`, hint);
}

function stateOf(file: string): 'executable' | 'other' | 'missing' {
  try {
    if (!statSync(file).isFile()) return 'other';
  } catch {
    return 'missing';
  }
  try {
    accessSync(file, constants.X_OK);
    return 'executable';
  } catch {
    return 'other';
  }
}
