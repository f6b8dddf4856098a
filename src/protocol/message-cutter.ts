/**
 * Cuts messages out of what a server says, in place: no strings are made of them and no bytes copied but the start of
 * the one frame that a chunk's end cuts through. All else goes on as it came.
 *
 * The protocol: https://docs.nats.io/reference/reference-protocols/nats-protocol
 */

import { isBlank } from './command-words.js';
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

/** What came is no message of the protocol. */
export class MalformedMessage extends Error {}

const NOTHING = Buffer.alloc(0);
const SPACE = 0x20;
const CR = 0x0d;
const LF = 0x0a;
const DIGIT_0 = 0x30;
const LETTER_M = 0x6d;
const LETTER_H = 0x68;
const LETTER_S = 0x73;
const LETTER_G = 0x67;
/** Either case of a letter is the lower one with this bit. */
const LOWER = 0x20;
/** A number of the protocol has no more digits: it is a size below 1 GB, or counts subscriptions. */
const MOST = 999_999_999;
const LONGEST_WORD = 'hmsg'.length;
const NUMBER = /^\d{1,9}$/;
/** Of a line that is none so much is told. */
const SHOWN_CHARACTERS = 64;
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
  // What the last line said: they stand within its bytes.
  #sid = 0;
  #subjectStart = 0;
  #subjectEnd = 0;
  #payloadStart = 0;
  #headerBytes = 0;
  #size = 0;

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
    const letter = (chunk[start] as number) | LOWER;
    if (letter !== LETTER_M && letter !== LETTER_H) {
      this.#place = 'passed-line';
      return start;
    }
    if (!this.#readLine(chunk, start)) {
      this.#passUpTo(start);
      this.#keepLine(chunk, start);
      this.#passedFrom = chunk.length;
      return chunk.length;
    }
    // What is passed on may end a subscription.
    if (this.#takers.has(this.#sid)) this.#passUpTo(start);
    const taker = this.#takers.get(this.#sid);
    const payloadStart = this.#payloadStart;
    if (taker === undefined) {
      this.#place = 'passed-payload';
      this.#missing = this.#size;
      return payloadStart;
    }
    const payloadEnd = payloadStart + this.#size;
    const end = payloadEnd + 2;
    this.#passedFrom = Math.min(end, chunk.length);
    if (end > chunk.length) {
      this.#keepMessage(chunk, start);
      return chunk.length;
    }
    if (chunk[payloadEnd] !== CR || chunk[payloadEnd + 1] !== LF) throw noLineEnd();
    taker.onMessage(chunk, this.#subjectStart, this.#subjectEnd, payloadStart, this.#headerBytes, this.#size);
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
      if (!isWordWhole) this.#readLine(partial.bytes, 0);
      return end;
    }
    const line = partial.take();
    if (!this.#readLine(line, 0)) throw malformed(line.toString('latin1'));
    if (this.#takers.has(this.#sid)) this.#keepMessage(line, 0);
    else {
      this.#place = 'passed-payload';
      this.#missing = this.#size;
      this.#pass(line);
    }
    return end;
  }

  /** Keeps the start of a message whose line is whole and whose end has not come. */
  #keepMessage(bytes: Buffer, start: number): void {
    const lineLength = this.#payloadStart - start;
    const headLength = lineLength + Math.min(this.#size, this.#headerBytes + KEPT_BODY_BYTES);
    const length = bytes.length - start;
    this.#subjectStart -= start;
    this.#subjectEnd -= start;
    this.#payloadStart -= start;
    this.#place = 'message';
    this.#missing = lineLength + this.#size + 2 - length;
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
    const taker = this.#takers.get(this.#sid);
    const { headerBytes, size } = { headerBytes: this.#headerBytes, size: this.#size };
    taker?.onMessage(head, this.#subjectStart, this.#subjectEnd, this.#payloadStart, headerBytes, size);
    return end;
  }

  /**
   * Reads the line of a MSG or HMSG as every server writes it: single blanks, `\r\n` behind. Any other is left to
   * {@link MessageCutter.#readOddLine}.
   *
   * @returns false where its end has not come
   * @throws MalformedMessage
   */
  #readLine(bytes: Buffer, start: number): boolean {
    const end = bytes.length;
    const hasHeaders = ((bytes[start] as number) | LOWER) === LETTER_H;
    let at = hasHeaders ? start + 4 : start + 3;
    if (at + 1 >= end || bytes[at] !== SPACE || !isMsgAt(bytes, hasHeaders ? start + 1 : start)) {
      return this.#readOddLine(bytes, start, hasHeaders);
    }
    at += 1;
    this.#subjectStart = at;
    while (at < end && (bytes[at] as number) > SPACE) at += 1;
    this.#subjectEnd = at;
    let fields = 1;
    let sid = 0;
    let before = 0;
    let value = 0;
    for (; at < end; at++) {
      const byte = bytes[at] as number;
      const digit = byte - DIGIT_0;
      if (digit >= 0 && digit <= 9) {
        if (value >= 0) value = value > MOST / 10 ? -1 : value * 10 + digit;
      } else if (byte === SPACE) {
        // Two blanks in a row, or one at the end, are odd.
        const next = bytes[at + 1];
        if (next === SPACE || next === CR) return this.#readOddLine(bytes, start, hasHeaders);
        if (fields === 2) sid = value;
        before = value;
        value = 0;
        fields += 1;
      } else if (byte === CR) break;
      else if (byte < SPACE) return this.#readOddLine(bytes, start, hasHeaders);
      // Part of a reply subject: no number.
      else value = -1;
    }
    const least = hasHeaders ? 4 : 3;
    const isPlain =
      at + 1 < end &&
      bytes[at + 1] === LF &&
      (fields === least || fields === least + 1) &&
      this.#subjectEnd > this.#subjectStart &&
      sid >= 0 &&
      value >= 0 &&
      (!hasHeaders || (before >= 0 && before <= value));
    if (!isPlain) return this.#readOddLine(bytes, start, hasHeaders);
    this.#sid = sid;
    this.#headerBytes = hasHeaders ? before : 0;
    this.#size = value;
    this.#payloadStart = at + 2;
    return true;
  }

  /** A line as nats.js reads it too: blanks and tabs between the fields, as many as there are; perhaps no `\r`. */
  #readOddLine(bytes: Buffer, start: number, hasHeaders: boolean): boolean {
    const lineEnd = bytes.indexOf(LF, start);
    const word = hasHeaders ? 'hmsg' : 'msg';
    const line = bytes.toString('latin1', start, lineEnd === -1 ? bytes.length : lineEnd).replace(/\r$/, '');
    const isWord = word.startsWith(line.slice(0, word.length).toLowerCase());
    const isEndOfWord = line.length <= word.length || isBlank(line.charCodeAt(word.length));
    if (!isWord || !isEndOfWord) throw malformed(line);
    if (lineEnd === -1) return false;
    const fields = line
      .slice(word.length)
      .split(/[ \t]+/)
      .filter((field) => field !== '');
    const [subject = '', sid = '', ...others] = fields;
    const size = others.pop() ?? '';
    const headerBytes = hasHeaders ? (others.pop() ?? '') : '0';
    // What is left is the reply subject.
    const areNumbers = [sid, headerBytes, size].every((field) => NUMBER.test(field));
    if (others.length > 1 || !areNumbers || Number(headerBytes) > Number(size) || line.includes('\r')) {
      throw malformed(line);
    }
    this.#subjectStart = start + line.indexOf(subject, word.length);
    this.#subjectEnd = this.#subjectStart + subject.length;
    this.#sid = Number(sid);
    this.#headerBytes = Number(headerBytes);
    this.#size = Number(size);
    this.#payloadStart = lineEnd + 1;
    return true;
  }
}

function isMsgAt(bytes: Buffer, at: number): boolean {
  return (
    ((bytes[at] as number) | LOWER) === LETTER_M &&
    ((bytes[at + 1] as number) | LOWER) === LETTER_S &&
    ((bytes[at + 2] as number) | LOWER) === LETTER_G
  );
}

function malformed(line: string): MalformedMessage {
  return new MalformedMessage(`no message: ${JSON.stringify(line.slice(0, SHOWN_CHARACTERS))}`);
}

function noLineEnd(): MalformedMessage {
  return new MalformedMessage('no line end behind the payload of a message');
}
