import type { Subscription } from 'nats';
import type { Connection, Denial } from '../connection/index.js';
import { callService, HEARTBEATS_PER_TTL, ServiceError, registrySubjects as subjects } from '../services/index.js';

/** An instance that this worker serves, as `service.register` takes it. */
export interface Announcement {
  readonly name: string;
  readonly version: string;
  readonly instance: string;
  readonly endpoints: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

export interface RegistrarOptions {
  readonly connection: Connection;
  readonly announcements: readonly Announcement[];
  /** Seconds that a registry knows an instance without a heartbeat. */
  readonly ttlS: number;
  /** Hears why the registry does not know them, and undefined when it does; only where that changes. */
  readonly onProblem: (problem: string | undefined) => void;
}

/** A registry that does not answer for so long is treated as none; it may have heard all the same. */
const ANSWER_TIMEOUT_MS = 1_000;
/** So many times in a row: one of its workers may just have died. */
const MOST_TIMEOUTS = 2;
/** Not all in the same instant, where a registry asks for it. */
const MOST_JITTER_MS = 200;

/** Registers what a worker serves with whatever registry is there, and keeps it registered. */
export class Registrar {
  readonly #options: RegistrarOptions;
  #started: Subscription | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timeouts = 0;
  #problem: string | undefined;
  #isStopped = false;
  #isDenied = false;
  readonly #onReconnected = (): void => this.#schedule(0);
  readonly #onDenied = ({ operation, subject }: Denial): void => {
    if (operation !== 'publish' || subject !== subjects.register) return;
    this.#isDenied = true;
    this.#setProblem(`the server denies publishing to ${subject}: not registered`);
  };

  constructor(options: RegistrarOptions) {
    this.#options = options;
  }

  /** Registers, and goes on doing so; resolves when the registry has answered the first time, or none has. */
  async start(): Promise<void> {
    const { connection } = this.#options;
    connection.events.on('reconnected', this.#onReconnected);
    connection.events.on('denied', this.#onDenied);
    this.#started = connection.nats.subscribe(subjects.events('started'), {
      // One that is denied misses the call, and comes back with its heartbeat.
      callback: (error) => error === null && this.#schedule(Math.random() * MOST_JITTER_MS),
    });
    await this.#register();
  }

  /** Deregisters; where no registry answers, its time will be over. */
  async stop(): Promise<void> {
    const { connection, announcements } = this.#options;
    this.#isStopped = true;
    clearTimeout(this.#timer);
    connection.events.off('reconnected', this.#onReconnected);
    connection.events.off('denied', this.#onDenied);
    if (!connection.isConnected()) return;
    this.#started?.unsubscribe();
    if (this.#isDenied) return;
    await Promise.all(
      announcements.map(({ name, instance }) =>
        this.#ask(subjects.deregister, { name, instance }).catch(() => undefined),
      ),
    );
  }

  #schedule(delayMs: number): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#register(), delayMs);
  }

  async #register(): Promise<void> {
    const { announcements, ttlS, connection } = this.#options;
    this.#schedule((ttlS * 1_000) / HEARTBEATS_PER_TTL);
    if (!connection.isConnected()) return;
    this.#isDenied = false;
    const problems = await Promise.all(
      announcements.map((announcement) =>
        this.#ask(subjects.register, { ...announcement, ttl: ttlS }).then(() => undefined, describeFailure),
      ),
    );
    if (this.#isStopped || this.#isDenied) return;
    this.#timeouts = problems.includes(NO_ANSWER) ? this.#timeouts + 1 : 0;
    if (this.#timeouts > 0 && this.#timeouts < MOST_TIMEOUTS) return;
    const problem = problems.find((one) => one !== undefined);
    this.#setProblem(problem === NO_ANSWER ? NO_REGISTRY : problem);
  }

  /** @throws ServiceError as the registry answered; 503 where there is none, 504 where it said nothing in time */
  async #ask(subject: string, body: object): Promise<void> {
    const { nats } = this.#options.connection;
    await callService({ nats, subject, body, options: {}, leftMs: ANSWER_TIMEOUT_MS, trace: undefined });
  }

  #setProblem(problem: string | undefined): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#options.onProblem(problem);
  }
}

const NO_REGISTRY = `no registry answers on ${subjects.register}: registering again from time to time`;
/** It says nothing yet: see {@link MOST_TIMEOUTS}. */
const NO_ANSWER = Symbol('no answer');

function describeFailure(error: unknown): string | typeof NO_ANSWER {
  if (!(error instanceof ServiceError) || error.code === 504) return NO_ANSWER;
  if (error.code === 503) return NO_REGISTRY;
  return `the registry refuses to register: ${error.code}: ${error.message}`;
}
