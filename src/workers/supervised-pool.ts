import { type ControlPlace, type ControlRequest, ControlServer } from '../control/index.js';
import { CliError } from '../errors.js';
import { namedOutput, type Output } from '../output/index.js';
import { PoolControl } from './control/pool-control.js';
import { Pool } from './pool.js';
import { tellOfPool } from './pool-notices.js';
import type { DrainResult, PoolListener, PoolOptions } from './pool-options.js';
import { describeReady, type ReadyPlace, type ReadyPool } from './ready-state.js';
import { Watching } from './watch/index.js';

/** A pool that is to be served, alone or beside others. */
export interface PoolToServe extends Omit<PoolOptions, 'listener'> {
  /** Its own, where it may be one of several; what it tells begins with it then. */
  readonly name?: string | undefined;
  /** What is served, as far as that is known before it is loaded. */
  readonly label: string;
}

export interface SupervisedPoolOptions {
  readonly output: Output;
  readonly context: string | undefined;
  /** Where `natsctl pool` looks for it; undefined: it is not to be found. */
  readonly controlPlace: ControlPlace | undefined;
  /** It has other workers now. */
  readonly onChange: () => void;
  /** It begins to replace all its workers, or has ended that. */
  readonly onRenewing: (isRunning: boolean) => void;
}

/** A pool with all that goes with one: what it tells, its socket, and the watch over its modules. */
export class SupervisedPool {
  readonly pool: Pool;
  readonly control: PoolControl;
  readonly output: Output;
  readonly name: string | undefined;
  readonly #context: string | undefined;
  readonly #controlServer: ControlServer | undefined;
  readonly #watching: Watching | undefined;
  readonly #told = new Set<string>();
  #place: ReadyPlace | undefined;
  #url: string | undefined;
  #draining: Promise<DrainResult> | undefined;

  constructor(toServe: PoolToServe, { output, context, controlPlace, onChange, onRenewing }: SupervisedPoolOptions) {
    const { label, name } = toServe;
    this.name = name;
    this.#context = context;
    this.output = name === undefined ? output : namedOutput(output, name);
    const notices = tellOfPool(this.output, label);
    const listener: PoolListener = {
      ...notices,
      onReplaced(worker) {
        notices.onReplaced(worker);
        onChange();
      },
      onReconnected: (server) => {
        notices.onReconnected(server);
        this.control.tellServing(server);
      },
      onRenewed: onChange,
      onRenewing,
      onLoads: (file, digest) => this.#watching?.add(file, digest),
    };
    this.pool = new Pool({ ...toServe, listener });
    if (toServe.watched) this.#watching = new Watching(this.pool, { output: this.output });
    this.control = new PoolControl({
      pool: this.pool,
      name: name ?? label,
      output: this.output,
      context,
      onChange: () => {
        onChange();
        this.#tellServices();
      },
    });
    const handle = (request: ControlRequest): Promise<object> => this.control.handle(request);
    const onProblem = (message: string): void => this.output.warn(message);
    this.#controlServer = controlPlace && new ControlServer({ place: controlPlace, handle, onProblem });
  }

  /** Begins to be found by `natsctl pool`. */
  async open(): Promise<void> {
    await this.#controlServer?.open();
  }

  /**
   * Starts the workers.
   *
   * @returns the server's address, once all of them serve; undefined where it was stopped before
   * @throws CliError see {@link Pool.failed}
   */
  async start(): Promise<string | undefined> {
    const start = this.pool.start().catch((error: unknown) => {
      throw this.#named(error);
    });
    const url = await Promise.race([start, this.control.stopAsked.then(() => undefined)]);
    if (url !== undefined) this.control.tellServing(url);
    this.#url = url;
    return url;
  }

  /** See {@link Pool.failed}; the error has the pool's name. */
  get failed(): Promise<never> {
    return this.pool.failed.catch((error: unknown) => {
      throw this.#named(error);
    });
  }

  /** All is ready: tells what it serves, and has the watch begin. */
  begin(embedded: boolean): void {
    if (this.#url === undefined) return;
    this.#place = { url: this.#url, context: this.#context, embedded };
    this.#tellServices();
    this.#watching?.begin(() => this.#tellServices());
  }

  /** As the ready file tells of it. */
  face(): ReadyPool {
    const { name, pool } = this;
    return { name, services: pool.services(), workers: pool.places().length, workerPids: pool.pids() };
  }

  /** Has it answer what is in hand and end; once, however often it is asked for. */
  drain(): Promise<DrainResult> {
    this.#watching?.stop();
    this.#draining ??= this.pool.drain();
    return this.#draining;
  }

  /** Ends it at once, where it has not ended. */
  async kill(): Promise<void> {
    this.#watching?.stop();
    this.pool.kill();
    await this.pool.ended();
  }

  /** Answers those who have asked for its end, and is found no more. */
  async close(ending: DrainResult | { readonly error: unknown }): Promise<void> {
    if ('error' in ending) this.control.tellFailure(ending.error);
    else this.control.tellEnd(ending);
    await this.#controlServer?.close();
  }

  #tellServices(): void {
    if (this.#place === undefined) return;
    for (const service of this.pool.services()) {
      const line = describeReady(service, this.pool.places().length, this.#place);
      if (!this.#told.has(line)) this.output.notice(line);
      this.#told.add(line);
    }
  }

  #named(error: unknown): unknown {
    if (this.name === undefined || !(error instanceof CliError)) return error;
    const { kind, message, hint, details } = error;
    return new CliError(kind, `pool ${this.name}: ${message}`, {
      hint,
      details: { ...details, pool: this.name },
      cause: error,
    });
  }
}
