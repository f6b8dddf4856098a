import { constants, promises, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { CliError, systemReason, usageError } from '../errors.js';

function failure(path: string, error: unknown): Error {
  const reason =
    (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such directory' : systemReason(error as Error);
  return refusal(path, reason);
}

function refusal(path: string, reason: string): Error {
  return usageError(`cannot use the ready file ${path}: ${reason}`);
}

/**
 * Takes away a file that was left there, which would speak of this program before it is ready, and makes sure
 * that one can be written.
 *
 * @throws CliError `usage` where the folder is missing or not ours to write to
 */
export async function prepareReadyFile(path: string): Promise<void> {
  await removeReadyFile(path);
  await promises.access(dirname(path), constants.W_OK).catch((error: unknown) => {
    throw failure(path, error);
  });
}

/**
 * Writes the file whole: a reader sees all of it or none.
 *
 * @throws CliError `usage` where it cannot be written
 */
export async function writeReadyFile(path: string, state: object): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  try {
    await promises.writeFile(temporary, `${JSON.stringify(state)}\n`);
    await promises.rename(temporary, path);
  } catch (error) {
    await promises.rm(temporary, { force: true });
    throw failure(path, error);
  }
}

/**
 * Removes the file where there is one, and nothing else: not what `/dev/null` and `/dev/stdout` name.
 *
 * @throws CliError `usage` where something else is there, or the file cannot be removed
 */
export async function removeReadyFile(path: string): Promise<void> {
  try {
    const entry = await promises.lstat(path);
    if (!entry.isFile()) throw refusal(path, 'it is no regular file');
    await promises.rm(path, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error instanceof CliError ? error : failure(path, error);
  }
}

/** A ready file of this process. */
export interface ReadyFile {
  /** See {@link writeReadyFile}. */
  write(state: object): Promise<void>;
  /** See {@link removeReadyFile}. */
  remove(): Promise<void>;
}

/**
 * As {@link prepareReadyFile}, for a program that may end without coming back to the one who called it, such as where
 * the reader of its output goes away: the file does not outlive it.
 *
 * @param emitter what emits `exit` when this process ends
 * @throws CliError `usage` where the folder is missing or not ours to write to
 */
export async function holdReadyFile(path: string, emitter: NodeJS.EventEmitter = process): Promise<ReadyFile> {
  await prepareReadyFile(path);
  const removeAtExit = (): void => rmSync(path, { force: true });
  emitter.once('exit', removeAtExit);
  return {
    write: (state) => writeReadyFile(path, state),
    async remove() {
      emitter.off('exit', removeAtExit);
      await removeReadyFile(path);
    },
  };
}
