import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { reasonOf } from '../connection/for-contexts.js';
import { usageError } from '../errors.js';

/**
 * Writes a file that its owner alone may read, whole or not at all: a reader sees what was there before or all of
 * it. As with the `nats` command, a link that stands there is replaced: no secret goes where the link leads. Folders
 * that are missing are made for the owner alone.
 *
 * @throws CliError `usage` where it cannot be written
 */
export function replaceFile(path: string, text: string): void {
  // Not by the ending of a context, so that nobody who lists them meanwhile sees it.
  const temporary = join(dirname(path), `.natsctl-${randomBytes(6).toString('hex')}.tmp`);
  let isMade = false;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(temporary, 'wx', 0o600);
    isMade = true;
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    if (isMade) removeFile(temporary);
    throw usageError(`cannot write ${path}: ${reasonOf(error)}`);
  }
}

/** Takes a file away, if it is there. @throws CliError `usage` where the system does not let it */
export function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw usageError(`cannot remove ${path}: ${reasonOf(error)}`);
  }
}
