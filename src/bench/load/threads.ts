import { Worker } from 'node:worker_threads';
import { CliError } from '../../errors.js';
import type { FromThread, ThreadAssignment, ToThread } from './thread-messages.js';

/** A thread as the one sees it that started it. */
export interface LoadThread {
  post(message: ToThread): void;
  /** Ends it at once; resolves when it has. */
  terminate(): Promise<void>;
}

export interface ThreadListener {
  onMessage(message: FromThread): void;
  /** It ended without having said why. */
  onCrash(error: CliError): void;
}

export type StartThread = (assignment: ThreadAssignment, listener: ThreadListener) => LoadThread;

/** What the build makes of `thread.ts`. */
const THREAD_FILE = new URL('bench-thread.cjs', import.meta.url);

export const startThread: StartThread = (assignment, listener) => {
  // Its stdout is none: nothing of it prints.
  const worker = new Worker(THREAD_FILE, { workerData: assignment, name: `load ${assignment.share.thread + 1}` });
  let hasEnded = false;
  const crash = (error: unknown): void => {
    if (hasEnded) return;
    hasEnded = true;
    listener.onCrash(
      new CliError('internal', error instanceof Error ? error.message : String(error), { cause: error }),
    );
  };
  worker.on('message', (message: FromThread) => {
    if (message.type === 'done' || message.type === 'failed') hasEnded = true;
    listener.onMessage(message);
  });
  worker.on('error', crash);
  worker.on('exit', (code) => crash(`a thread of the load ended with code ${code}`));
  return {
    post: (message) => worker.postMessage(message),
    async terminate() {
      hasEnded = true;
      await worker.terminate();
    },
  };
};
