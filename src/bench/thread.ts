// A thread of a benchmark: the build makes a file of its own of it, which `natsctl bench` starts.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { runThread } from './load/run-thread.js';
import type { FromThread, ThreadAssignment, ToThread } from './load/thread-messages.js';

const port = parentPort as MessagePort;

void runThread(workerData as ThreadAssignment, {
  post: (message: FromThread) => port.postMessage(message),
  onMessage: (hear) => port.on('message', (message: ToThread) => hear(message)),
}).finally(() => port.close());
