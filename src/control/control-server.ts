import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { lstatSync, renameSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { systemReason, usageError } from '../errors.js';
import { type ControlPlace, controlFolders, prepareFolder } from './folder.js';
import { type OneLine, readLine } from './line.js';
import { type ControlRequest, errorAnswer, MOST_REQUEST_BYTES, parseRequest } from './messages.js';
import { nameOfSocket, removeStaleSockets } from './sockets.js';

/** Whoever has connected sends the request at once. */
const REQUEST_PATIENCE_MS = 5_000;
/** How long the last answers may take to be written at the end. */
const LAST_ANSWERS_MS = 1_000;
const MOST_CONNECTIONS = 64;
/**
 * A socket's file may be removed under a pool that runs: with the user's runtime folder at a logout, or by what cleans
 * the folder for temporary files. So often it is made sure that it is there.
 */
const LOOK_INTERVAL_MS = 10_000;

export interface ControlServerOptions {
  readonly place: ControlPlace;
  /** Answers a request, or throws what is answered instead. */
  handle(request: ControlRequest): Promise<object>;
  /** Why nobody can ask; once, until that changes. */
  onProblem(message: string): void;
}

interface Listening {
  readonly server: Server;
  readonly path: string;
  readonly inode: number;
}

/** Has a pool answer its user, and nobody else, over a socket in a folder that only this user may enter. */
export class ControlServer {
  readonly #options: ControlServerOptions;
  readonly #name = nameOfSocket(process.pid, randomBytes(3).toString('hex'));
  /** Those that have not sent a request. */
  readonly #silent = new Set<Socket>();
  readonly #answering = new Set<Promise<void>>();
  #listening: Listening | undefined;
  #problem: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: ControlServerOptions) {
    this.#options = options;
  }

  /** Begins to listen, in the first folder that can be used. A pool that cannot be asked serves all the same. */
  async open(): Promise<void> {
    await this.#listen();
    this.#timer = setInterval(() => void this.#look(), LOOK_INTERVAL_MS);
    this.#timer.unref();
  }

  /** Takes the socket away. Resolves when what was asked has been answered; at the latest after a second. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#forget();
    for (const socket of this.#silent) socket.destroy();
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LAST_ANSWERS_MS);
    });
    await Promise.race([Promise.all(this.#answering), limit]);
    clearTimeout(timer);
  }

  async #listen(): Promise<void> {
    const { place, onProblem } = this.#options;
    const problems: string[] = [];
    const folders = controlFolders(place);
    for (const folder of folders) {
      const problem = prepareFolder(folder, place.uid, this.#name) ?? (await this.#listenIn(folder));
      if (problem === undefined || this.#isClosed) return;
      problems.push(problem);
    }
    const problem = problems.join('; ');
    if (folders.length > 0 && problem !== this.#problem) onProblem(`natsctl pool will not find this pool: ${problem}`);
    this.#problem = problem;
  }

  /** @returns why it cannot */
  async #listenIn(folder: string): Promise<string | undefined> {
    await removeStaleSockets(folder);
    const path = join(folder, this.#name);
    // Under another name until it listens: one that does not answer yet would be taken for one of the dead.
    const unborn = `${path}~`;
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#admit(socket));
    server.maxConnections = MOST_CONNECTIONS;
    server.unref();
    try {
      server.listen(unborn);
      await once(server, 'listening');
      renameSync(unborn, path);
      this.#listening = { server, path, inode: lstatSync(path).ino };
    } catch (error) {
      server.close();
      rmSync(unborn, { force: true });
      return `${folder}: ${systemReason(error as Error)}`;
    }
    server.on('error', () => undefined);
    if (this.#isClosed) this.#forget();
    return undefined;
  }

  /** Listens anew where the socket's file is gone. */
  async #look(): Promise<void> {
    if (this.#listening !== undefined && isThere(this.#listening)) return;
    this.#forget();
    await this.#listen();
  }

  #forget(): void {
    const listening = this.#listening;
    this.#listening = undefined;
    if (listening === undefined) return;
    if (isThere(listening)) rmSync(listening.path, { force: true });
    listening.server.close();
  }

  #admit(socket: Socket): void {
    // Who asked may go away before the answer.
    socket.on('error', () => undefined);
    const answering = this.#serve(socket).finally(() => this.#answering.delete(answering));
    this.#answering.add(answering);
  }

  async #serve(socket: Socket): Promise<void> {
    this.#silent.add(socket);
    const read = await readLine(socket, { mostBytes: MOST_REQUEST_BYTES, patienceMs: REQUEST_PATIENCE_MS });
    this.#silent.delete(socket);
    const answer = await this.#answer(read).then((result) => ({ result }), errorAnswer);
    await new Promise<void>((resolve) => {
      socket.once('close', resolve).end(`${JSON.stringify(answer)}\n`, resolve);
    });
    socket.destroySoon();
  }

  /** @throws CliError */
  async #answer(read: OneLine): Promise<object> {
    if ('line' in read) return this.#options.handle(parseRequest(read.line));
    switch (read.problem) {
      case 'too_long':
        throw usageError(`a request has at most ${MOST_REQUEST_BYTES} bytes`);
      case 'too_late':
        throw usageError(`no request came within ${REQUEST_PATIENCE_MS / 1_000} s`);
      case 'closed':
        throw usageError('a request is a line of JSON');
    }
  }
}

function isThere({ path, inode }: Listening): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.ino === inode;
}
