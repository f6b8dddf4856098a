import { runThread } from '../../../src/bench/load/run-thread.js';
import type { ToThread } from '../../../src/bench/load/thread-messages.js';
import type { StartThread } from '../../../src/bench/load/threads.js';

/** Runs a thread's work in this one: what it is told and tells is copied, as between threads. */
export const startInProcess: StartThread = (assignment, listener) => {
  const heard: Array<(message: ToThread) => void> = [];
  let hasEnded = false;
  const ended = runThread(structuredClone(assignment), {
    post(message) {
      const copy = structuredClone(message);
      setImmediate(() => {
        if (!hasEnded) listener.onMessage(copy);
      });
    },
    onMessage: (hear) => heard.push(hear),
  });
  const post = (message: ToThread): void => {
    const copy = structuredClone(message);
    setImmediate(() => {
      for (const hear of heard) hear(copy);
    });
  };
  return {
    post,
    async terminate() {
      hasEnded = true;
      // One that still runs is asked to end: a thread could be killed.
      post({ type: 'stop' });
      post({ type: 'all-received' });
      await ended;
    },
  };
};
