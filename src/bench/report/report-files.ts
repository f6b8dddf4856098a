import { randomBytes } from 'node:crypto';
import { constants, promises } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { systemReason, usageError } from '../../errors.js';

/** A file that was asked for, by its flag: `csv`, `hdr`. */
export type ReportFilePaths<Form extends string> = Readonly<Partial<Record<Form, string | undefined>>>;

/** The files of a report, which can be written. */
export interface ReportFiles<Form extends string> {
  /** Those that were asked for. */
  readonly forms: readonly Form[];
  /**
   * Writes one whole, or leaves what was there before.
   *
   * @throws CliError `usage` where that went wrong after all
   */
  write(form: Form, text: string): Promise<void>;
}

/** Where a file is to go. */
type Target =
  /** Beside it, it is written first; then it takes the place of what is there. */
  | { readonly kind: 'file'; readonly path: string; readonly mode: number | undefined }
  /** What is no file, such as `/dev/null` or a pipe, is written to as it is. */
  | { readonly kind: 'device'; readonly path: string };

/**
 * Makes sure, before anything is measured, that all files can be written; nothing is left there by it.
 *
 * @param inputs what is read, and must not be written over; undefined stands for none
 * @throws CliError `usage` (exit 2), naming the flag: a path is empty, is named twice, is that of an input, or cannot be
 *   written
 */
export async function openReportFiles<Form extends string>(
  paths: ReportFilePaths<Form>,
  inputs: ReadonlyArray<string | undefined> = [],
): Promise<ReportFiles<Form>> {
  const read = await Promise.all(inputs.map((path) => path && realPath(resolve(path)).catch(() => undefined)));
  const targets = new Map<Form, Target>();
  for (const [form, path] of Object.entries(paths) as [Form, string | undefined][]) {
    if (path === undefined) continue;
    if (path === '') throw usageError(`--${form} is empty`, 'name a file');
    if (path === '-') throw usageError(`--${form} writes a file: stdout has the report`, 'name a file; ./- is one too');
    const target = await findTarget(path).catch((error: unknown) => {
      throw failure(form, path, error);
    });
    const [other] = [...targets].find(([, { kind, path }]) => kind === 'file' && path === target.path) ?? [];
    if (other !== undefined) throw usageError(`--${other} and --${form} name the same file: ${path}`);
    if (target.kind === 'file' && read.includes(target.path)) {
      throw usageError(`--${form} would overwrite ${path}, which is read`, 'name another file');
    }
    targets.set(form, target);
  }
  return {
    forms: [...targets.keys()],
    async write(form, text) {
      const target = targets.get(form);
      if (target === undefined) throw new Error(`no file for ${form}`);
      await writeTarget(target, text).catch((error: unknown) => {
        throw failure(form, paths[form] ?? '', error);
      });
    },
  };
}

function failure(form: string, path: string, error: unknown): Error {
  const { code } = error as NodeJS.ErrnoException;
  const reason = code === 'ENOENT' ? 'no such directory' : systemReason(error as NodeJS.ErrnoException);
  return usageError(`cannot write ${path} (--${form}): ${reason}`);
}

/** Follows links. @throws Error of the system where it cannot be written */
async function findTarget(asWritten: string): Promise<Target> {
  const path = await realPath(resolve(asWritten));
  const stats = await promises.stat(path).catch(ignoreMissing);
  if (stats !== undefined) await promises.access(path, constants.W_OK);
  if (stats?.isDirectory()) throw new Error('it is a directory');
  if (stats !== undefined && !stats.isFile()) return { kind: 'device', path };
  // What the system says of a folder is not all: a disk may be full, or there to be read only.
  const probe = temporaryName(path);
  await promises.writeFile(probe, '\n', { flag: 'wx' });
  await promises.rm(probe);
  return { kind: 'file', path, mode: stats === undefined ? undefined : stats.mode & 0o777 };
}

/** Where a path leads, also where the file itself is not there yet. */
async function realPath(path: string): Promise<string> {
  const whole = await promises.realpath(path).catch(ignoreMissing);
  return whole ?? join(await promises.realpath(dirname(path)), basename(path));
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}

async function writeTarget(target: Target, text: string): Promise<void> {
  if (target.kind === 'device') {
    await promises.writeFile(target.path, text);
    return;
  }
  const temporary = temporaryName(target.path);
  try {
    const file = await promises.open(temporary, 'wx');
    try {
      if (target.mode !== undefined) await file.chmod(target.mode);
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    await promises.rename(temporary, target.path);
  } catch (error) {
    await promises.rm(temporary, { force: true });
    throw error;
  }
}

function temporaryName(path: string): string {
  return join(dirname(path), `.natsctl-${randomBytes(6).toString('hex')}.tmp`);
}
