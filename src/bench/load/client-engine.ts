import type { Msg, MsgHdrs, Subscription } from 'nats';
import { createInbox } from 'nats/lib/nats-base-client/core.js';
import { type Connection, encodeHeaders } from '../../connection/index.js';
import { isNoResponders, serviceFailure } from '../../requests/index.js';
import { makeBodies } from './bodies.js';
import { nowNs } from './clock.js';
import {
  type Engine,
  type EngineClient,
  GOOD,
  type HearMessage,
  type HearReply,
  NO_RESPONDERS,
  SERVICE_ERROR,
} from './engine.js';
import { readHeaderStamp, STAMP_HEADER, writeHeaderStamp } from './header-stamp.js';
import { headersOf } from './load-headers.js';
import type { LoadPlan } from './load-plan.js';
import { STAMP_BYTES, Stamp } from './stamp.js';
import { stampPlace } from './stamp-place.js';

const TOKEN_RADIX = 36;
const DIGIT_0 = 0x30;
const LETTER_A = 0x61;
/** nats.js keeps without bound what a server does not take; as much may be under way before it is asked. */
const WINDOW_BYTES = 512 * 1024;

/** Messages travel through nats.js: its `publish`, and subscriptions with callbacks. */
export const clientEngine: Engine = {
  name: 'client',
  open: (connection, plan, client) => new NatsJsClient(connection, plan, client),
};

class NatsJsClient implements EngineClient {
  readonly #connection: Connection;
  readonly #plan: LoadPlan;
  readonly #number: number;
  readonly #bodies: readonly Uint8Array[];
  readonly #headers: MsgHdrs | undefined;
  readonly #headerBytes: number;
  readonly #stamp: Stamp;
  /** Where the stamp is: at the start of bodies of our own, in a header beside those that were given, or nowhere. */
  readonly #stamps: 'body' | 'header' | 'none';
  readonly #inbox: string;
  readonly #subscriptions: Subscription[] = [];
  #unconfirmedBytes = 0;
  #confirming: Promise<void> | undefined;

  constructor(connection: Connection, plan: LoadPlan, client: number) {
    this.#connection = connection;
    this.#plan = plan;
    this.#number = client;
    this.#bodies = makeBodies(plan.bodies, plan.seed);
    this.#stamp = new Stamp(plan.runTag);
    this.#stamps = stampPlace(plan);
    this.#headers = headersOf(plan);
    this.#headerBytes = this.#headers === undefined ? 0 : encodeHeaders(this.#headers).length;
    this.#inbox = `${createInbox(connection.plan.inboxPrefix)}.`;
  }

  publish(sequence: number, plannedNs: number): number {
    const { subjects } = this.#plan;
    const subject = subjects[sequence % subjects.length] as string;
    let body = this.#bodies[sequence % this.#bodies.length] as Uint8Array;
    if (this.#stamps === 'body') {
      // nats.js keeps it until it is written.
      body = Buffer.from(body);
      this.#stamp.write(body, 0, this.#number, sequence, plannedNs);
    } else if (this.#stamps === 'header') {
      this.#headers?.set(STAMP_HEADER, writeHeaderStamp(this.#stamp, this.#number, sequence, plannedNs));
    }
    this.#connection.nats.publish(subject, body, this.#headers === undefined ? {} : { headers: this.#headers });
    const bytes = body.length + this.#headerBytes;
    this.#unconfirmedBytes += bytes;
    return bytes;
  }

  ask(sequence: number, token: number): number {
    const { subjects } = this.#plan;
    const subject = subjects[sequence % subjects.length] as string;
    const body = this.#bodies[sequence % this.#bodies.length] as Uint8Array;
    const reply = this.#inbox + token.toString(TOKEN_RADIX);
    const headers = this.#headers;
    this.#connection.nats.publish(subject, body, headers === undefined ? { reply } : { reply, headers });
    return body.length + this.#headerBytes;
  }

  flush(): Promise<void> | undefined {
    if (this.#unconfirmedBytes < WINDOW_BYTES) return undefined;
    this.#unconfirmedBytes = 0;
    const before = this.#confirming;
    // While one window is under way the next one is filled.
    this.#confirming = this.#connection.nats.flush().catch(() => undefined);
    return before;
  }

  hearReplies(hear: HearReply): void {
    const start = this.#inbox.length;
    this.#subscribe(`${this.#inbox}*`, undefined, (message) => {
      const now = nowNs();
      hear(tokenOf(message, start), outcomeOf(message), bytesOf(message), now);
    });
  }

  hearMessages(hear: HearMessage): void {
    const { pattern, queue } = this.#plan;
    const stamp = this.#stamp;
    const inHeader = this.#stamps === 'header';
    this.#subscribe(pattern, queue, (message) => {
      const now = nowNs();
      const { data } = message;
      const at = inHeader ? readHeaderStamp(message.headers?.get(STAMP_HEADER)) : data;
      if (at === undefined || at.length < STAMP_BYTES || !stamp.isAt(at, 0)) {
        hear(-1, 0, 0, bytesOf(message), now);
      } else {
        hear(stamp.publisher(at, 0), stamp.sequence(at, 0), stamp.plannedNs(at, 0), bytesOf(message), now);
      }
    });
  }

  close(): void {
    for (const subscription of this.#subscriptions) if (!subscription.isClosed()) subscription.unsubscribe();
  }

  #subscribe(subject: string, queue: string | undefined, hear: (message: Msg) => void): void {
    const callback = (error: Error | null, message: Msg): void => {
      if (error === null) hear(message);
    };
    const subscription = this.#connection.nats.subscribe(
      subject,
      queue === undefined ? { callback } : { queue, callback },
    );
    this.#subscriptions.push(subscription);
  }
}

function outcomeOf(message: Msg): typeof GOOD | typeof NO_RESPONDERS | typeof SERVICE_ERROR {
  if (message.headers === undefined) return GOOD;
  if (isNoResponders(message)) return NO_RESPONDERS;
  return serviceFailure(message.headers) === undefined ? GOOD : SERVICE_ERROR;
}

/** What nats.js knows of a message and does not say in its types: its subject as bytes, and the size of it all. */
type ReadMessage = Msg & { readonly _msg: { readonly subject: Uint8Array; readonly size: number } };

/** Of headers and body. */
function bytesOf(message: Msg): number {
  return (message as ReadMessage)._msg.size;
}

/** Reads the token off the bytes: to make a text of the subject costs more than all else that is measured. */
function tokenOf(message: Msg, start: number): number {
  const { subject } = (message as ReadMessage)._msg;
  let token = 0;
  for (let at = start; at < subject.length; at++) {
    const byte = subject[at] as number;
    token = token * TOKEN_RADIX + byte - (byte < LETTER_A ? DIGIT_0 : LETTER_A - 10);
  }
  return token;
}
