import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { systemReason } from '../errors.js';
import { signalGroup } from '../programs/index.js';
import { openLastEndpoint } from './last-endpoint.js';
import type { Assignment, FromWorker, ToWorker } from './messages.js';

/** How a worker process ended. */
export interface WorkerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why the system did not start it, where it did not. */
  readonly refusal?: string | undefined;
  /** The subject of the endpoint that it handled a request for, the last time that it did. */
  readonly lastEndpoint?: string | undefined;
}

export interface WorkerListener {
  onMessage(message: FromWorker): void;
  onExit(exit: WorkerExit): void;
}

/** A worker process as the supervisor sees it. */
export interface WorkerProcess {
  readonly pid: number | undefined;
  /** Has one that waits load its services and serve them. */
  serve(): void;
  /** Lets it take requests. */
  admit(): void;
  /** It answers with statistics, where it has the time. */
  askStatistics(): void;
  /** @param graceMs how long it may take; of several drains the shortest holds */
  drain(graceMs: number): void;
  kill(): void;
}

export type SpawnWorker = (assignment: Assignment, listener: WorkerListener) => WorkerProcess;

/** The worker's own number for what it keeps its note in: behind stdin, stdout, stderr and the IPC channel. */
const NOTE_DESCRIPTOR = 4;

/** The launcher beside this program's own; the build puts both one folder above what is built. */
const WORKER_LAUNCHER = new URL('../bin/worker.js', import.meta.url);

/** Starts a worker process and gives it its assignment over IPC, where no process list shows it. */
export const spawnWorker = (
  assignment: Assignment,
  listener: WorkerListener,
  launcher: URL = WORKER_LAUNCHER,
): WorkerProcess => {
  const note = openLastEndpoint();
  const child: ChildProcess = fork(fileURLToPath(launcher), [], {
    // What a service prints goes to stderr: stdout is for data.
    stdio: ['ignore', 2, 2, 'ipc', note?.descriptor ?? 'ignore'],
  });
  const send = (message: ToWorker): void => {
    // One that has gone meanwhile is told of by its exit.
    if (child.connected) child.send(message, () => undefined);
  };
  const groups = new Set<number>();
  let ended = false;
  const end = (exit: WorkerExit): void => {
    if (ended) return;
    ended = true;
    // One that was killed could not do it.
    for (const group of groups) signalGroup(group, 'SIGKILL');
    listener.onExit({ ...exit, lastEndpoint: note?.read() });
    note?.close();
  };
  child.on('message', (message: FromWorker) => {
    if (message.type !== 'program') listener.onMessage(message);
    else if (message.isRunning) groups.add(message.group);
    else groups.delete(message.group);
  });
  child.on('exit', (code, signal) => {
    // Node may learn of the end before it has read the last words; behind 'disconnect' there are none.
    if (child.connected) child.once('disconnect', () => end({ code, signal }));
    else end({ code, signal });
  });
  // Such as no memory for a process: it has never run.
  child.on('error', (error) => {
    if (child.pid === undefined) end({ code: null, signal: null, refusal: systemReason(error) });
  });
  send({ type: 'start', assignment, noteDescriptor: note && NOTE_DESCRIPTOR });
  return {
    pid: child.pid,
    serve: () => send({ type: 'serve' }),
    admit: () => send({ type: 'admit' }),
    askStatistics: () => send({ type: 'ask_statistics' }),
    drain: (graceMs) => send({ type: 'drain', graceMs }),
    kill: () => void child.kill('SIGKILL'),
  };
};
