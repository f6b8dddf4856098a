import { constants, lstatSync, promises, rmSync } from 'node:fs';
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

/** A ready file of this process. */
export interface ReadyFile {
  /**
   * Writes the file whole: a reader sees all of it or none. Writes nothing where another program has put its own there
   * since the last time, such as a successor that begins before this one ends.
   *
   * @throws CliError `usage` where it cannot be written
   */
  write(state: object): Promise<void>;
  /**
   * Removes what was written, and not what another program has put there.
   *
   * @throws CliError `usage` where it cannot be removed
   */
  remove(): Promise<void>;
}

/** What tells a file that was written from all others: its number alone may be given to the next one. */
type FileId = string;

/**
 * Takes away a file that was left there, which would speak of this program before it is ready, and makes sure
 * that one can be written.
 *
 * @throws CliError `usage` where the folder is missing or not ours to write to
 */
export async function prepareReadyFile(path: string): Promise<ReadyFile> {
  return (await prepare(path)).file;
}

/**
 * As {@link prepareReadyFile}, for a program that may end without coming back to the one who called it, such as where
 * the reader of its output goes away: the file does not outlive it.
 *
 * @param emitter what emits `exit` when this process ends
 * @throws CliError `usage` where the folder is missing or not ours to write to
 */
export async function holdReadyFile(path: string, emitter: NodeJS.EventEmitter = process): Promise<ReadyFile> {
  const { file, removeAtOnce } = await prepare(path);
  emitter.once('exit', removeAtOnce);
  return {
    write: file.write,
    async remove() {
      emitter.off('exit', removeAtOnce);
      await file.remove();
    },
  };
}

async function prepare(path: string): Promise<{ readonly file: ReadyFile; readonly removeAtOnce: () => void }> {
  await removeStale(path);
  await promises.access(dirname(path), constants.W_OK).catch((error: unknown) => {
    throw failure(path, error);
  });
  let written: FileId | undefined;
  const removeAtOnce = (): void => {
    if (written !== undefined && idOf(path) === written) rmSync(path, { force: true });
  };
  const isTaken = (): boolean => written !== undefined && ![undefined, written].includes(idOf(path));
  return {
    removeAtOnce,
    file: {
      async write(state) {
        if (isTaken()) return;
        await writeWhole(path, state, (id) => {
          written = id;
        });
      },
      async remove() {
        try {
          removeAtOnce();
        } catch (error) {
          throw failure(path, error);
        }
      },
    },
  };
}

function idOf(path: string): FileId | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.ino} ${stats.mtimeNs}`;
}

/** @param note is told of the file before it is in its place: whoever exits in between takes it away */
async function writeWhole(path: string, state: object, note: (id: FileId | undefined) => void): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  try {
    await promises.writeFile(temporary, `${JSON.stringify(state)}\n`);
    note(idOf(temporary));
    await promises.rename(temporary, path);
  } catch (error) {
    await promises.rm(temporary, { force: true });
    throw failure(path, error);
  }
}

/** Removes the file where there is one, and nothing else: not what `/dev/null` and `/dev/stdout` name. */
async function removeStale(path: string): Promise<void> {
  try {
    const entry = await promises.lstat(path);
    if (!entry.isFile()) throw refusal(path, 'it is no regular file');
    await promises.rm(path, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error instanceof CliError ? error : failure(path, error);
  }
}
