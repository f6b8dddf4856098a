import type { EndpointState } from '../../services/index.js';
import { LoopLag } from './loop-lag.js';
import type { EndpointSnapshot, WorkerSnapshot } from './snapshot.js';

/** What a worker that is killed takes with it was counted within this time. */
const INTERVAL_MS = 1_000;

/** @param isAnswer the supervisor has asked for it */
export type TellStatistics = (snapshot: WorkerSnapshot, isAnswer: boolean) => void;

/** Tells the supervisor what a worker has done: when asked, and every second in which it has done something. */
export class StatisticsReporter {
  readonly #tell: TellStatistics;
  readonly #endpoints: Array<{ readonly service: string; readonly state: EndpointState }> = [];
  readonly #lag = new LoopLag();
  #told = '';

  constructor(tell: TellStatistics) {
    this.#tell = tell;
  }

  /** Counts a service of the worker's. */
  add(service: string, states: readonly EndpointState[]): void {
    for (const state of states) this.#endpoints.push({ service, state });
  }

  /** Tells what there is, all zeros included, and goes on doing so. */
  start(): void {
    this.#lag.start();
    this.report();
    setInterval(() => {
      if (this.#done() !== this.#told) this.report();
    }, INTERVAL_MS).unref();
  }

  /** The supervisor asks. */
  answer(): void {
    this.#send(true);
  }

  /** Tells it unasked, such as at the end. */
  report(): void {
    this.#send(false);
  }

  #send(isAnswer: boolean): void {
    this.#told = this.#done();
    const endpoints = this.#endpoints.map(
      ({ service, state: { name, statistics } }): EndpointSnapshot => ({
        service,
        endpoint: name,
        requests: statistics.requests,
        errors: statistics.errors,
        inFlight: statistics.inFlight,
        processingNs: statistics.processingNs,
        latency: statistics.latency.counts(),
      }),
    );
    this.#tell({ endpoints, lag: this.#lag.snapshot(), rssBytes: process.memoryUsage.rss() }, isAnswer);
  }

  /** Another text where something was done meanwhile. */
  #done(): string {
    return this.#endpoints.map(({ state: { statistics: s } }) => `${s.requests}+${s.inFlight}`).join();
  }
}
