import type { PublishFrame } from '../protocol/command-parser.js';
import type { Client } from './client.js';
import type { ConnectOptions } from './connect-options.js';
import { Interest } from './interest.js';
import type { ServerLimits } from './options.js';
import { SlabPool } from './slab-pool.js';
import type { Subscription } from './subscription.js';
import { addTraffic, noTraffic, type Traffic } from './traffic.js';

/** Past this part of what may be pending for a client, those who publish to it are held back. */
const HOLD_BACK_SHARE = 0.5;
/** But no longer than this at a time: a client that does not read must not silence those who publish. */
const LONGEST_HOLD_MS = 5;

/** Is shown each operation of the protocol, whole. */
export type Trace = (client: number, direction: 'in' | 'out', operation: string) => void;

export interface ServerStateOptions {
  readonly limits: ServerLimits;
  readonly requiresAuth: boolean;
  readonly admits: (options: ConnectOptions) => boolean;
  readonly infoFor: (client: Client, extra: object) => string;
  readonly onClosed: (client: Client, reason: string, detail: string) => void;
  readonly trace: Trace | undefined;
}

/** What all clients of one server share, and how a message goes from one to the others. */
export class ServerState {
  readonly limits: ServerLimits;
  readonly requiresAuth: boolean;
  readonly admits: ServerStateOptions['admits'];
  readonly infoFor: ServerStateOptions['infoFor'];
  readonly trace: ServerStateOptions['trace'];
  readonly interest = new Interest();
  readonly slabs = new SlabPool();
  readonly clients = new Set<Client>();
  /** Of clients that have gone: the counts of a server are of all that were ever there. */
  readonly #past = noTraffic();
  slowConsumers = 0;
  staleConnections = 0;
  #onClosed: ServerStateOptions['onClosed'];
  #dirty: Client[] = [];
  #isCrowded = false;
  #isPaused = false;

  constructor(options: ServerStateOptions) {
    this.limits = options.limits;
    this.requiresAuth = options.requiresAuth;
    this.admits = options.admits;
    this.infoFor = options.infoFor;
    this.trace = options.trace;
    this.#onClosed = options.onClosed;
  }

  /** Sends a message to all who listen, and tells its sender where nobody does. */
  publish(sender: Client, frame: PublishFrame): void {
    const match = this.interest.match(frame.bytes, frame.subjectStart, frame.subjectEnd, frame.subjectHash);
    const echo = sender.options.echo !== false;
    let delivered = false;
    const { plain, queues } = match;
    for (let index = 0; index < plain.length; index++) {
      const subscription = plain[index] as Subscription;
      if (!echo && subscription.client === sender) continue;
      if (this.#deliver(subscription, frame)) delivered = true;
    }
    for (let index = 0; index < queues.length; index++) {
      if (this.#deliverToOne(queues[index] as readonly Subscription[], frame, echo ? undefined : sender))
        delivered = true;
    }
    if (!delivered && frame.replyEnd > frame.replyStart && sender.options.no_responders)
      this.#tellNobody(sender, frame);
  }

  #deliver(subscription: Subscription, frame: PublishFrame): boolean {
    const { client } = subscription;
    if (!client.deliver(subscription, frame)) return false;
    if (client.outbox.pending > this.limits.maxPending * HOLD_BACK_SHARE) this.#isCrowded = true;
    return true;
  }

  /** One member of a queue group, each as likely as the others; the next one where it cannot take the message. */
  #deliverToOne(members: readonly Subscription[], frame: PublishFrame, except: Client | undefined): boolean {
    const start = members.length === 1 ? 0 : Math.floor(Math.random() * members.length);
    for (let step = 0; step < members.length; step++) {
      const member = members[(start + step) % members.length] as Subscription;
      if (member.client !== except && this.#deliver(member, frame)) return true;
    }
    return false;
  }

  /** No responders: status 503 to the reply subject's subscriber, if that is the sender (ADR-22). */
  #tellNobody(sender: Client, frame: PublishFrame): void {
    const reply = frame.bytes.toString('latin1', frame.replyStart, frame.replyEnd);
    const subscription = this.interest.find(reply).plain.find(({ client }) => client === sender);
    if (subscription === undefined) return;
    const subject = frame.bytes.toString('latin1', frame.subjectStart, frame.subjectEnd);
    const headers = `NATS/1.0 503\r\nNats-Subject: ${subject}\r\n\r\n`;
    sender.send(
      Buffer.from(`HMSG ${reply} ${subscription.sid} ${headers.length} ${headers.length}\r\n${headers}\r\n`, 'latin1'),
    );
  }

  /** Has what is gathered for the client sent at the end of this turn of the loop. */
  markDirty(client: Client): void {
    if (client.isDirty) return;
    client.isDirty = true;
    if (this.#dirty.push(client) === 1) setImmediate(this.#flush);
  }

  readonly #flush = (): void => {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (let index = 0; index < dirty.length; index++) {
      const client = dirty[index] as Client;
      client.isDirty = false;
      client.outbox.endTurn();
    }
  };

  /** After a chunk: where one of those it went to has fallen behind, its sender waits a moment. */
  holdBack(sender: Client): void {
    if (!this.#isCrowded) return;
    this.#isCrowded = false;
    sender.socket.pause();
    setTimeout(() => {
      if (!this.#isPaused || sender.isClosed) sender.socket.resume();
    }, LONGEST_HOLD_MS);
  }

  /** Reads nothing more of what clients say. */
  pause(): void {
    this.#isPaused = true;
    for (const client of this.clients) client.socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    for (const client of this.clients) client.socket.resume();
  }

  admit(client: Client): Client {
    this.clients.add(client);
    if (this.#isPaused) client.socket.pause();
    return client;
  }

  forget(client: Client, reason: string, detail: string): void {
    this.clients.delete(client);
    addTraffic(this.#past, client.traffic);
    this.#onClosed(client, reason, detail);
  }

  /** What all clients together have sent and got since the start. */
  traffic(): Traffic {
    const sum = { ...this.#past };
    for (const client of this.clients) addTraffic(sum, client.traffic);
    return sum;
  }
}
