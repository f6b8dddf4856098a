import { createInbox } from 'nats/lib/nats-base-client/core.js';
import type { Connection } from '../../connection/index.js';
import type { MessageTaker } from '../../protocol/message-cutter.js';
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
import type { LoadPlan } from './load-plan.js';
import { OutgoingFrames, SpareChunks } from './outgoing-frames.js';
import { findHeader, saysNoResponders, saysServiceError } from './reply-headers.js';
import { readToken, TOKEN_CHARACTERS, writeToken } from './request-token.js';
import { STAMP_BYTES, Stamp } from './stamp.js';
import { LINE_END, WireFrames } from './wire-frames.js';

/** Of a stamp in base64. */
const HEADER_STAMP_CHARACTERS = 24;
const STAMP_NAME = Buffer.from(STAMP_HEADER);

/** Frames that were encoded once are written in large chunks, and what comes is read before nats.js parses it. */
export const wireEngine: Engine = {
  name: 'wire',
  open: (connection, plan, client) => new WireClient(connection, plan, client),
};

class WireClient implements EngineClient {
  readonly #connection: Connection;
  readonly #plan: LoadPlan;
  readonly #number: number;
  readonly #stamp: Stamp;
  readonly #out: OutgoingFrames;
  readonly #inbox: string;
  readonly #inboxBytes: Uint8Array;
  readonly #frames: WireFrames;
  readonly #endings: (() => void)[] = [];

  constructor(connection: Connection, plan: LoadPlan, client: number) {
    this.#connection = connection;
    this.#plan = plan;
    this.#number = client;
    this.#stamp = new Stamp(plan.runTag);
    this.#inbox = `${createInbox(connection.plan.inboxPrefix)}.`;
    this.#inboxBytes = Buffer.from(this.#inbox);
    const { frames, spare } = sharedOf(plan, this.#inboxBytes.length + TOKEN_CHARACTERS);
    this.#frames = frames;
    this.#out = new OutgoingFrames(connection, spare);
  }

  publish(sequence: number, plannedNs: number): number {
    const frame = this.#frames.of(sequence);
    const { head, rest, stampAt } = frame;
    const out = this.#out;
    out.reserve(head.length);
    const { chunk, end } = out;
    chunk.set(head, end);
    if (stampAt !== -1) {
      if (this.#frames.stamps === 'body') this.#stamp.write(chunk, end + stampAt, this.#number, sequence, plannedNs);
      else chunk.write(writeHeaderStamp(this.#stamp, this.#number, sequence, plannedNs), end + stampAt, 'latin1');
    }
    out.end = end + head.length;
    if (rest !== undefined) out.write(rest, LINE_END);
    return frame.payloadBytes;
  }

  ask(sequence: number, token: number): number {
    const frame = this.#frames.of(sequence);
    const { head, rest } = frame;
    const out = this.#out;
    out.reserve(head.length);
    const { chunk, end } = out;
    const inbox = this.#inboxBytes;
    const replyAt = end + frame.replyAt;
    chunk.set(head, end);
    chunk.set(inbox, replyAt);
    writeToken(chunk, replyAt + inbox.length, token);
    out.end = end + head.length;
    if (rest !== undefined) out.write(rest, LINE_END);
    return frame.payloadBytes;
  }

  flush(): Promise<void> | undefined {
    return this.#out.flush();
  }

  hearReplies(hear: HearReply): void {
    this.#take(`${this.#inbox}*`, undefined, new ReplyTaker(hear, this.#inboxBytes.length));
  }

  hearMessages(hear: HearMessage): void {
    const { pattern, queue } = this.#plan;
    this.#take(pattern, queue, new StampTaker(hear, this.#stamp, this.#frames.stamps === 'header'));
  }

  close(): void {
    for (const end of this.#endings) end();
  }

  #take(subject: string, queue: string | undefined, taker: MessageTaker): void {
    this.#endings.push(this.#connection.takeMessages(subject, queue, taker));
  }
}

/** Tells of replies. */
class ReplyTaker implements MessageTaker {
  readonly #hear: HearReply;
  readonly #tokenAt: number;
  #nowNs = 0;

  constructor(hear: HearReply, tokenAt: number) {
    this.#hear = hear;
    this.#tokenAt = tokenAt;
  }

  onChunk(): void {
    this.#nowNs = nowNs();
  }

  onMessage(
    bytes: Buffer,
    subjectStart: number,
    subjectEnd: number,
    payloadStart: number,
    headerBytes: number,
    size: number,
  ): void {
    const token = readToken(bytes, subjectStart + this.#tokenAt, subjectEnd);
    // Somebody else wrote to the inbox.
    if (token === -1) return;
    if (headerBytes === 0) this.#hear(token, GOOD, size, this.#nowNs);
    else if (saysNoResponders(bytes, payloadStart, headerBytes, size)) {
      this.#hear(token, NO_RESPONDERS, size, this.#nowNs);
    } else {
      const isError = saysServiceError(bytes, payloadStart, payloadStart + headerBytes);
      this.#hear(token, isError ? SERVICE_ERROR : GOOD, size, this.#nowNs);
    }
  }
}

/** Tells of messages by their stamps. */
class StampTaker implements MessageTaker {
  readonly #hear: HearMessage;
  readonly #stamp: Stamp;
  readonly #isInHeader: boolean;
  #nowNs = 0;

  constructor(hear: HearMessage, stamp: Stamp, isInHeader: boolean) {
    this.#hear = hear;
    this.#stamp = stamp;
    this.#isInHeader = isInHeader;
  }

  onChunk(): void {
    this.#nowNs = nowNs();
  }

  onMessage(
    bytes: Buffer,
    _subjectStart: number,
    _subjectEnd: number,
    payloadStart: number,
    headerBytes: number,
    size: number,
  ): void {
    const bodyStart = payloadStart + headerBytes;
    if (this.#isInHeader) this.#tell(this.#fromHeader(bytes, payloadStart, bodyStart), 0, size);
    else if (size - headerBytes >= STAMP_BYTES) this.#tell(bytes, bodyStart, size);
    else this.#tell(undefined, 0, size);
  }

  #tell(from: Uint8Array | undefined, at: number, size: number): void {
    const stamp = this.#stamp;
    if (from === undefined || !stamp.isAt(from, at)) this.#hear(-1, 0, 0, size, this.#nowNs);
    else this.#hear(stamp.publisher(from, at), stamp.sequence(from, at), stamp.plannedNs(from, at), size, this.#nowNs);
  }

  #fromHeader(bytes: Buffer, start: number, end: number): Uint8Array | undefined {
    const at = findHeader(bytes, start, end, STAMP_NAME);
    if (at === -1) return undefined;
    return readHeaderStamp(bytes.toString('latin1', at, Math.min(end, at + HEADER_STAMP_CHARACTERS)));
  }
}

/** What all clients of a thread share. */
interface Shared {
  readonly frames: WireFrames;
  readonly spare: SpareChunks;
}

/** Kept for as long as the plan is, which is that of one run. */
const sharedByPlan = new WeakMap<LoadPlan, Shared>();

function sharedOf(plan: LoadPlan, replyBytes: number): Shared {
  let shared = sharedByPlan.get(plan);
  if (shared === undefined) {
    shared = { frames: new WireFrames(plan, plan.workload === 'request' ? replyBytes : 0), spare: new SpareChunks() };
    sharedByPlan.set(plan, shared);
  }
  return shared;
}
