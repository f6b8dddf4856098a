/**
 * Cuts messages out of what a server says, in place: no strings are made of them and no bytes copied but the start of
 * the one frame that a chunk's end cuts through. All else goes on as it came.
 *
 * The protocol: https://docs.nats.io/reference/reference-protocols/nats-protocol
 */

import { MalformedMessage, MessageLine, mayStartMessage } from './message-line.js';
import { PartialFrame } from './partial-frame.js';

/** Takes the messages of one subscription. */
export interface MessageTaker {
  /** Bytes were read; the messages that they complete follow at once. */
  onChunk(): void;
  /**
   * A message, once all of it has come. Numbers and no objects, since it is called millions of times a second.
   *
   * @param bytes not to be kept nor changed; they hold the headers and at least {@link KEPT_BODY_BYTES} of the body
   * @param payloadStart of the headers, or of the body where there are none
   * @param headerBytes 0 for a MSG
   * @param size of headers and body
   */
  onMessage(
    bytes: Buffer,
    subjectStart: number,
    subjectEnd: number,
    payloadStart: number,
    headerBytes: number,
    size: number,
  ): void;
}

/** Of a body that came in several chunks so much is kept, so that a large one is not copied. */
export const KEPT_BODY_BYTES = 16;

const NOTHING = Buffer.alloc(0);
const CR = 0x0d;
const LF = 0x0a;
const LONGEST_WORD = 'hmsg'.length;
/** No server lets a line of a message be as long: its subject and reply may have 4 KiB by default. */
const LONGEST_LINE_BYTES = 1024 * 1024;

/** Where in a chunk the next byte belongs. */
type Place =
  /** The start of what the server says next. */
  | 'start'
  /** The line of a message whose start was kept. */
  | 'line'
  /** A message that somebody takes, behind what was kept of it. */
  | 'message'
  /** The payload of a message that nobody takes. */
  | 'passed-payload'
  /** A line that nobody takes, up to its end. */
  | 'passed-line';

/** How a chunk's bytes are split says nothing: the same bytes give the same calls, and the same is passed on. */
export class MessageCutter {
  readonly #pass: (bytes: Buffer) => void;
  readonly #takers: ReadonlyMap<number, MessageTaker>;
  readonly #partial = new PartialFrame();
  /** What is being read. */
  #chunk: Buffer = NOTHING;
  /** From here on, up to where is read, stands what nobody takes. */
  #passedFrom = 0;
  #place: Place = 'start';
  /** Of the frame, line ends included. */
  #missing = 0;
  /** Of the message at hand. */
  readonly #line = new MessageLine();

  /**
   * @param takers by the number of their subscription; may change between two messages
   * @param pass is handed whole runs of what nobody takes, in order
   */
  constructor(takers: ReadonlyMap<number, MessageTaker>, pass: (bytes: Buffer) => void) {
    this.#takers = takers;
    this.#pass = pass;
  }

