import { Worker } from 'node:worker_threads';
import { nowNs } from './clock.js';

/** Rings once at a time on the clock of {@link nowNs}. */
export interface Alarm {
  /** In place of the time that it was set to before; a time that is past is rung as soon as the loop turns. */
  set(atNs: number): void;
  /** It rings no more. */
  close(): void;
}

/**
 * What it rings for is rung for together where it is closer than this: each ring costs two threads some microseconds.
 */
const RESOLUTION_NS = 100_000;
/** In {@link shared}: what counts the times that were set, negative at the end; and the time, in ns. */
const SHARED_BYTES = 16;

/**
 * An alarm that a thread of its own rings, which sleeps on a futex until the time: it is late by some 50 µs, where a
 * timer of Node is by up to a millisecond, and a loop that turns without rest would take a processor from what is
 * measured.
 */
export function openAlarm(ring: () => void): Alarm {
  const shared = new SharedArrayBuffer(SHARED_BYTES);
  const state = new Int32Array(shared, 0, 1);
  const time = new BigInt64Array(shared, 8, 1);
  const worker = new Worker(`(${sleepAndRing.toString()})()`, {
    eval: true,
    workerData: shared,
    name: 'metronome',
    resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 8 },
  });
  let atNs = Number.POSITIVE_INFINITY;
  worker.on('message', () => {
    // It may have been set anew meanwhile.
    if (nowNs() < atNs) return;
    atNs = Number.POSITIVE_INFINITY;
    ring();
  });
  return {
    set(ns) {
      atNs = Math.max(ns, nowNs() + RESOLUTION_NS);
      Atomics.store(time, 0, BigInt(Math.ceil(atNs)));
      Atomics.add(state, 0, 1);
      Atomics.notify(state, 0);
    },
    close() {
      atNs = Number.POSITIVE_INFINITY;
      Atomics.store(state, 0, -1);
      Atomics.notify(state, 0);
      void worker.terminate();
    },
  };
}

/** The thread: its source is handed to it as text, so that it can have nothing from outside. */
function sleepAndRing(): void {
  const { parentPort, workerData } = require('node:worker_threads');
  const state = new Int32Array(workerData, 0, 1);
  const time = new BigInt64Array(workerData, 8, 1);
  let rung = 0;
  for (;;) {
    const set = Atomics.load(state, 0);
    if (set < 0) return;
    if (set === rung) {
      Atomics.wait(state, 0, set);
      continue;
    }
    const leftNs = Number(Atomics.load(time, 0) - process.hrtime.bigint());
    if (leftNs > 0 && Atomics.wait(state, 0, set, leftNs / 1e6) !== 'timed-out') continue;
    rung = set;
    parentPort.postMessage(0);
  }
}
