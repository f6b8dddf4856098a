import { deferred } from '../../deferred.js';
import type { CliError } from '../../errors.js';
import type { Arrivals } from './arrivals.js';
import { nowNs } from './clock.js';
import { Departures } from './departures.js';
import { isForsaken, isOver, type LoadScope, type SendingLoad } from './load.js';
import { PublishClient, type PublishClientListener } from './publish-client.js';
import type { PublishedCount, ServerSilence } from './thread-messages.js';

/** As often the server is asked for its word; where there are many clients more seldom, since each PING costs. */
const CONFIRM_MS = 50;
const CONFIRM_MS_OF_CLIENT = 0.5;
/** What a client takes before the next one does. */
const TURN_MESSAGES = 512;
const TURN_BYTES = 64 * 1024;
/** So long is sent before the loop turns, so that what comes from servers has its turn. */
const TURN_NS = 2e6;
/** The clock is read once for so much: it costs 40 ns, and this is sent in a few microseconds. */
const STAMP_MESSAGES = 16;
const STAMP_BYTES_SENT = 8 * 1024;
/** Whoever ended a run early waits no longer for the server's word. */
const PATIENCE_MS = 1_000;

export interface PublishLoadOptions {
  /** How long the server may say nothing to what it was sent; and be away, where one is needed. */
  readonly timeoutMs: number;
  /** Whether what the server confirms is what is measured. */
  readonly confirms: boolean;
  /** How often each message is to arrive, where receivers are measured; else 1. */
  readonly copies: number;
}

/** A load that publishes. */
export interface PublishLoad extends SendingLoad {
  /** How much was published. */
  published(): PublishedCount;
}

/** Publishing in a closed loop: as fast as the server takes it. Or in an open one: each message at its time. */
export function createPublishLoad(scope: LoadScope, options: PublishLoadOptions): PublishLoad {
  const { arrivals } = scope;
  return arrivals === undefined ? new ClosedPublishing(scope, options) : new OpenPublishing(scope, options, arrivals);
}

/** What both have: clients, confirmations, and an end. */
abstract class Publishing implements PublishLoad, PublishClientListener {
  protected readonly scope: LoadScope;
  protected readonly options: PublishLoadOptions;
  protected readonly clients: readonly PublishClient[];
  protected hasStopped = false;
  protected forsakenMs = 0;
  #unconfirmed = 0;
  #unconfirmedMs = 0;
  #isRunning = false;
  #isEnding = false;
  #patience: NodeJS.Timeout | undefined;
  readonly #finished = deferred<void>();

  constructor(scope: LoadScope, options: PublishLoadOptions) {
    this.scope = scope;
    this.options = options;
    const { measuredNs } = scope.times;
    this.clients = scope.clients.map(
      (client) => new PublishClient(client, scope.tally, { measuredNs, confirms: options.confirms }, this),
    );
  }

  async run(): Promise<void> {
    const confirming = setInterval(
      () => this.#look(),
      Math.max(CONFIRM_MS, CONFIRM_MS_OF_CLIENT * this.clients.length),
    );
    this.#isRunning = true;
    try {
      this.begin();
      await this.#finished.promise;
    } finally {
      clearInterval(confirming);
      clearTimeout(this.#patience);
      this.end();
      for (const client of this.clients) client.close();
    }
  }

  stop(): void {
    this.hasStopped = true;
    if (this.#isEnding) this.#endWithin(PATIENCE_MS);
    this.finish();
  }

  published(): PublishedCount {
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
    return { all: sum(this.clients.map(({ sent }) => sent)), measured: sum(this.clients.map((c) => c.measured)) };
  }

  get silence(): ServerSilence | undefined {
    if (this.#unconfirmed === 0 && this.forsakenMs === 0) return undefined;
    const { forsakenMs } = this;
    return { unconfirmed: this.#unconfirmed, unconfirmedMs: this.#unconfirmedMs, endedNs: nowNs(), forsakenMs };
  }

  abstract onReady(client: PublishClient): void;

  onSettled(): void {
    if (this.#isEnding) this.#endIfSettled();
  }

  onDenied(error: CliError): void {
    this.#finished.reject(error);
  }

  protected abstract begin(): void;
  protected abstract end(): void;
  /** Whether nothing more is to be sent. */
  protected abstract get isSent(): boolean;
  /** Is called now and then. */
  protected look(_now: number): void {
    // Nothing but what all do.
  }

  /** Where all is sent: asks for the last word on it, and ends when that has come, or none comes any more. */
  protected finish(): void {
    if (!this.#isRunning || !this.isSent || this.#isEnding) return;
    this.#isEnding = true;
    for (const client of this.clients) client.confirm();
    if (this.hasStopped) this.#endWithin(Math.min(PATIENCE_MS, this.options.timeoutMs));
    this.#endIfSettled();
  }

  #look(): void {
    const now = nowNs();
    this.scope.tally.turn(now);
    for (const client of this.clients) client.confirm();
    this.look(now);
    this.finish();
    if (this.#isEnding) this.#endWhereSilent(now);
  }

  #endWithin(ms: number): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => {
      for (const client of this.clients) this.#giveUp(client);
      this.#finished.resolve();
    }, ms);
  }

  #endWhereSilent(now: number): void {
    for (const client of this.clients) {
      const { silentSince = now } = client;
      if (now - silentSince > this.options.timeoutMs * 1e6) this.#giveUp(client);
    }
    this.#endIfSettled();
  }

  #giveUp(client: PublishClient): void {
    const { count, sinceNs } = client.giveUp();
    if (count === 0) return;
    this.#unconfirmed += count;
    this.#unconfirmedMs = Math.max(this.#unconfirmedMs, (nowNs() - sinceNs) / 1e6);
  }

  #endIfSettled(): void {
    if (this.clients.every((client) => !client.waits)) this.#finished.resolve();
  }
}