  /**
   * Reads a chunk as it came.
   *
   * @throws MalformedMessage where it holds a message that is none; nothing more can be read after that
   */
  read(chunk: Buffer): void {
    for (const taker of this.#takers.values()) taker.onChunk();
    this.#chunk = chunk;
    this.#passedFrom = 0;
    let at = 0;
    try {
      while (at < chunk.length) at = this.#readAt(chunk, at);
    } finally {
      // What came before a message that is none is passed on as well.
      this.#passUpTo(at);
      this.#chunk = NOTHING;
    }
  }

  /** Reads what belongs together from a place on. @returns where it ends */
  #readAt(chunk: Buffer, at: number): number {
    switch (this.#place) {
      case 'start':
        return this.#readStart(chunk, at);
      case 'passed-line': {
        const lineEnd = chunk.indexOf(LF, at);
        if (lineEnd === -1) return chunk.length;
        this.#place = 'start';
        return lineEnd + 1;
      }
      case 'passed-payload': {
        const length = Math.min(this.#missing, chunk.length - at);
        this.#missing -= length;
        if (this.#missing === 0) this.#place = 'passed-line';
        return at + length;
      }
      case 'line':
        this.#passedFrom = this.#completeLine(chunk, at);
        return this.#passedFrom;
      case 'message':
        this.#passedFrom = this.#completeMessage(chunk, at);
        return this.#passedFrom;
    }
  }

  #readStart(chunk: Buffer, start: number): number {
    if (!mayStartMessage(chunk, start)) {
      this.#place = 'passed-line';
      return start;
    }
    const line = this.#line;
    if (!line.read(chunk, start)) {
      this.#passUpTo(start);
      this.#keepLine(chunk, start);
      this.#passedFrom = chunk.length;
      return chunk.length;
    }
    const { sid, subjectStart, subjectEnd, payloadStart, headerBytes, size } = line;
    // What is passed on may end a subscription.
    if (this.#takers.has(sid)) this.#passUpTo(start);
    const taker = this.#takers.get(sid);
    if (taker === undefined) {
      this.#place = 'passed-payload';
      this.#missing = size;
      return payloadStart;
    }
    const payloadEnd = payloadStart + size;
    const end = payloadEnd + 2;
    this.#passedFrom = Math.min(end, chunk.length);
    if (end > chunk.length) {
      this.#keepMessage(chunk, start);
      return chunk.length;
    }
    if (chunk[payloadEnd] !== CR || chunk[payloadEnd + 1] !== LF) throw noLineEnd();
    taker.onMessage(chunk, subjectStart, subjectEnd, payloadStart, headerBytes, size);
    return end;
  }

  /** Passes on what nobody takes of the chunk at hand. */
  #passUpTo(end: number): void {
    const chunk = this.#chunk;
    const start = this.#passedFrom;
    if (end <= start) return;
    this.#passedFrom = end;
    this.#pass(start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end));
  }

  #keepLine(chunk: Buffer, start: number): void {
    if (chunk.length - start > LONGEST_LINE_BYTES) throw new MalformedMessage('the line of a message is too long');
    this.#partial.start(chunk, start, 0);
    this.#place = 'line';
  }

  /** Adds to the line that was cut through. @returns where it ends */
  #completeLine(chunk: Buffer, start: number): number {
    const partial = this.#partial;
    const lineEnd = chunk.indexOf(LF, start);
    const end = lineEnd === -1 ? chunk.length : lineEnd + 1;
    const isWordWhole = partial.bytes.length > LONGEST_WORD;
    partial.add(chunk, start, end);
    if (partial.bytes.length > LONGEST_LINE_BYTES) throw new MalformedMessage('the line of a message is too long');
    if (lineEnd === -1) {
      // A word that is none may have no line end to follow.
      if (!isWordWhole) this.#line.read(partial.bytes, 0);
      return end;
    }
    const bytes = partial.take();
    this.#line.read(bytes, 0);
    if (this.#takers.has(this.#line.sid)) this.#keepMessage(bytes, 0);
    else {
      this.#place = 'passed-payload';
      this.#missing = this.#line.size;
      this.#pass(bytes);
    }
    return end;
  }

  /** Keeps the start of a message whose line is whole and whose end has not come. */
  #keepMessage(bytes: Buffer, start: number): void {
    const line = this.#line;
    const lineLength = line.payloadStart - start;
    const headLength = lineLength + Math.min(line.size, line.headerBytes + KEPT_BODY_BYTES);
    const length = bytes.length - start;
    line.subjectStart -= start;
    line.subjectEnd -= start;
    line.payloadStart -= start;
    this.#place = 'message';
    this.#missing = lineLength + line.size + 2 - length;
    this.#partial.start(bytes.subarray(0, start + Math.min(length, headLength)), start, headLength);
    if (this.#missing === 1 && bytes[bytes.length - 1] !== CR) throw noLineEnd();
  }

  /** Adds to the message that was cut through. @returns where it ends */
  #completeMessage(chunk: Buffer, start: number): number {
    const partial = this.#partial;
    const length = Math.min(this.#missing, chunk.length - start);
    const end = start + length;
    if (partial.missing > 0) partial.add(chunk, start, Math.min(end, start + partial.missing));
    this.#missing -= length;
    if (this.#missing > 1) return end;
    const crAt = end - 2 + this.#missing;
    if (crAt >= start && chunk[crAt] !== CR) throw noLineEnd();
    if (this.#missing === 1) return end;
    if (chunk[end - 1] !== LF) throw noLineEnd();
    const head = partial.take();
    this.#place = 'start';
    const { sid, subjectStart, subjectEnd, payloadStart, headerBytes, size } = this.#line;
    this.#takers.get(sid)?.onMessage(head, subjectStart, subjectEnd, payloadStart, headerBytes, size);
    return end;
  }
}

function noLineEnd(): MalformedMessage {
  return new MalformedMessage('no line end behind the payload of a message');
}
