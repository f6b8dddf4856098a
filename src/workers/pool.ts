import { CliError } from '../errors.js';
import { HangWatch } from './hang-watch.js';
import { type Assignment, type FailureReport, type FromWorker, failureError, type ServedService } from './messages.js';
import { countDeath, type DeathRecord, NO_DEATHS, restartPause } from './restart-policy.js';
import { type SpawnWorker, spawnWorker, type WorkerExit, type WorkerProcess } from './worker-process.js';

/** What happens in a pool, for whoever tells a person of it. */
export interface PoolListener {
  /** A worker ended that nobody had asked to; its replacement starts after the pause. `hasServed`: the pool. */
  onDeath(worker: number, cause: string, pauseMs: number, hasServed: boolean): void;
  /** A replacement serves. */
  onReplaced(worker: number): void;
  /** The first worker lost its connection. */
  onDisconnected(): void;
  /** Why they cannot have it again as things are; once an outage. */
  onHindered(reason: string): void;
  /** The last of those that had lost it has its connection again. */
  onReconnected(server: string): void;
  onWarning(message: string): void;
  /** Why a registry does not know the pool; undefined where it does again. Once each. */
  onRegistry(problem: string | undefined): void;
}

export interface PoolOptions {
  readonly workers: number;
  readonly assignmentFor: (worker: number) => Assignment;
  readonly listener: PoolListener;
  readonly spawn?: SpawnWorker;
}

/** What a drain has lost. */
export interface DrainResult {
  /** Requests that workers could not answer within their grace. */
  readonly unanswered: number;
  /** Workers that died, or had to be killed, before they could tell. */
  readonly lost: number;
}

/** A place in the pool: the worker that has it now, and what became of those before. */
interface Place {
  readonly worker: number;
  process: WorkerProcess | undefined;
  readyAt: number | undefined;
  record: DeathRecord;
  failure: FailureReport | undefined;
  timer: NodeJS.Timeout | undefined;
  drained: boolean;
  hung: boolean;
}

/** When every place has lost this many workers in a row before they served, the pool gives up. */
const MOST_DEATHS_UNSERVED = 5;
/** Once a pool has served, a replacement waits for its server as long as it takes (a Node timer's limit, 24 days). */
const WAIT_WITHOUT_END_MS = 2 ** 31 - 1;
/** What a worker gets beyond a handler's deadline before it hangs. */
const HANG_MARGIN_MS = 5_000;
/** What a worker gets beyond its grace to report and end before it is killed. */
const KILL_MARGIN_MS = 1_000;

