import { type Denial, denialError } from '../../connection/index.js';
import { deferred } from '../../deferred.js';
import { nowNs } from './clock.js';
import type { Load, LoadClient, RunTimes } from './load.js';
import type { LoadPlan } from './load-plan.js';
import { LoneReceiver, type Receiver, ThreadGroup } from './receivers.js';
import { CAME_TWICE, LONG_PAST, OUT_OF_ORDER } from './sequence-tracker.js';
import { stampPlace } from './stamp-place.js';
import type { FromThread } from './thread-messages.js';
import type { ThreadTally } from './thread-tally.js';

/** As often it is told how much has come. */
const TELL_MS = 20;
/** So long is waited for what the server may still have on its way, when all that was sent has come. */
const LAST_WORD_MS = 1_000;
/** A time that is not so near is of another machine's clock: of those, one in ten thousand seems to be near. */
const NEAR_NS = 60e9;

export interface ReceiveOptions {
  readonly thread: number;
  /** Whether no other thread receives: then it ends at its last message, and not a moment later. */
  readonly isAlone: boolean;
  post(message: FromThread): void;
}

/** What a message was heard to be, before the run began with it. */
type Heard = Parameters<ReceiveLoad['hear']>;

/**
 * The subscribers of one thread. With publishers in the same run a message counts as measured by its planned time, and
 * whoever counts what was sent says when to end. By itself it begins with the first message, and counts by arrival.
 */
export class ReceiveLoad implements Load {
  readonly #clients: readonly LoadClient[];
  readonly #plan: LoadPlan;
  readonly #options: ReceiveOptions;
  readonly #group: ThreadGroup | undefined;
  readonly #lone: LoneReceiver[] = [];
  readonly #followsPlan: boolean;
  readonly #isStamped: boolean;
  readonly #mostMessages: number;
  #tally: ThreadTally | undefined;
  #measuredNs = 0;
  #endNs = Number.POSITIVE_INFINITY;
  /** What came before the run began here: other threads may have begun. Undefined while what comes is none of it. */
  #early: Heard[] | undefined;
  #count = 0;
  #measured = 0;
  #unstamped = 0;
  #remote = 0;
  #told = 0;
  #telling: NodeJS.Timeout | undefined;
  readonly #ended = deferred<void>();

