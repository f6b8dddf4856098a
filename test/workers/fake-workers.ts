import type { ErrorKind } from '../../src/errors.js';
import type { Assignment, FromWorker } from '../../src/workers/messages.js';
import type { SpawnWorker, WorkerExit, WorkerListener } from '../../src/workers/worker-process.js';
import { planFor } from '../services/connect-to.js';

/** A worker without a process, for a test to speak and die for. */
export class FakeWorker {
  readonly assignment: Assignment;
  /** Was told to serve, after it had been told to wait. */
  called = false;
  /** Was let take requests. */
  admitted = false;
  drained = false;
  /** What it was given for the drain. */
  graceMs: number | undefined;
  killed = false;
  /** How often it was asked for statistics. */
  asked = 0;
  #listener: WorkerListener;
  #ended = false;

  constructor(assignment: Assignment, listener: WorkerListener) {
    this.assignment = assignment;
    this.#listener = listener;
  }

  /** Which place in the pool it has, counted from 1. */
  get place(): number {
    return this.assignment.worker;
  }

  get isAlive(): boolean {
    return !this.#ended;
  }

  say(message: FromWorker): void {
    this.#listener.onMessage(message);
  }

  ready(discoveryDenied?: string, longestTimeoutMs = 0): void {
    const endpoints = [{ name: 'greet', subject: 'greeter.greet', queue: 'greeters' }];
    const services = [{ name: 'greeter', version: '1.0.0', endpoints }];
    this.say({ type: 'ready', server: 'nats://127.0.0.1:4222', services, discoveryDenied, longestTimeoutMs });
  }

  /** Answers what it was asked: it is alive, and has done nothing yet. */
  answer(): void {
    const lag = { counts: [], sumMs: 0, recentMs: 0 };
    this.say({ type: 'statistics', snapshot: { endpoints: [], lag, rssBytes: 0 }, isAnswer: true });
  }

  /** Says why and dies, as a worker does that cannot serve. */
  fail(kind: ErrorKind, message: string): void {
    this.say({ type: 'failed', failure: { kind, message, hint: undefined, details: {} } });
    this.die({ code: 1, signal: null });
  }

  /** Says that it is drained and ends. */
  finish(unanswered = 0): void {
    this.say({ type: 'drained', unanswered });
    this.die({ code: 0, signal: null });
  }

  die(exit: WorkerExit = { code: null, signal: 'SIGKILL' }): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#listener.onExit(exit);
  }
}

/** What a pool in a test spawns, in the order of the births. */
export class FakeWorkers {
  readonly all: FakeWorker[] = [];

  readonly spawn: SpawnWorker = (assignment, listener) => {
    const worker = new FakeWorker(assignment, listener);
    this.all.push(worker);
    return {
      pid: this.all.length,
      serve: () => {
        worker.called = true;
      },
      admit: () => {
        worker.admitted = true;
      },
      askStatistics: () => {
        worker.asked += 1;
      },
      drain: (graceMs) => {
        worker.drained = true;
        worker.graceMs = graceMs;
      },
      kill: () => {
        worker.killed = true;
        // As with a process, its end is told a moment later.
        queueMicrotask(() => worker.die());
      },
    };
  };

  get alive(): readonly FakeWorker[] {
    return this.all.filter(({ isAlive }) => isAlive);
  }

  /** The latest in a place. */
  at(place: number): FakeWorker {
    const worker = this.all.findLast((candidate) => candidate.place === place);
    if (worker === undefined) throw new Error(`no worker has had place ${place}`);
    return worker;
  }
}

/** What a pool in a test gives its worker to do. */
export function assignmentFor(worker: number, graceMs = 10_000): Assignment {
  return {
    services: [{ kind: 'built_in', name: 'greeter' }],
    queue: undefined,
    handlerTimeoutMs: 30_000,
    concurrency: undefined,
    watchdogMs: 3_600_000,
    plan: planFor('nats://127.0.0.1:4222', { waitServer: '1s' }),
    worker,
    log: 'off',
    programLog: 'text',
    graceMs,
    registerTtlS: undefined,
  };
}