/** A fixed number of worker processes, each replaced when it dies. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #places: readonly Place[];
  readonly #disconnected = new Set<number>();
  readonly #served = deferred<string>();
  readonly #failed = deferred<never>();
  readonly #hangWatch: HangWatch;
  #services: readonly ServedService[] = [];
  #hasServed = false;
  #stopping = false;
  /** An outage was told of, and its end not yet. */
  #isOut = false;
  #isHindered = false;
  #registryProblem: string | undefined;
  #unanswered = 0;
  #lost = 0;
  #tellExit: () => void = () => undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#places = Array.from({ length: options.workers }, (_, index) => ({
      worker: index + 1,
      process: undefined,
      readyAt: undefined,
      record: NO_DEATHS,
      failure: undefined,
      timer: undefined,
      drained: false,
      hung: false,
    }));
    const { handlerTimeoutMs } = options.assignmentFor(1);
    this.#hangWatch = new HangWatch(handlerTimeoutMs + HANG_MARGIN_MS, (worker) => this.#killHung(worker));
  }

  /**
   * Starts the workers.
   *
   * @returns the server's address, once all of them serve
   * @throws CliError as {@link Pool.failed}
   */
  start(): Promise<string> {
    for (const place of this.#places) this.#spawn(place);
    return Promise.race([this.#served.promise, this.#failed.promise]);
  }

  /**
   * Rejects where no worker stays alive: with the cause where that is `usage`, `connection` or `authorization`,
   * else with `pool`. Never resolves.
   */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /**
   * Has every worker answer what it has in hand and end; kills those that do not within their grace.
   */
  async drain(): Promise<DrainResult> {
    this.#stopping = true;
    this.#hangWatch.stop();
    for (const place of this.#places) {
      clearTimeout(place.timer);
      place.process?.drain();
    }
    const graceMs = this.#options.assignmentFor(1).graceMs;
    const timer = setTimeout(() => this.kill(), graceMs + KILL_MARGIN_MS);
    await this.#allEnded();
    clearTimeout(timer);
    return { unanswered: this.#unanswered, lost: this.#lost };
  }

  /** What the workers serve, once they do. */
  services(): readonly ServedService[] {
    return this.#services;
  }

  /** The workers' process ids, in the order of their numbers; of those alone that run. */
  pids(): readonly number[] {
    return this.#places.flatMap(({ process }) => process?.pid ?? []);
  }

  /** Ends every worker at once. */
  kill(): void {
    this.#stopping = true;
    this.#hangWatch.stop();
    for (const place of this.#places) {
      clearTimeout(place.timer);
      place.process?.kill();
    }
  }

  async #allEnded(): Promise<void> {
    while (this.#places.some(({ process }) => process !== undefined)) {
      await new Promise<void>((resolve) => {
        this.#tellExit = resolve;
      });
    }
  }

  #killHung(worker: number): void {
    const place = this.#places[worker - 1];
    if (place?.process === undefined) return;
    place.hung = true;
    place.process.kill();
  }

  #spawn(place: Place): void {
    if (this.#stopping) return;
    const assignment = this.#options.assignmentFor(place.worker);
    const plan = { ...assignment.plan, waitServerMs: WAIT_WITHOUT_END_MS };
    const spawn = this.#options.spawn ?? spawnWorker;
    place.readyAt = undefined;
    place.failure = undefined;
    place.drained = false;
    place.hung = false;
    place.process = spawn(this.#hasServed ? { ...assignment, plan } : assignment, {
      onMessage: (message) => this.#hear(place, message),
      onExit: (exit) => this.#bury(place, exit),
    });
  }

  #hear(place: Place, message: FromWorker): void {
    const { listener } = this.#options;
    switch (message.type) {
      case 'ready':
        this.#services = message.services;
        this.#welcome(place, message.server, message.discoveryDenied);
        break;
      case 'failed':
        place.failure = message.failure;
        break;
      case 'alive':
        if (!this.#stopping) this.#hangWatch.hear(place.worker);
        break;
      case 'disconnected':
        this.#disconnected.add(place.worker);
        if (!this.#isOut && !this.#stopping) {
          this.#isOut = true;
          listener.onDisconnected();
        }
        break;
      case 'hindered':
        if (this.#isOut && !this.#isHindered && !this.#stopping) {
          this.#isHindered = true;
          listener.onHindered(message.message);
        }
        break;
      case 'reconnected':
        this.#disconnected.delete(place.worker);
        this.#tellIfBack(message.server);
        break;
      case 'registry':
        if (message.problem === this.#registryProblem || this.#stopping) break;
        this.#registryProblem = message.problem;
        listener.onRegistry(message.problem);
        break;
      case 'warning':
        listener.onWarning(`worker-${place.worker}: ${message.message}`);
        break;
      case 'drained':
        place.drained = true;
        this.#unanswered += message.unanswered;
        if (message.lost && this.#stopping) this.#lost += 1;
        break;
    }
  }

  #welcome(place: Place, server: string, discoveryDenied: string | undefined): void {
    place.readyAt = performance.now();
    if (this.#stopping) return;
    if (this.#hasServed) {
      this.#options.listener.onReplaced(place.worker);
      this.#tellIfBack(server);
      return;
    }
    if (this.#places.some(({ readyAt }) => readyAt === undefined)) return;
    this.#hasServed = true;
    if (discoveryDenied !== undefined) {
      this.#options.listener.onWarning(
        `the server denies subscribing to ${discoveryDenied}: \`nats service\` will not find this pool`,
      );
    }
    this.#served.resolve(server);
  }

  /** Tells that an outage is over: once, when no worker is without its connection any more. */
  #tellIfBack(server: string): void {
    if (!this.#isOut || this.#disconnected.size > 0 || this.#stopping) return;
    this.#isOut = false;
    this.#isHindered = false;
    this.#options.listener.onReconnected(server);
  }

  #bury(place: Place, exit: WorkerExit): void {
    place.process = undefined;
    this.#hangWatch.forget(place.worker);
    this.#disconnected.delete(place.worker);
    this.#tellExit();
    if (this.#stopping) {
      // One that never served has nothing in hand.
      if (!place.drained && place.readyAt !== undefined) this.#lost += 1;
      return;
    }
    const servedMs = place.readyAt === undefined ? undefined : performance.now() - place.readyAt;
    place.readyAt = undefined;
    place.record = countDeath(place.record, servedMs);
    const cause = place.failure?.message ?? describeExit(place, exit);
    if (this.#isHopeless(place)) {
      this.kill();
      this.#failed.reject(giveUp(place.failure, cause));
      return;
    }
    const pauseMs = restartPause(place.record);
    this.#options.listener.onDeath(place.worker, cause, pauseMs, this.#hasServed);
    place.timer = setTimeout(() => this.#spawn(place), pauseMs);
  }

  /** Whether trying again is of no use: bad input or refused credentials at the start, or death upon death in every place. */
  #isHopeless({ failure }: Place): boolean {
    const refused = failure?.kind === 'usage' || failure?.kind === 'authorization';
    if (refused && !this.#hasServed) return true;
    return this.#places.every(({ record }) => record.unserved >= MOST_DEATHS_UNSERVED);
  }
}

function describeExit({ drained, hung }: Place, { code, signal, lastEndpoint }: WorkerExit): string {
  if (drained) return 'it was drained';
  if (code === null && signal === null) return 'it could not be started';
  const how = hung
    ? 'it hung, and was killed'
    : signal === null
      ? `it exited with ${code}`
      : `it was ended by ${signal}`;
  return lastEndpoint === undefined ? how : `${how}; the last request that it took was for ${lastEndpoint}`;
}

/** The cause itself where a script can act on it, else that no worker stays alive. */
function giveUp(failure: FailureReport | undefined, cause: string): CliError {
  const telling = failure && ['usage', 'connection', 'authorization'].includes(failure.kind);
  if (telling) return failureError(failure);
  return new CliError('pool', `no worker stays alive: ${cause}`, {
    hint: 'the last one ended like this; the log above has the others',
  });
}

function deferred<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: Error) => void;
} {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: Error) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