class ClosedPublishing extends Publishing {
  /** Published in the measured part. */
  #measured = 0;
  #turn = 0;
  #isIdle = true;
  /** When a server was last seen to take messages. */
  #takenNs = Number.POSITIVE_INFINITY;

  protected override begin(): void {
    this.#takenNs = nowNs();
    this.#pump();
  }

  protected override end(): void {
    this.hasStopped = true;
  }

  override onReady(): void {
    if (this.#isIdle) this.#pump();
  }

  protected override get isSent(): boolean {
    return this.hasStopped || isOver(this.scope, this.#measured, nowNs());
  }

  /** A server that stands still is known by its silence, before its connection is. */
  protected override look(now: number): void {
    const connected = this.clients.filter(({ isConnected }) => isConnected);
    for (const { silentSince = now } of connected) this.#takenNs = Math.max(this.#takenNs, silentSince);
    if (this.isSent || !isForsaken(this.scope, this.#takenNs, this.options.timeoutMs, now)) return;
    // Where one is there, what it has not confirmed is counted by itself.
    if (connected.length === 0) this.scope.tally.failed('connection', this.#takenNs, now);
    this.forsakenMs = (now - this.#takenNs) / 1e6;
    this.hasStopped = true;
  }

  #pump = (): void => {
    const { clients } = this;
    this.#isIdle = true;
    const endNs = nowNs() + TURN_NS;
    for (let i = 0; i < clients.length && (this.#isIdle || nowNs() < endNs); i++) {
      const client = clients[this.#turn % clients.length] as PublishClient;
      this.#turn += 1;
      if (!client.isConnected || client.isBehind) continue;
      this.#takeTurn(client);
      if (!client.isBehind) this.#isIdle = false;
    }
    if (this.isSent) this.finish();
    else if (!this.#isIdle) setImmediate(this.#pump);
  };

  #takeTurn(client: PublishClient): void {
    const { messages = Number.POSITIVE_INFINITY } = this.scope;
    let count = 0;
    let bytes = 0;
    while (count < TURN_MESSAGES && bytes < TURN_BYTES && !this.isSent) {
      const now = nowNs();
      const most = Math.min(STAMP_MESSAGES, messages - this.#measured);
      const taken = client.publish(now, most, STAMP_BYTES_SENT, now);
      if (this.scope.tally.isMeasured(now)) this.#measured += taken.count;
      count += taken.count;
      bytes += taken.bytes;
    }
    client.flush();
  }
}

class OpenPublishing extends Publishing {
  readonly #departures: Departures<PublishClient>;

  constructor(scope: LoadScope, options: PublishLoadOptions, arrivals: Arrivals) {
    super(scope, options);
    const { tally } = scope;
    this.#departures = new Departures(this.clients, arrivals, scope, {
      patienceMs: options.timeoutMs,
      send: (client, plannedNs, now) => client.send(plannedNs, now),
      giveUp: (plannedNs, kind) => {
        if (!tally.isMeasured(plannedNs)) return;
        tally.failed(kind, plannedNs, nowNs());
        tally.lost(options.copies);
      },
      onSent: () => this.finish(),
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

  override onReady(): void {
    this.#departures.sendDue();
  }

  protected override get isSent(): boolean {
    return this.#departures.areOver;
  }
}
