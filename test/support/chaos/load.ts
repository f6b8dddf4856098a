import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadAssignment, RetryingLoadReport } from '../../../scripts/support/retrying-load.mjs';

/** A load that runs in a process of its own. `await using` ends it. */
export interface RetryingLoad extends AsyncDisposable {
  /** Resolves once both of its connections have had an answer of the server. */
  connected(): Promise<void>;
  /** Sends no more, waits for what is in flight. */
  stop(): Promise<RetryingLoadReport>;
}

/** Starts a load; resolves when it is sending. */
export async function startRetryingLoad(assignment: LoadAssignment): Promise<RetryingLoad> {
  const child = fork(fileURLToPath(new URL('../../../scripts/support/retrying-load.mjs', import.meta.url)));
  const exited = once(child, 'exit');
  // The parent's end is told to it by the channel's.
  const hear = async (): Promise<unknown> => {
    const heard = await Promise.race([once(child, 'message'), exited.then(() => undefined)]);
    if (heard === undefined) throw new Error('the load process has died');
    return heard[0];
  };
  child.send(assignment);
  await hear();
  return {
    async connected() {
      child.send('flush');
      await hear();
    },
    async stop() {
      child.send('stop');
      return (await hear()) as RetryingLoadReport;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
