import { type Denial, denialError } from '../../connection/index.js';
import { CliError } from '../../errors.js';
import { nowNs } from './clock.js';
import type { LoadClient } from './load.js';
import type { ThreadTally } from './thread-tally.js';

/** What a publisher tells. */
export interface PublishClientListener {
  /** It can send again: a server is there, or has caught up. */
  onReady(client: PublishClient): void;
  /** What was under way has its outcome. */
  onSettled(): void;
  /** What it publishes is denied: nothing of it arrives. */
  onDenied(error: CliError): void;
}

export interface PublishClientOptions {
  /** When the measured part starts: what is planned before is not counted. */
  readonly measuredNs: number;
  /** Whether the confirmations are what is measured. Else receivers tell what has come. */
  readonly confirms: boolean;
}

/** Messages for which one confirmation stands: of the measured part, and of what is shown before. */
interface Batch {
  readonly since: number;
  askedNs: number;
  measured: number;
  measuredBytes: number;
  warmup: number;
  warmupBytes: number;
}

/** What one client publishes, from the sending to the server's word that it has it. */
export class PublishClient {
  readonly #client: LoadClient;
  readonly #tally: ThreadTally;
  readonly #options: PublishClientOptions;
  readonly #listener: PublishClientListener;
  /** Not asked for yet. */
  #open: Batch | undefined;
  /** Those that were asked for. */
  readonly #asked = new Set<Batch>();
  #sequence = 0;
  #lostNs: number | undefined;
  /** When the server last said that it has what was published; 0 before. */
  #confirmedNs = 0;
  #isFlushing = false;
  isBehind = false;
  /** Of the measured part. */
  measured = 0;

  constructor(client: LoadClient, tally: ThreadTally, options: PublishClientOptions, listener: PublishClientListener) {
    this.#client = client;
    this.#tally = tally;
    this.#options = options;
    this.#listener = listener;
    const { events } = client.connection;
    events.on('disconnected', this.#onDisconnected);
    events.on('reconnected', this.#onReconnected);
    events.on('denied', this.#onDenied);
  }

  /** All, those of the warm-up too. */
  get sent(): number {
    return this.#sequence;
  }

  get isConnected(): boolean {
    return this.#client.connection.isConnected();
  }

  /** Whether something is under way of which the server has not said that it has it. */
  get waits(): boolean {
    return this.#open !== undefined || this.#asked.size > 0;
  }

  /** Since when the server says nothing, though it was asked, in ns; undefined where it owes no word. */
  get silentSince(): number | undefined {
    const [oldest] = this.#asked;
    return oldest === undefined ? undefined : Math.max(oldest.askedNs, this.#confirmedNs);
  }

  /** Publishes one message, by the end of this turn of the event loop. */
  send(plannedNs: number, now: number): void {
    this.publish(plannedNs, 1, 0, now);
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(this.flush);
  }

  /**
   * Takes messages of one time into the next write.
   *
   * @param most so many, or as many as have `mostBytes` together; at least one
   * @returns their bytes
   */
  publish(plannedNs: number, most: number, mostBytes: number, now: number): { count: number; bytes: number } {
    const { engine, connection } = this.#client;
    const { measuredNs } = this.#options;
    this.#open ??= { since: connection.epoch(), askedNs: 0, measured: 0, measuredBytes: 0, warmup: 0, warmupBytes: 0 };
    let count = 0;
    let bytes = 0;
    do {
      bytes += engine.publish(this.#sequence, plannedNs);
      this.#sequence += 1;
      count += 1;
    } while (count < most && bytes < mostBytes);
    const open = this.#open;
    if (this.#tally.isMeasured(plannedNs)) {
      open.measured += count;
      open.measuredBytes += bytes;
      this.measured += count;
      this.#tally.sent(now, 0, count);
    } else if (now < measuredNs) {
      open.warmup += count;
      open.warmupBytes += bytes;
      this.#tally.sent(now, 0, count);
    }
    // What is late by so much that the measured part has begun counts for neither.
    return { count, bytes };
  }

  flush = (): void => {
    this.#isFlushing = false;
    const room = this.#client.engine.flush();
    if (room === undefined) return;
    this.isBehind = true;
    void room.then(() => {
      this.isBehind = false;
      this.#listener.onReady(this);
    });
  };

  /** Asks the server for its word that it has what was published until now. */
  confirm(): void {
    const batch = this.#open;
    if (batch === undefined) return;
    this.#open = undefined;
    batch.askedNs = nowNs();
    this.#asked.add(batch);
    this.#client.engine.flush();
    this.#client.connection.confirm(batch.since).then(
      () => this.#settle(batch, undefined),
      (error: unknown) => this.#settle(batch, error),
    );
  }

  /**
   * Waits no longer: what is under way counts as lost.
   *
   * @returns how many messages of the measured part that is, and since when the server says nothing
   */
  giveUp(): { readonly count: number; readonly sinceNs: number } {
    this.confirm();
    const sinceNs = this.silentSince ?? nowNs();
    let count = 0;
    for (const batch of this.#asked) {
      count += batch.measured;
      this.#lose(batch, 'timeout', sinceNs);
    }
    this.#asked.clear();
    return { count, sinceNs };
  }

  close(): void {
    const { events } = this.#client.connection;
    events.off('disconnected', this.#onDisconnected);
    events.off('reconnected', this.#onReconnected);
    events.off('denied', this.#onDenied);
  }

  #settle(batch: Batch, error: unknown): void {
    if (!this.#asked.delete(batch)) return;
    const now = nowNs();
    if (error === undefined) {
      this.#confirmedNs = now;
      this.#count(batch, now);
    } else if (error instanceof CliError && error.kind !== 'connection') this.#listener.onDenied(error);
    else this.#lose(batch, 'connection', this.#lostNs ?? now);
    this.#listener.onSettled();
  }

  #count({ measured, measuredBytes, warmup, warmupBytes }: Batch, now: number): void {
    if (!this.#options.confirms) return;
    if (measured > 0) this.#tally.arrivedMany(measured, measuredBytes, now);
    else if (now < this.#options.measuredNs) this.#tally.arrivedMany(warmup, warmupBytes, now);
  }

  #lose({ measured }: Batch, kind: 'connection' | 'timeout', atNs: number): void {
    if (!this.#options.confirms || measured === 0) return;
    this.#tally.failed(kind, atNs, nowNs(), measured);
    this.#tally.lost(measured);
  }

  #onDisconnected = (): void => {
    const now = nowNs();
    this.#lostNs = now;
    this.#tally.outage(now);
    // None of it will be confirmed.
    const batch = this.#open;
    this.#open = undefined;
    if (batch !== undefined) this.#lose(batch, 'connection', now);
    this.#listener.onSettled();
  };

  #onReconnected = (): void => this.#listener.onReady(this);

  #onDenied = (denial: Denial): void => this.#listener.onDenied(denialError(denial));
}
