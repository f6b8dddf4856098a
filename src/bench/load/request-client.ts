import { type Denial, denialError } from '../../connection/index.js';
import type { CliError } from '../../errors.js';
import { nowNs } from './clock.js';
import { GOOD, NO_RESPONDERS, type ReplyOutcome } from './engine.js';
import type { LoadClient } from './load.js';
import { CAME_LATE, PendingRequests } from './pending-requests.js';
import type { ThreadTally } from './thread-tally.js';

/** What a client tells of its requests. */
export interface RequestClientListener {
  /** Some have an outcome, of any kind. @param now when that was: the clock need not be read again for what follows */
  onSettled(client: RequestClient, now: number): void;
  /** A server is there again. */
  onReconnected(client: RequestClient): void;
  /** What it asks is denied: no request of it will be answered. */
  onDenied(error: CliError): void;
}

/** The requests of one client, from the sending to the outcome. */
export class RequestClient {
  readonly #client: LoadClient;
  readonly #tally: ThreadTally;
  readonly #listener: RequestClientListener;
  readonly #pending = new PendingRequests();
  #isFlushing = false;
  /** The server is behind with what it was handed. */
  isBehind = false;

  constructor(client: LoadClient, tally: ThreadTally, listener: RequestClientListener) {
    this.#client = client;
    this.#tally = tally;
    this.#listener = listener;
    client.engine.hearReplies((token, outcome, bytes, now) => this.#hear(token, outcome, bytes, now));
    const { events } = client.connection;
    events.on('disconnected', this.#onDisconnected);
    events.on('reconnected', this.#onReconnected);
    events.on('denied', this.#onDenied);
  }

  get waiting(): number {
    return this.#pending.waiting;
  }

  get isConnected(): boolean {
    return this.#client.connection.isConnected();
  }

  /** Sends a request: by the end of this turn of the event loop. */
  send(sequence: number, plannedNs: number, now: number): void {
    const token = this.#pending.add(plannedNs, now);
    const bytes = this.#client.engine.ask(sequence, token);
    if (this.#tally.counts(plannedNs, now)) this.#tally.sent(now, bytes);
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(this.#flush);
  }

  /** Gives up those that were sent before a time. */
  expire(beforeNs: number): void {
    this.#giveUp(beforeNs, 'timeout');
  }

  close(): void {
    const { events } = this.#client.connection;
    events.off('disconnected', this.#onDisconnected);
    events.off('reconnected', this.#onReconnected);
    events.off('denied', this.#onDenied);
  }

  #flush = (): void => {
    this.#isFlushing = false;
    const room = this.#client.engine.flush();
    if (room === undefined) return;
    this.isBehind = true;
    void room.then(() => {
      this.isBehind = false;
    });
  };

  #hear(token: number, outcome: ReplyOutcome, bytes: number, now: number): void {
    const plannedNs = this.#pending.settle(token);
    if (plannedNs < 0) {
      if (plannedNs === CAME_LATE) this.#tally.late();
      else this.#tally.duplicated();
      return;
    }
    if (this.#tally.counts(plannedNs, now)) {
      if (outcome === GOOD) this.#tally.arrived(now - plannedNs, bytes, now);
      else this.#tally.failed(outcome === NO_RESPONDERS ? 'no_responders' : 'service_error', plannedNs, now);
    }
    this.#listener.onSettled(this, now);
  }

  #giveUp(beforeNs: number, kind: 'timeout' | 'connection'): void {
    const now = nowNs();
    let count = 0;
    this.#pending.expire(beforeNs, (sentNs, plannedNs) => {
      count += 1;
      if (!this.#tally.counts(plannedNs, now)) return;
      this.#tally.failed(kind, sentNs, now);
      this.#tally.lost(1);
    });
    if (count > 0) this.#listener.onSettled(this, now);
  }

  /** What was asked of a server that is gone may never have arrived; nor would its reply. */
  #onDisconnected = (): void => this.#giveUp(nowNs(), 'connection');

  #onReconnected = (): void => this.#listener.onReconnected(this);

  #onDenied = (denial: Denial): void => this.#listener.onDenied(denialError(denial));
}
