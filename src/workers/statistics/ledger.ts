import { LatencyHistogram } from '../../services/index.js';
import { addSnapshot, addTally, emptyTally, type Tally, type WorkerSnapshot } from './snapshot.js';

/** An endpoint over all workers that there are and were. */
export interface EndpointTotal extends Tally {
  readonly service: string;
  readonly endpoint: string;
}

export interface LagTotal {
  readonly histogram: LatencyHistogram;
  sumMs: number;
}

/** A worker that does not answer for so long is busy, and what it told last is taken. */
const ANSWER_TIMEOUT_MS = 250;

/**
 * What the workers of a pool have done, those that have ended included, so that no count ever goes down. What one has
 * in flight goes with it.
 */
export class StatisticsLedger<Worker> {
  readonly #latest = new Map<Worker, WorkerSnapshot>();
  /** By service and endpoint, in the order in which they were first told of. */
  readonly #ended = new Map<string, EndpointTotal>();
  readonly #endedLag: LagTotal = { histogram: new LatencyHistogram(), sumMs: 0 };
  readonly #awaited = new Set<Worker>();
  #asking: Promise<void> | undefined;
  #tellAnswered: () => void = () => undefined;

  hear(worker: Worker, snapshot: WorkerSnapshot, isAnswer: boolean): void {
    this.#latest.set(worker, snapshot);
    // Remembers the order, and that there is such an endpoint.
    for (const { service, endpoint } of snapshot.endpoints) totalIn(this.#ended, service, endpoint);
    if (isAnswer) this.#noteAnswer(worker);
  }

  /** It has ended, and said its last. */
  bury(worker: Worker): void {
    this.#noteAnswer(worker);
    const last = this.#latest.get(worker);
    if (last === undefined) return;
    this.#latest.delete(worker);
    addWorker(this.#ended, { ...last, endpoints: last.endpoints.map((one) => ({ ...one, inFlight: 0 })) });
    addLag(this.#endedLag, last);
  }

  /** What a worker has told last. */
  latestOf(worker: Worker): WorkerSnapshot | undefined {
    return this.#latest.get(worker);
  }

  /**
   * Has the workers tell how things are now. Whoever comes while they are being asked waits for the same answers.
   *
   * @returns when all have answered, or those that have not are too busy to
   */
  refresh(workers: Iterable<Worker>, ask: (worker: Worker) => void): Promise<void> {
    this.#asking ??= this.#ask(workers, ask).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  endpoints(): readonly EndpointTotal[] {
    const totals = new Map<string, EndpointTotal>();
    for (const ended of this.#ended.values()) addTally(totalIn(totals, ended.service, ended.endpoint), ended);
    for (const snapshot of this.#latest.values()) addWorker(totals, snapshot);
    return [...totals.values()];
  }

  lag(): LagTotal {
    const total = { histogram: new LatencyHistogram(), sumMs: this.#endedLag.sumMs };
    total.histogram.add(this.#endedLag.histogram.counts());
    for (const snapshot of this.#latest.values()) addLag(total, snapshot);
    return total;
  }

  async #ask(workers: Iterable<Worker>, ask: (worker: Worker) => void): Promise<void> {
    for (const worker of workers) this.#awaited.add(worker);
    if (this.#awaited.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#tellAnswered = resolve;
      timer = setTimeout(resolve, ANSWER_TIMEOUT_MS);
      for (const worker of [...this.#awaited]) ask(worker);
    });
    clearTimeout(timer);
    this.#awaited.clear();
  }

  #noteAnswer(worker: Worker): void {
    if (this.#awaited.delete(worker) && this.#awaited.size === 0) this.#tellAnswered();
  }
}

function addWorker(totals: Map<string, EndpointTotal>, { endpoints }: WorkerSnapshot): void {
  for (const snapshot of endpoints) addSnapshot(totalIn(totals, snapshot.service, snapshot.endpoint), snapshot);
}

function totalIn(totals: Map<string, EndpointTotal>, service: string, endpoint: string): EndpointTotal {
  // ADR-32 allows no blank in either name.
  const key = `${service} ${endpoint}`;
  const total = totals.get(key) ?? { service, endpoint, ...emptyTally() };
  totals.set(key, total);
  return total;
}

function addLag(total: LagTotal, { lag }: WorkerSnapshot): void {
  total.histogram.add(lag.counts);
  total.sumMs += lag.sumMs;
}
