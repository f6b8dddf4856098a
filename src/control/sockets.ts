import { readdirSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { CliError, systemReason } from '../errors.js';
import { formatDuration } from '../units.js';
import { readLine } from './line.js';
import { type ControlRequest, MOST_ANSWER_BYTES, parseAnswer } from './messages.js';

const SOCKET_NAME = /^(\d+)-[0-9a-f]+\.sock$/;

/** What connecting to a pool comes to that has ended, or ends at this moment. */
const GONE: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT']);

/** The name of a pool's socket. A process id alone may be that of another one as well, in another container. */
export function nameOfSocket(pid: number, unique: string): string {
  return `${pid}-${unique}.sock`;
}

/** A pool's socket, and the process that it is of. */
export interface PoolSocket {
  readonly path: string;
  readonly pid: number;
}

/** The sockets in a folder; none where it cannot be read. */
export function socketsIn(folder: string): readonly PoolSocket[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const [, pid] = SOCKET_NAME.exec(name) ?? [];
    return pid === undefined ? [] : { path: join(folder, name), pid: Number(pid) };
  });
}

/** Removes the sockets that pools have left which were killed. */
export async function removeStaleSockets(folder: string): Promise<void> {
  await Promise.all(
    socketsIn(folder).map(async ({ path }) => {
      const socket = await open(path).catch(() => undefined);
      socket?.destroy();
    }),
  );
}

/**
 * Sends a request to a pool.
 *
 * @param patienceMs bounds the wait for the answer; undefined: it may take as long as it likes
 * @returns the result; undefined where the socket is that of a pool which is no more, and now removed
 * @throws the CliError that the pool answers; `timeout` where it does not answer in time, `pool` where it ends before
 *   it does
 */
export async function askPool(
  { path, pid }: PoolSocket,
  request: ControlRequest,
  patienceMs?: number,
): Promise<object | undefined> {
  const socket = await open(path);
  if (socket === undefined) return undefined;
  try {
    socket.on('error', () => undefined);
    socket.write(`${JSON.stringify(request)}\n`);
    const read = await readLine(socket, { mostBytes: MOST_ANSWER_BYTES, patienceMs });
    if ('line' in read) return parseAnswer(read.line);
    if (read.problem === 'too_late') {
      const waited = formatDuration(patienceMs ?? 0);
      throw new CliError('timeout', `the pool with pid ${pid} has not answered ${request.command} within ${waited}`);
    }
    throw new CliError('pool', `the pool with pid ${pid} ended before it answered ${request.command}`);
  } finally {
    socket.destroy();
  }
}

/**
 * @returns undefined where nobody listens there any more: the file is then removed
 * @throws CliError `pool` where the system does not let us
 */
function open(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.off('error', fail);
      resolve(socket);
    });
    const fail = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'ECONNREFUSED') rmSync(path, { force: true });
      if (GONE.has(error.code ?? '')) resolve(undefined);
      else reject(new CliError('pool', `cannot ask the pool at ${path}: ${systemReason(error)}`));
    };
    socket.once('error', fail);
  });
}
