import type { Msg, Subscription } from 'nats';
import { createInbox } from 'nats/lib/nats-base-client/core.js';
import {
  type Connection,
  type Denial,
  denialError,
  lostError,
  noReplyError,
  noRespondersError,
  requireFit,
} from '../../connection/index.js';
import { CliError } from '../../errors.js';
import { formatDuration } from '../../units.js';
import { isNoResponders, type Reply, type RequestMessage } from '../request.js';

/** A request that waits for its reply. */
interface Pending {
  readonly subject: string;
  readonly startedMs: number;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: CliError) => void;
}

/** How long all requests of an inbox wait. */
export interface Waits {
  /** Bounds the wait for a reply. */
  readonly timeoutMs: number;
  /** Bounds the wait for a server where the connection was lost, counted from the loss. */
  readonly reconnectMs: number;
}

/**
 * Sends many requests over one connection, any number of them at a time, with one subscription for all replies.
 *
 * The client's own `request` is not used: it has a timer, two promises and a race for each, which makes half of its
 * cost, and where the connection is lost it leaves the requests to their time-outs. All requests of an inbox wait
 * equally long, so the oldest is always the next to time out, and one timer serves them all.
 */
export class RequestInbox {
  readonly #connection: Connection;
  readonly #waits: Waits;
  readonly #prefix: string;
  readonly #subscription: Subscription;
  /** By the last token of the reply subject, the oldest first. */
  readonly #pending = new Map<string, Pending>();
  #asked = 0;
  #timer: NodeJS.Timeout | undefined;
  /** While no server is there; rejects once that has taken too long. */
  #absence: Absence | undefined;
  /** What makes every further request fail. */
  #end: CliError | undefined;

  constructor(connection: Connection, waits: Waits) {
    this.#connection = connection;
    this.#waits = waits;
    this.#prefix = `${createInbox(connection.plan.inboxPrefix)}.`;
    this.#subscription = connection.nats.subscribe(`${this.#prefix}*`, {
      callback: (error, message) => {
        if (error === null) this.#receive(message);
      },
    });
    connection.events.on('disconnected', this.#onDisconnected);
    connection.events.on('reconnected', this.#onReconnected);
    connection.events.on('denied', this.#onDenied);
    void connection.closed.then((reason) => this.#refuse(reason ?? lostError(connection.plan)));
  }

  /**
   * Sends a request and waits for its one reply; where no server is there, for that first.
   *
   * @throws CliError `usage` where the request is larger than the server takes; `no_responders`; `timeout`;
   *   `authorization` where a subject is denied; `connection` where the connection was lost meanwhile, or no server
   *   came back in time
   */
  async ask(request: RequestMessage): Promise<Reply> {
    if (!this.#connection.isConnected()) await this.#serverBack();
    if (this.#end !== undefined) throw this.#end;
    requireFit(this.#connection, request);
    const { subject, body, headers } = request;
    this.#asked += 1;
    const token = this.#asked.toString(36);
    const reply = `${this.#prefix}${token}`;
    return new Promise((resolve, reject) => {
      this.#pending.set(token, { subject, startedMs: performance.now(), resolve, reject });
      this.#timer ??= setTimeout(this.#onTimer, this.#waits.timeoutMs);
      this.#connection.nats.publish(subject, body, headers === undefined ? { reply } : { reply, headers });
    });
  }

  /** Takes no further replies; what waits for one is left alone. */
  close(): void {
    clearTimeout(this.#timer);
    this.#absence?.end();
    const { events } = this.#connection;
    events.off('disconnected', this.#onDisconnected);
    events.off('reconnected', this.#onReconnected);
    events.off('denied', this.#onDenied);
    if (!this.#subscription.isClosed()) this.#subscription.unsubscribe();
    this.#pending.clear();
  }

  #receive(message: Msg): void {
    const token = message.subject.slice(this.#prefix.length);
    const pending = this.#pending.get(token);
    // It came too late, or is the second to one request.
    if (pending === undefined) return;
    this.#pending.delete(token);
    if (isNoResponders(message)) {
      pending.reject(noRespondersError({ connection: this.#connection, subject: pending.subject }));
    } else {
      const rttMs = performance.now() - pending.startedMs;
      pending.resolve({ body: message.data, headers: message.headers, rttMs });
    }
  }

  #onTimer = (): void => {
    this.#timer = undefined;
    const { timeoutMs } = this.#waits;
    const now = performance.now();
    for (const [token, { subject, startedMs, reject }] of this.#pending) {
      const remainingMs = startedMs + timeoutMs - now;
      // A timer may fire a fraction of a millisecond early.
      if (remainingMs > 1) {
        this.#timer = setTimeout(this.#onTimer, remainingMs);
        return;
      }
      this.#pending.delete(token);
      reject(noReplyError({ subject, timeoutMs }));
    }
  };

  #onDisconnected = (): void => {
    this.#absence ??= new Absence(this.#connection, this.#waits.reconnectMs);
    this.#failAll(lostError(this.#connection.plan));
  };

  #onReconnected = (): void => {
    this.#absence?.end();
    this.#absence = undefined;
  };

  #onDenied = (denial: Denial): void => {
    const error = denialError(denial);
    if (denial.operation === 'subscription') {
      if (denial.subject.startsWith(this.#prefix)) this.#refuse(error);
      return;
    }
    for (const [token, { subject, reject }] of this.#pending) {
      if (subject !== denial.subject) continue;
      this.#pending.delete(token);
      reject(error);
    }
  };

  #refuse(error: CliError): void {
    this.#end = error;
    this.#failAll(error);
  }

  #failAll(error: CliError): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }

  async #serverBack(): Promise<void> {
    // The loss may be seen here before it is told.
    this.#absence ??= new Absence(this.#connection, this.#waits.reconnectMs);
    await this.#absence.over;
  }
}

/** A time without a server. */
class Absence {
  /** Resolves when it has ended; rejects once it has taken too long. */
  readonly over: Promise<void>;
  readonly #timer: NodeJS.Timeout;
  #resolve: () => void = () => undefined;

  constructor({ plan, closed }: Connection, longestMs: number) {
    let reject: (error: CliError) => void = () => undefined;
    this.over = new Promise((resolve, rejectOver) => {
      this.#resolve = resolve;
      reject = rejectOver;
    });
    // Nobody may be waiting.
    this.over.catch(() => undefined);
    const { message } = lostError(plan);
    this.#timer = setTimeout(() => {
      reject(new CliError('connection', `${message}, and no server came back within ${formatDuration(longestMs)}`));
    }, longestMs);
    void closed.then((reason) => reject(reason ?? lostError(plan)));
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#resolve();
  }
}
