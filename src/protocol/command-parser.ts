/**
 * Reads what a NATS client says to a server, in place: no strings are made of a publish, and no bytes copied
 * but those of the one frame that a chunk's end cuts through.
 *
 * The protocol: https://docs.nats.io/reference/reference-protocols/nats-protocol
 */

import { isBlank, isWordAt, readWord } from './command-words.js';
import { PartialFrame } from './partial-frame.js';
import { HASH_SEED, hashByte, hashSubject } from './subject-hash.js';

/** A PUB or HPUB within `bytes`. One object serves all publishes of a parser: copy what is to be kept. */
export interface PublishFrame {
  readonly bytes: Buffer;
  readonly subjectStart: number;
  readonly subjectEnd: number;
  /** {@link hashSubject} of the subject, rolled while it was scanned. */
  readonly subjectHash: number;
  /** Equal to `replyEnd` where there is none. */
  readonly replyStart: number;
  readonly replyEnd: number;
  /** From here to `end` stands what a MSG to a subscriber ends in: `[reply ][header size ]size\r\npayload\r\n`. */
  readonly tailStart: number;
  readonly end: number;
  /** Of headers and body, in bytes. */
  readonly size: number;
  /** Of the headers alone; -1 for a PUB. */
  readonly headerSize: number;
}

/** Why a client cannot be understood. */
export type ParseProblem =
  | { readonly kind: 'unknown_operation'; readonly near: string }
  | { readonly kind: 'line_too_long'; readonly limit: number }
  | { readonly kind: 'payload_too_large'; readonly size: number }
  | { readonly kind: 'malformed'; readonly reason: string }
  /** It says `-ERR`: nats-server then parts from it. */
  | { readonly kind: 'client_error'; readonly reason: string };

/** What a client says. Called in order, while {@link CommandParser.parse} runs. Texts are latin1: a byte a character. */
export interface CommandHandler {
  /** Whether an HPUB is understood; without it, it is. */
  readonly acceptsHeaders?: boolean;
  /** @param json decoded as UTF-8 */
  onConnect(json: string): void;
  onPublish(frame: PublishFrame): void;
  onSubscribe(subject: string, queue: string | undefined, sid: string): void;
  /** @param max after how many messages it ends; undefined for at once */
  onUnsubscribe(sid: string, max: number | undefined): void;
  onPing(): void;
  onPong(): void;
  /** It will say nothing more. */
  onProblem(problem: ParseProblem): void;
}

export interface ParserLimits {
  /** Bytes of a line behind its word, the line's end not counted. */
  readonly maxControlLine: number;
  /** Bytes of headers and body. */
  readonly maxPayload: number;
}

const SPACE = 0x20;
const CR = 0x0d;
const LF = 0x0a;
const NOTHING = Buffer.alloc(0);
/** Of an unknown operation, as much is shown. */
const NEAR_BYTES = 32;
/** As many digits as nats-server reads of a size (parseSize). */
const LONGEST_SIZE_DIGITS = 9;

/**
 * How a chunk's bytes are split says nothing: the same bytes give the same calls. Methods that read at a place
 * return where the next command starts; the length of the bytes where nothing is left to be read of them.
 */
