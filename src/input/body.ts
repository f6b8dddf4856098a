import { fstatSync, promises } from 'node:fs';
import type { Readable } from 'node:stream';
import { usageError } from '../errors.js';

/** How the body of a message was given on the command line. */
export interface BodyRequest {
  /** The BODY argument; `-` is stdin. */
  readonly argument: string | undefined;
  readonly file: string | undefined;
  readonly noStdin: boolean;
}

/** Where a body comes from, decided before anything is read. */
export type BodySource =
  | { readonly from: 'argument'; readonly text: string }
  | { readonly from: 'file'; readonly path: string }
  | { readonly from: 'stdin' }
  | { readonly from: 'nothing' };

/** nats-server takes no larger payload, whatever its configuration (64 MiB): more need not be read. */
const LARGEST_BODY_BYTES = 64 * 1024 * 1024;
/** When to tell a person that input is waited for. */
const PATIENCE_MS = 2_000;

/**
 * Decides where the body comes from: a BODY argument before all else, so that stdin is not even opened; without
 * one, stdin where something can come from it.
 *
 * @param stdinHasInput whether stdin is a pipe, a socket or a file
 * @throws CliError `usage` where two sources are named
 */
export function chooseBody(request: BodyRequest, stdinHasInput: boolean): BodySource {
  const { argument, file, noStdin } = request;
  if (argument !== undefined && file !== undefined) throw usageError('give either BODY or --file');
  if (argument === '-' || file === '-') {
    if (noStdin) throw usageError('"-" reads stdin, and --no-stdin forbids it');
    return { from: 'stdin' };
  }
  if (file !== undefined) return { from: 'file', path: file };
  if (argument !== undefined) return { from: 'argument', text: argument };
  return !noStdin && stdinHasInput ? { from: 'stdin' } : { from: 'nothing' };
}

/** Whether input can come from stdin: a pipe, a socket (what Node's `spawn` gives a child) or a file. */
export function stdinHasInput(): boolean {
  try {
    const status = fstatSync(0);
    return status.isFIFO() || status.isSocket() || status.isFile();
  } catch {
    return false;
  }
}

/**
 * Reads the body to its end.
 *
 * @param tellWaiting called once where nothing has come from stdin for 2 s
 * @param stdin gives the stream, and is called only where it is to be read
 * @throws CliError `usage` where a file cannot be read, or the body is larger than any server takes
 */
export async function readBody(
  source: BodySource,
  tellWaiting: () => void,
  stdin: () => Readable = () => process.stdin,
): Promise<Uint8Array> {
  switch (source.from) {
    case 'nothing':
      return new Uint8Array(0);
    case 'argument':
      return Buffer.from(source.text);
    case 'file':
      return readBodyFile(source.path);
    case 'stdin':
      return readStream(stdin(), tellWaiting);
  }
}

async function readBodyFile(path: string): Promise<Uint8Array> {
  try {
    if ((await promises.stat(path)).size > LARGEST_BODY_BYTES) throw tooLarge();
    return await promises.readFile(path);
  } catch (error) {
    throw explainReadError(path, error);
  }
}

/**
 * Reads the error of a file that cannot be read.
 *
 * @returns a CliError `usage`; the error unchanged where it is not the system's
 */
export function explainReadError(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const reason = { ENOENT: 'no such file', EACCES: 'permission denied', EISDIR: 'it is a directory' }[code];
  return usageError(`cannot read ${path}: ${reason ?? code}`);
}

async function readStream(stream: Readable, tellWaiting: () => void): Promise<Uint8Array> {
  const timer = setTimeout(tellWaiting, PATIENCE_MS);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      clearTimeout(timer);
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > LARGEST_BODY_BYTES) throw tooLarge();
    }
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): Error {
  return usageError('the body is larger than 64 MiB, more than any NATS server takes');
}