  /** Subscribes with each client. */
  constructor(clients: readonly LoadClient[], plan: LoadPlan, options: ReceiveOptions) {
    this.#clients = clients;
    this.#plan = plan;
    this.#options = options;
    this.#followsPlan = plan.workload !== 'sub';
    this.#isStamped = stampPlace(plan) !== 'none';
    this.#mostMessages =
      plan.workload === 'sub' && plan.end.kind === 'messages' && options.isAlone
        ? plan.end.messages
        : Number.POSITIVE_INFINITY;
    this.#early = this.#followsPlan ? [] : undefined;
    const { thread, post } = options;
    this.#group =
      plan.queue === undefined ? undefined : new ThreadGroup((closed) => post({ type: 'pages', thread, closed }));
    for (const client of clients) {
      const receiver = this.#openReceiver();
      client.engine.hearMessages((publisher, sequence, plannedNs, bytes, now) =>
        this.hear(receiver, publisher, sequence, plannedNs, bytes, now),
      );
      client.connection.events.on('denied', this.#onDenied).on('disconnected', this.#onDisconnected);
    }
  }

  /** Begins with the first message from now on, which is told of. */
  listen(): void {
    this.#early = [];
  }

  /** Counts from now on, and what came since the first message. */
  begin(times: RunTimes, tally: ThreadTally): void {
    this.#measuredNs = times.measuredNs;
    if (!this.#followsPlan && times.endNs !== undefined) this.#endNs = times.endNs;
    this.#tally = tally;
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const heard of early) this.hear(...heard);
  }

  async run(): Promise<void> {
    const looking = setInterval(() => this.#tally?.turn(nowNs()), TELL_MS * 5);
    const leftMs = (this.#endNs - nowNs()) / 1e6;
    const ending = Number.isFinite(leftMs) ? setTimeout(this.#ended.resolve, leftMs) : undefined;
    if (!this.#followsPlan && this.#plan.end.kind === 'messages') this.tellCount();
    try {
      await this.#ended.promise;
      this.#tellNow();
    } finally {
      clearInterval(looking);
      clearInterval(this.#telling);
      clearTimeout(ending);
      for (const { engine, connection } of this.#clients) {
        engine.close();
        connection.events.off('denied', this.#onDenied).off('disconnected', this.#onDisconnected);
      }
    }
    const { thread, post } = this.#options;
    const reaches = this.#group?.close() ?? [];
    post({
      type: 'receipt',
      thread,
      receipt: {
        count: this.#count,
        unstamped: this.#unstamped,
        remote: this.#remote,
        missing: this.#lone.reduce((missing, receiver) => missing + receiver.missing(), 0),
        reaches,
      },
    });
  }

  /** Tells now and then from here on how much has come. */
  tellCount(): void {
    this.#telling ??= setInterval(() => this.#tellNow(), TELL_MS);
    this.#tellNow();
  }

  /** All has come: ends when what the server had on its way has come too. */
  async receivedAll(): Promise<void> {
    const asked = this.#clients
      .filter(({ connection }) => connection.isConnected())
      .map(({ connection }) => connection.confirm().catch(() => undefined));
    const impatience = setTimeout(this.#ended.resolve, LAST_WORD_MS);
    await Promise.all(asked);
    clearTimeout(impatience);
    this.#ended.resolve();
  }

  /** By itself it ends at once; with publishers it waits for what those have sent. */
  stop(): void {
    if (!this.#followsPlan) this.#ended.resolve();
  }

  /** A message has come. */
  hear(receiver: Receiver, publisher: number, sequence: number, plannedNs: number, bytes: number, now: number): void {
    const tally = this.#tally;
    if (tally === undefined) {
      this.#hearEarly([receiver, publisher, sequence, plannedNs, bytes, now]);
      return;
    }
    if (now >= this.#endNs || this.#measured >= this.#mostMessages) return;
    if (publisher === -1) {
      this.#hearUnstamped(tally, bytes, now);
      return;
    }
    const measuredNs = this.#measuredNs;
    const isMeasured = (this.#followsPlan ? plannedNs : now) >= measuredNs;
    const place = receiver.see(publisher, sequence, isMeasured);
    const isNew = place !== CAME_TWICE && place !== LONG_PAST;
    if (isNew) this.#count += 1;
    // Of the warm-up, and late.
    if (!isMeasured && now >= measuredNs) return;
    if (!isNew) {
      if (place === CAME_TWICE) tally.duplicated();
      else tally.late();
      return;
    }
    if (place === OUT_OF_ORDER) tally.outOfOrder();
    this.#countArrival(tally, now - plannedNs, bytes, now, isMeasured);
  }

  #countArrival(tally: ThreadTally, latencyNs: number, bytes: number, now: number, isMeasured: boolean): void {
    if (this.#followsPlan || Math.abs(latencyNs) < NEAR_NS) {
      tally.arrived(latencyNs, bytes, now);
      if (latencyNs > this.#plan.timeoutMs * 1e6) tally.late();
    } else {
      tally.arrivedMany(1, bytes, now);
      if (isMeasured) this.#remote += 1;
    }
    if (isMeasured) this.#noteMeasured();
  }

  #hearUnstamped(tally: ThreadTally, bytes: number, now: number): void {
    const isMeasured = now >= this.#measuredNs;
    if (isMeasured) this.#unstamped += 1;
    // Where messages have stamps, what has none is somebody else's.
    if (this.#followsPlan && this.#isStamped) return;
    this.#count += 1;
    tally.arrivedMany(1, bytes, now);
    if (isMeasured) this.#noteMeasured();
  }

  #noteMeasured(): void {
    this.#measured += 1;
    if (this.#measured === this.#mostMessages) this.#ended.resolve();
  }

  #hearEarly(heard: Heard): void {
    if (this.#early === undefined) return;
    if (!this.#followsPlan && this.#early.length === 0) {
      this.#options.post({ type: 'first', atNs: heard.at(-1) as number });
    }
    this.#early.push(heard);
  }

  #tellNow(): void {
    const { thread, post } = this.#options;
    if (this.#count > this.#told || this.#count === 0) {
      post({ type: 'received', thread, count: this.#count, measured: this.#measured });
    }
    this.#told = this.#count;
  }

  #openReceiver(): Receiver {
    if (this.#group !== undefined) return this.#group.join();
    const receiver = new LoneReceiver();
    this.#lone.push(receiver);
    return receiver;
  }

  #onDenied = (denial: Denial): void => this.#ended.reject(denialError(denial));

  #onDisconnected = (): void => this.#tally?.outage(nowNs());
}
