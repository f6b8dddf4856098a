import type { CliError } from '../../errors.js';

import type { Arrivals } from './arrivals.js';
import { nowNs } from './clock.js';
import type { Load, LoadScope } from './load.js';
import { type Alarm, openAlarm } from './metronome.js';
import { RequestClient, type RequestClientListener } from './request-client.js';

/** As often is looked for requests that have waited for too long. */
const LONGEST_LOOK_MS = 100;
const LOOKS_IN_TIMEOUT = 20;

export interface RequestLoadOptions {
  /** Of a closed loop: how many wait at each client. */
  readonly inflight: number;
  readonly timeoutMs: number;
}

/** Requests in a closed loop: the next one when one before it has its outcome. Or in an open one: each at its time. */
export function createRequestLoad(scope: LoadScope, options: RequestLoadOptions): Load {
  const { arrivals } = scope;
  return arrivals === undefined ? new ClosedRequests(scope, options) : new OpenRequests(scope, options, arrivals);
}

/** What both have: clients, time-outs, and an end. */
abstract class RequestLoad implements Load, RequestClientListener {
  protected readonly scope: LoadScope;
  protected readonly options: RequestLoadOptions;
  protected readonly clients: readonly RequestClient[];
  /** Requests that were sent, or given up before they could be. */
  protected begun = 0;
  protected hasStopped = false;
  #looking: NodeJS.Timeout | undefined;
  #resolve: () => void = () => undefined;
  #reject: (error: CliError) => void = () => undefined;

  constructor(scope: LoadScope, options: RequestLoadOptions) {
    this.scope = scope;
    this.options = options;
    this.clients = scope.clients.map((client) => new RequestClient(client, scope.tally, this));
  }

  async run(): Promise<void> {
    const { timeoutMs } = this.options;
    const finished = new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#looking = setInterval(() => this.#look(), Math.min(LONGEST_LOOK_MS, Math.ceil(timeoutMs / LOOKS_IN_TIMEOUT)));
    try {
      this.begin();
      await finished;
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

  abstract onSettled(client: RequestClient, count: number): void;
  abstract onReconnected(client: RequestClient): void;

  onDenied(error: CliError): void {
    this.#reject(error);
  }

  protected abstract begin(): void;

  protected end(): void {
    // Nothing but what all have.
  }

  /** Whether nothing more is to be sent. */
  protected abstract get isSent(): boolean;

  /** Ends where all is sent and nothing waits. */
  protected settle(): void {
    if (this.isSent && this.clients.every(({ waiting }) => waiting === 0)) this.#resolve();
  }

  #look(): void {
    const now = nowNs();
    this.scope.tally.turn(now);
    for (const client of this.clients) client.expire(now - this.options.timeoutMs * 1e6);
    this.settle();
  }
}

class ClosedRequests extends RequestLoad {
  protected override begin(): void {
    for (const client of this.clients) this.#fill(client);
    // There may be none to send.
    this.settle();
  }

  override onSettled(client: RequestClient): void {
    this.#fill(client);
    if (client.waiting === 0) this.settle();
  }

  override onReconnected(client: RequestClient): void {
    this.#fill(client);
  }

  protected override get isSent(): boolean {
    return this.isSentAt(nowNs());
  }

  private isSentAt(now: number): boolean {
    const { messages, times } = this.scope;
    if (this.hasStopped) return true;
    return messages === undefined ? now >= (times.endNs as number) : this.begun >= messages;
  }

  /** Sends as many as may wait. */
  #fill(client: RequestClient): void {
    while (client.waiting < this.options.inflight && client.isConnected) {
      const now = nowNs();
      if (this.isSentAt(now)) return;
      client.send(this.begun, now, now);
      this.begun += 1;
    }
  }
}

class OpenRequests extends RequestLoad {
  readonly #arrivals: Arrivals;
  readonly #alarm: Alarm = openAlarm(() => this.#sendDue());
  #turn = 0;

  constructor(scope: LoadScope, options: RequestLoadOptions, arrivals: Arrivals) {
    super(scope, options);
    this.#arrivals = arrivals;
  }

  protected override begin(): void {
    this.#sendDue();
  }

  protected override end(): void {
    this.#alarm.close();
  }

  override onSettled(): void {
    if (this.isSent) this.settle();
  }

  override onReconnected(): void {
    this.#sendDue();
  }

  protected override get isSent(): boolean {
    const { messages, times } = this.scope;
    if (this.hasStopped) return true;
    return messages === undefined ? this.#arrivals.nextNs >= (times.endNs as number) : this.begun >= messages;
  }

  /** Sends all whose time has come, on the clients in turn. */
  #sendDue(): void {
    const { tally } = this.scope;
    const arrivals = this.#arrivals;
    const timeoutNs = this.options.timeoutMs * 1e6;
    let now = nowNs();
    while (!this.isSent && arrivals.nextNs <= now) {
      const client = this.#nextClient();
      if (client === undefined) {
        // What could not be sent for as long as a reply is waited for has failed; what is younger waits for a server.
        if (now - arrivals.nextNs <= timeoutNs) break;
        tally.planned(now - arrivals.nextNs);
        tally.failed('connection', arrivals.nextNs);
        tally.lost(1);
      } else {
        const behindNs = now - arrivals.nextNs;
        client.send(this.begun, arrivals.nextNs, now);
        // Behind what was sent, so that both count for the same second.
        tally.planned(behindNs);
        now = nowNs();
      }
      this.begun += 1;
      arrivals.advance();
    }
    if (this.isSent) this.settle();
    // Where no client can send, it is looked again soon; a reconnect does not wait for it.
    else this.#alarm.set(Math.max(arrivals.nextNs, this.#nextClient() === undefined ? now + 1e6 : 0));
  }

  #nextClient(): RequestClient | undefined {
    const { clients } = this;
    for (let i = 0; i < clients.length; i++) {
      const client = clients[this.#turn % clients.length] as RequestClient;
      this.#turn += 1;
      if (client.isConnected && !client.isBehind) return client;
    }
    return undefined;
  }
}
