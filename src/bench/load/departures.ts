import type { Arrivals } from './arrivals.js';
import { nowNs } from './clock.js';
import { isOver, type LoadScope } from './load.js';
import { type Alarm, openAlarm } from './metronome.js';

/** Where no client can send, it is looked again so soon; a reconnect does not wait for it. */
const NEXT_LOOK_NS = 1e6;
/** So long is sent before the loop turns: what comes from servers has its turn, and what was sent leaves. */
const TURN_NS = 2e6;
/** As many times are left out of the plan before the loop turns; that takes a millisecond or two. */
const TURN_SKIPPED = 100_000;

/** A client that messages leave from. */
export interface Sender {
  readonly isConnected: boolean;
  /** Its server is behind with what it was handed. */
  readonly isBehind: boolean;
}

export interface DeparturesOptions<Client extends Sender> {
  /** What could not be sent for so long is given up; and so long after the planned end all that was not sent until then. */
  readonly patienceMs: number;
  send(client: Client, plannedNs: number, nowNs: number): void;
  /** @param kind `timeout` where a server is there, and behind with what it was handed */
  giveUp(plannedNs: number, kind: 'connection' | 'timeout'): void;
  /** Nothing more is to be sent. */
  onSent(): void;
}

/** The messages of an open loop: each is sent at its planned time, on the clients in turn. */
export class Departures<Client extends Sender> {
  readonly #clients: readonly Client[];
  readonly #arrivals: Arrivals;
  readonly #scope: LoadScope;
  readonly #options: DeparturesOptions<Client>;
  readonly #alarm: Alarm = openAlarm(() => this.sendDue());
  /** Sent, or given up, of the measured part. */
  #measured = 0;
  #turn = 0;
  #hasStopped = false;
  #next: NodeJS.Immediate | undefined;

  constructor(clients: readonly Client[], arrivals: Arrivals, scope: LoadScope, options: DeparturesOptions<Client>) {
    this.#clients = clients;
    this.#arrivals = arrivals;
    this.#scope = scope;
    this.#options = options;
  }

  /** Whether nothing more is to be sent. */
  get areOver(): boolean {
    return this.#hasStopped || isOver(this.#scope, this.#measured, this.#arrivals.nextNs);
  }

  /** Sends all whose time has come, and is called again when the next one's has. */
  sendDue(): void {
    const { tally } = this.#scope;
    const arrivals = this.#arrivals;
    const patienceNs = this.#options.patienceMs * 1e6;
    let now = nowNs();
    if (now >= (this.#scope.times.endNs ?? Number.POSITIVE_INFINITY) + patienceNs) {
      this.#skip();
      return;
    }
    const turnNs = now + TURN_NS;
    while (!this.areOver && arrivals.nextNs <= now && now < turnNs) {
      const client = this.#nextClient();
      // What is younger waits for a server.
      if (client === undefined && now - arrivals.nextNs <= patienceNs) break;
      const plannedNs = arrivals.nextNs;
      const counts = tally.counts(plannedNs, now);
      const behindNs = now - plannedNs;
      if (client === undefined) this.#options.giveUp(plannedNs, this.#hasConnection ? 'timeout' : 'connection');
      else this.#options.send(client, plannedNs, now);
      now = nowNs();
      // Behind what was sent, so that both count for the same second.
      if (counts) tally.planned(behindNs);
      if (tally.isMeasured(plannedNs)) this.#measured += 1;
      arrivals.advance();
    }
    if (this.areOver) this.#options.onSent();
    else if (now >= turnNs) this.#goOnSoon();
    else this.#alarm.set(Math.max(arrivals.nextNs, this.#nextClient() === undefined ? now + NEXT_LOOK_NS : 0));
  }

  /** The plan is more than can be sent: what is left of it is counted, and not sent. */
  #skip(): void {
    const { tally } = this.#scope;
    for (let count = 0; count < TURN_SKIPPED && !this.areOver; count++) {
      if (tally.isMeasured(this.#arrivals.nextNs)) tally.planned(0);
      this.#arrivals.advance();
    }
    if (this.areOver) this.#options.onSent();
    else this.#goOnSoon();
  }

  /** Once for all who ask: each client that has caught up does. */
  #goOnSoon(): void {
    this.#next ??= setImmediate(() => {
      this.#next = undefined;
      this.sendDue();
    });
  }

  /** Sends nothing more. */
  stop(): void {
    this.#hasStopped = true;
  }

  close(): void {
    clearImmediate(this.#next);
    this.#alarm.close();
  }

  get #hasConnection(): boolean {
    return this.#clients.some(({ isConnected }) => isConnected);
  }

  #nextClient(): Client | undefined {
    const clients = this.#clients;
    for (let i = 0; i < clients.length; i++) {
      const client = clients[this.#turn % clients.length] as Client;
      this.#turn += 1;
      if (client.isConnected && !client.isBehind) return client;
    }
    return undefined;
  }
}