export class CommandParser {
  readonly #handler: CommandHandler;
  readonly #limits: ParserLimits;
  readonly #partial = new PartialFrame();
  readonly #frame: { -readonly [Key in keyof PublishFrame]: PublishFrame[Key] } = {
    bytes: NOTHING,
    subjectStart: 0,
    subjectEnd: 0,
    subjectHash: 0,
    replyStart: 0,
    replyEnd: 0,
    tailStart: 0,
    end: 0,
    size: 0,
    headerSize: -1,
  };
  #isStopped = false;

  constructor(handler: CommandHandler, limits: ParserLimits) {
    this.#handler = handler;
    this.#limits = limits;
  }

  /** Says nothing more, also not of what is left of the chunk at hand. */
  stop(): void {
    this.#isStopped = true;
    this.#partial.drop();
  }

  /** Reads a chunk as it came. It must not be changed afterwards while a frame of it is in use. */
  parse(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.#isStopped) {
      at = this.#partial.isEmpty ? this.#parseFrom(chunk, at) : this.#complete(chunk, at);
    }
    // A client that says nothing more must not keep a large chunk alive.
    this.#frame.bytes = NOTHING;
  }

  /** Adds to the partial frame what belongs to it, and reads it when it is whole. */
  #complete(chunk: Buffer, start: number): number {
    const partial = this.#partial;
    if (!partial.isLine) {
      const end = Math.min(start + partial.missing, chunk.length);
      partial.add(chunk, start, end);
      if (partial.missing === 0) this.#parseFrom(partial.take(), 0);
      else if (partial.missing === 1 && partial.bytes.at(-1) !== CR) this.#unknown(chunk, end - 1);
      return end;
    }
    const lineEnd = chunk.indexOf(LF, start);
    const end = lineEnd === -1 ? chunk.length : lineEnd + 1;
    partial.add(chunk, start, end);
    // The line of a publish becomes the start of a partial frame again.
    if (lineEnd !== -1) this.#parseFrom(partial.take(), 0);
    else this.#mayBecomeLine(partial.bytes, 0);
    return end;
  }

  #parseFrom(bytes: Buffer, start: number): number {
    const end = bytes.length;
    let at = start;
    while (at < end && !this.#isStopped) {
      const first = (bytes[at] as number) | 0x20;
      // 'p' and 'h': publishes before all else, since they are what a server hears most.
      if (first === 0x70 && at + 4 <= end && isWordAt(bytes, at, 'pub'))
        at = this.#parsePublish(bytes, at, at + 3, false);
      else if (first === 0x68 && at + 5 <= end && isWordAt(bytes, at, 'hpub')) {
        at = this.#parsePublish(bytes, at, at + 4, true);
      } else at = this.#parseLine(bytes, at);
    }
    return end;
  }

  /** A publish as every client writes it: single blanks, `\r\n` behind. Any other is left to {@link #parseOddPublish}. */
  #parsePublish(bytes: Buffer, start: number, wordEnd: number, hasHeaders: boolean): number {
    const end = bytes.length;
    if (!isBlank(bytes[wordEnd] as number)) return this.#unknown(bytes, start);
    const subjectStart = wordEnd + 1;
    let at = subjectStart;
    let byte = 0;
    let hash = HASH_SEED;
    for (; at < end; at++) {
      byte = bytes[at] as number;
      if (byte <= SPACE) break;
      hash = hashByte(hash, byte);
    }
    const subjectEnd = at;
    // Behind the subject: [reply] [header size] size.
    let tokens = 0;
    let firstEnd = 0;
    let beforeLastStart = 0;
    let lastStart = at;
    let lastEnd = at;
    if (byte === SPACE && subjectEnd > subjectStart) {
      let tokenStart = at + 1;
      for (at = tokenStart; at < end; at++) {
        byte = bytes[at] as number;
        if (byte > SPACE) continue;
        if (at === tokenStart) break;
        tokens += 1;
        if (tokens === 1) firstEnd = at;
        beforeLastStart = lastStart;
        lastStart = tokenStart;
        lastEnd = at;
        if (byte !== SPACE) break;
        tokenStart = at + 1;
      }
    }
    if (at >= end || (byte === CR && at + 1 === end)) return this.#keepLine(bytes, start);
    const least = hasHeaders ? 2 : 1;
    if (byte !== CR || bytes[at + 1] !== LF || lastEnd !== at || (tokens !== least && tokens !== least + 1)) {
      return this.#parseOddPublish(bytes, start, wordEnd, hasHeaders);
    }
    if (this.#isTooLong(wordEnd, at)) return this.#tooLong(bytes);
    if (hasHeaders && this.#handler.acceptsHeaders === false)
      return this.#malformed(bytes, 'HPUB without headers agreed');
    const size = readSize(bytes, lastStart, lastEnd);
    const headerSize = hasHeaders ? readSize(bytes, beforeLastStart, lastStart - 1) : -1;
    const frameEnd = this.#findFrameEnd(bytes, start, at + 2, size, hasHeaders ? headerSize : 0);
    if (frameEnd === -1) return end;
    const frame = this.#frame;
    frame.bytes = bytes;
    frame.subjectStart = subjectStart;
    frame.subjectEnd = subjectEnd;
    frame.subjectHash = hash;
    frame.replyStart = subjectEnd + 1;
    frame.replyEnd = tokens > least ? firstEnd : subjectEnd + 1;
    frame.tailStart = subjectEnd + 1;
    frame.end = frameEnd;
    frame.size = size;
    frame.headerSize = headerSize;
    this.#handler.onPublish(frame);
    return frameEnd;
  }

  /** A publish with tabs, several blanks, control characters or a bare line feed: written anew in the usual form. */
  #parseOddPublish(bytes: Buffer, start: number, wordEnd: number, hasHeaders: boolean): number {
    const lineEnd = bytes.indexOf(LF, start);
    if (lineEnd === -1) return this.#keepLine(bytes, start);
    const textEnd = bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    if (this.#isTooLong(wordEnd, textEnd)) return this.#tooLong(bytes);
    if (hasHeaders && this.#handler.acceptsHeaders === false)
      return this.#malformed(bytes, 'HPUB without headers agreed');
    const tokens = splitTokens(bytes.toString('latin1', wordEnd, textEnd));
    const [subject = '', ...more] = tokens;
    const least = hasHeaders ? 2 : 1;
    if (more.length !== least && more.length !== least + 1) {
      return this.#malformed(bytes, `${hasHeaders ? 'HPUB' : 'PUB'} with ${tokens.length} arguments`);
    }
    const size = parseSize(more.at(-1) as string);
    const headerSize = hasHeaders ? parseSize(more.at(-2) as string) : -1;
    const frameEnd = this.#findFrameEnd(bytes, start, lineEnd + 1, size, hasHeaders ? headerSize : 0);
    if (frameEnd === -1) return bytes.length;
    const line = Buffer.from(`${tokens.join(' ')}\r\n`, 'latin1');
    const frame = this.#frame;
    frame.bytes = Buffer.concat([line, bytes.subarray(lineEnd + 1, frameEnd)]);
    frame.subjectStart = 0;
    frame.subjectEnd = subject.length;
    frame.subjectHash = hashSubject(line, 0, subject.length);
    frame.replyStart = subject.length + 1;
    frame.replyEnd = frame.replyStart + (more.length > least ? (more[0] as string).length : 0);
    frame.tailStart = frame.replyStart;
    frame.end = frame.bytes.length;
    frame.size = size;
    frame.headerSize = headerSize;
    this.#handler.onPublish(frame);
    return frameEnd;
  }

  /**
   * Where a publish ends whose payload starts at `payloadStart`. Says what is wrong with it, and keeps it where
   * it is not all there.
   *
   * @param size -1 where it could not be read, `headerSize` likewise
   * @returns -1 where there is none to be handled now
   */
  #findFrameEnd(bytes: Buffer, start: number, payloadStart: number, size: number, headerSize: number): number {
    let problem: ParseProblem | undefined;
    if (headerSize < 0) problem = { kind: 'malformed', reason: 'bad or missing header size' };
    else if (size < 0) problem = { kind: 'malformed', reason: 'bad or missing size' };
    else if (headerSize > size) problem = { kind: 'malformed', reason: 'header size larger than total size' };
    else if (size > this.#limits.maxPayload) problem = { kind: 'payload_too_large', size };
    if (problem !== undefined) {
      this.#problem(bytes, problem);
      return -1;
    }
    const frameEnd = payloadStart + size + 2;
    if (frameEnd > bytes.length) {
      if (frameEnd - 1 === bytes.length && bytes[frameEnd - 2] !== CR) this.#unknown(bytes, frameEnd - 2);
      else this.#partial.start(bytes, start, frameEnd - start);
      return -1;
    }
    if (bytes[frameEnd - 2] === CR && bytes[frameEnd - 1] === LF) return frameEnd;
    this.#unknown(bytes, frameEnd - 2);
    return -1;
  }

  /** Any command but a publish. */
  #parseLine(bytes: Buffer, start: number): number {
    const lineEnd = bytes.indexOf(LF, start);
    if (lineEnd === -1) return this.#keepLine(bytes, start);
    const textEnd = lineEnd > start && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    const word = readWord(bytes, start, textEnd);
    if (word === undefined || word === 'incomplete') return this.#unknown(bytes, start);
    const wordEnd = start + word.length;
    if (this.#isTooLong(wordEnd, textEnd)) return this.#tooLong(bytes);
    switch (word) {
      case 'ping':
        this.#handler.onPing();
        break;
      case 'pong':
        this.#handler.onPong();
        break;
      case 'sub':
        this.#parseSubscribe(bytes, wordEnd, textEnd);
        break;
      case 'unsub':
        this.#parseUnsubscribe(bytes, wordEnd, textEnd);
        break;
      case 'connect':
        this.#handler.onConnect(bytes.toString('utf8', wordEnd, textEnd).trim());
        break;
      case 'info':
        if (!isJson(bytes.toString('utf8', wordEnd, textEnd))) this.#malformed(bytes, 'INFO that is no JSON');
        break;
      case '-err':
        this.#problem(bytes, { kind: 'client_error', reason: bytes.toString('latin1', wordEnd, textEnd).trim() });
        break;
    }
    return lineEnd + 1;
  }

  #parseSubscribe(bytes: Buffer, start: number, end: number): void {
    const tokens = splitTokens(bytes.toString('latin1', start, end));
    const [subject, second, third] = tokens;
    if (subject === undefined || second === undefined || tokens.length > 3) {
      this.#malformed(bytes, `SUB with ${tokens.length} arguments`);
    } else if (third === undefined) this.#handler.onSubscribe(subject, undefined, second);
    else this.#handler.onSubscribe(subject, second, third);
  }

  #parseUnsubscribe(bytes: Buffer, start: number, end: number): void {
    const tokens = splitTokens(bytes.toString('latin1', start, end));
    const [sid, max] = tokens;
    if (sid === undefined || tokens.length > 2) this.#malformed(bytes, `UNSUB with ${tokens.length} arguments`);
    else {
      // As in nats-server, what is no number is no maximum, nor is 0.
      const number = max === undefined ? -1 : parseSize(max);
      this.#handler.onUnsubscribe(sid, number > 0 ? number : undefined);
    }
  }

  #keepLine(bytes: Buffer, start: number): number {
    if (this.#mayBecomeLine(bytes, start)) this.#partial.start(bytes, start, 0);
    return bytes.length;
  }

  /** Whether a line can come of its first bytes. Otherwise says at once what is wrong, so that garbage is not gathered. */
  #mayBecomeLine(bytes: Buffer, start: number): boolean {
    const word = readWord(bytes, start, bytes.length);
    if (word === undefined) this.#unknown(bytes, start);
    else if (word !== 'incomplete') {
      const textEnd = bytes[bytes.length - 1] === CR ? bytes.length - 1 : bytes.length;
      if (this.#isTooLong(start + word.length, textEnd)) this.#tooLong(bytes);
    }
    return !this.#isStopped;
  }

  /** Of a line: the blank behind the word is not counted. */
  #isTooLong(wordEnd: number, textEnd: number): boolean {
    return textEnd - wordEnd - 1 > this.#limits.maxControlLine;
  }

  #tooLong(bytes: Buffer): number {
    return this.#problem(bytes, { kind: 'line_too_long', limit: this.#limits.maxControlLine });
  }

  #unknown(bytes: Buffer, start: number): number {
    const near = bytes.toString('latin1', start, Math.min(start + NEAR_BYTES, bytes.length));
    return this.#problem(bytes, { kind: 'unknown_operation', near });
  }

  #malformed(bytes: Buffer, reason: string): number {
    return this.#problem(bytes, { kind: 'malformed', reason });
  }

  #problem(bytes: Buffer, problem: ParseProblem): number {
    this.stop();
    this.#handler.onProblem(problem);
    return bytes.length;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function splitTokens(text: string): string[] {
  return text.split(/[ \t\r]+/).filter((token) => token !== '');
}

/** {@link readSize} of a text. */
function parseSize(text: string): number {
  return readSize(Buffer.from(text, 'latin1'), 0, text.length);
}

/** @returns the number in decimal digits, -1 where it is none or longer than nats-server reads */
function readSize(bytes: Uint8Array, start: number, end: number): number {
  if (end === start || end - start > LONGEST_SIZE_DIGITS) return -1;
  let size = 0;
  for (let index = start; index < end; index++) {
    const digit = (bytes[index] as number) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    size = size * 10 + digit;
  }
  return size;
}
