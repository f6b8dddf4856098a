import { deferred } from '../../deferred.js';
import type { CliError } from '../../errors.js';
import type { Arrivals } from './arrivals.js';
import { nowNs } from './clock.js';
import { Departures } from './departures.js';
import { isForsaken, isOver, type LoadScope, type SendingLoad } from './load.js';
import { RequestClient, type RequestClientListener } from './request-client.js';
import type { ServerSilence } from './thread-messages.js';

/** As often is looked for requests that have waited for too long. */
const LONGEST_LOOK_MS = 100;
const LOOKS_IN_TIMEOUT = 20;

export interface RequestLoadOptions {
  /** Of a closed loop: how many wait at each client. */
  readonly inflight: number;
  readonly timeoutMs: number;
}

/** Requests in a closed loop: the next one when one before it has its outcome. Or in an open one: each at its time. */
export function createRequestLoad(scope: LoadScope, options: RequestLoadOptions): SendingLoad {
  const { arrivals } = scope;
  return arrivals === undefined ? new ClosedRequests(scope, options) : new OpenRequests(scope, options, arrivals);
}

/** What both have: clients, time-outs, and an end. */
abstract class RequestLoad implements SendingLoad, RequestClientListener {
  protected readonly scope: LoadScope;
  protected readonly options: RequestLoadOptions;
  protected readonly clients: readonly RequestClient[];
  /** Of the next request: which body and which subject it has. */
  protected sequence = 0;
  protected hasStopped = false;
  protected forsakenMs = 0;
  #looking: NodeJS.Timeout | undefined;
  readonly #finished = deferred<void>();

  constructor(scope: LoadScope, options: RequestLoadOptions) {
    this.scope = scope;
    this.options = options;
    this.clients = scope.clients.map((client) => new RequestClient(client, scope.tally, this));
  }

  async run(): Promise<void> {
    const { timeoutMs } = this.options;
    this.#looking = setInterval(() => this.#look(), Math.min(LONGEST_LOOK_MS, Math.ceil(timeoutMs / LOOKS_IN_TIMEOUT)));
    try {
      this.begin();
      await this.#finished.promise;
    } finally {
      clearInterval(this.#looking);
      this.end();
      for (const client of this.clients) client.close();
    }
  }

  stop(): void {
    this.hasStopped = true;
    this.settle();
  }

  get silence(): ServerSilence | undefined {
    const { forsakenMs } = this;
    return forsakenMs === 0 ? undefined : { unconfirmed: 0, unconfirmedMs: 0, endedNs: nowNs(), forsakenMs };
  }

  abstract onSettled(client: RequestClient, now: number): void;
  abstract onReconnected(client: RequestClient): void;

  onDenied(error: CliError): void {
    this.#finished.reject(error);
  }

  protected abstract begin(): void;

  protected end(): void {
    // Nothing but what all have.
  }

  /** Whether nothing more is to be sent. */
  protected abstract get isSent(): boolean;

  /** Is called now and then. */
  protected look(_now: number): void {
    // Nothing but what all do.
  }

  /** Ends where all is sent and nothing waits. */
  protected settle(): void {
    if (this.isSent && this.clients.every(({ waiting }) => waiting === 0)) this.#finished.resolve();
  }

  #look(): void {
    const now = nowNs();
    this.scope.tally.turn(now);
    for (const client of this.clients) client.expire(now - this.options.timeoutMs * 1e6);
    this.look(now);
    this.settle();
  }
}

class ClosedRequests extends RequestLoad {
  #measured = 0;
  #connectedNs = Number.POSITIVE_INFINITY;

  protected override begin(): void {
    this.#connectedNs = nowNs();
    for (const client of this.clients) this.#fill(client, nowNs());
    // There may be none to send.
    this.settle();
  }

  override onSettled(client: RequestClient, now: number): void {
    this.#fill(client, now);
    if (client.waiting === 0) this.settle();
  }

  override onReconnected(client: RequestClient): void {
    this.#fill(client, nowNs());
  }

  protected override get isSent(): boolean {
    return this.#isSentAt(nowNs());
  }

  protected override look(now: number): void {
    if (this.clients.some(({ isConnected }) => isConnected)) this.#connectedNs = now;
    if (this.#isSentAt(now) || !isForsaken(this.scope, this.#connectedNs, this.options.timeoutMs, now)) return;
    this.scope.tally.failed('connection', this.#connectedNs, now);
    this.forsakenMs = (now - this.#connectedNs) / 1e6;
    this.hasStopped = true;
  }

  #isSentAt(now: number): boolean {
    return this.hasStopped || isOver(this.scope, this.#measured, now);
  }

  /** Sends as many as may wait. */
  #fill(client: RequestClient, now: number): void {
    while (client.waiting < this.options.inflight && client.isConnected && !this.#isSentAt(now)) {
      client.send(this.sequence, now, now);
      this.sequence += 1;
      if (this.scope.tally.isMeasured(now)) this.#measured += 1;
    }
  }
}

class OpenRequests extends RequestLoad {
  readonly #departures: Departures<RequestClient>;

  constructor(scope: LoadScope, options: RequestLoadOptions, arrivals: Arrivals) {
    super(scope, options);
    const { tally } = scope;
    this.#departures = new Departures(this.clients, arrivals, scope, {
      patienceMs: options.timeoutMs,
      send: (client, plannedNs, now) => {
        client.send(this.sequence, plannedNs, now);
        this.sequence += 1;
      },
      giveUp: (plannedNs, kind) => {
        this.sequence += 1;
        const now = nowNs();
        if (!tally.counts(plannedNs, now)) return;
        tally.failed(kind, plannedNs, now);
        tally.lost(1);
      },
      onSent: () => this.settle(),
    });
  }

  override stop(): void {
    this.#departures.stop();
    super.stop();
  }

  protected override begin(): void {
    this.#departures.sendDue();
  }

  protected override end(): void {
    this.#departures.close();
  }

  override onSettled(): void {
    if (this.isSent) this.settle();
  }

  override onReconnected(): void {
    this.#departures.sendDue();
  }

  protected override get isSent(): boolean {
    return this.#departures.areOver;
  }
}
