import { isBlank } from './command-words.js';

/** What came is no message of the protocol. */
export class MalformedMessage extends Error {}

const SPACE = 0x20;
const CR = 0x0d;
const LF = 0x0a;
const DIGIT_0 = 0x30;
const LETTER_M = 0x6d;
const LETTER_S = 0x73;
const LETTER_G = 0x67;
const LETTER_H = 0x68;
/** Either case of a letter is the lower one with this bit. */
const LOWER = 0x20;
/** A number of the protocol has no more digits: it is a size below 1 GB, or counts subscriptions. */
const MOST = 999_999_999;
const NUMBER = /^\d{1,9}$/;
/** Of a line that is none so much is told. */
const SHOWN_CHARACTERS = 64;

/** Whether a line starts there that can only be that of a MSG or HMSG. */
export function mayStartMessage(bytes: Buffer, at: number): boolean {
  const letter = (bytes[at] as number) | LOWER;
  return letter === LETTER_M || letter === LETTER_H;
}

/** The line of a MSG or HMSG; its fields say what was read last. One object serves all lines of a reader. */
export class MessageLine {
  sid = 0;
  /** Within the bytes that were read, as {@link MessageLine.subjectEnd} and {@link MessageLine.payloadStart}. */
  subjectStart = 0;
  subjectEnd = 0;
  payloadStart = 0;
  /** 0 for a MSG. */
  headerBytes = 0;
  /** Of headers and body. */
  size = 0;

  /**
   * Reads the line of a MSG or HMSG as every server writes it: single blanks, `\r\n` behind. Any other is left to
   * {@link MessageLine.#readOdd}.
   *
   * @returns false where its end has not come
   * @throws MalformedMessage
   */
  read(bytes: Buffer, start: number): boolean {
    const end = bytes.length;
    const hasHeaders = ((bytes[start] as number) | LOWER) === LETTER_H;
    let at = hasHeaders ? start + 4 : start + 3;
    if (at + 1 >= end || bytes[at] !== SPACE || !isMsgAt(bytes, hasHeaders ? start + 1 : start)) {
      return this.#readOdd(bytes, start, hasHeaders);
    }
    at += 1;
    this.subjectStart = at;
    while (at < end && (bytes[at] as number) > SPACE) at += 1;
    this.subjectEnd = at;
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
        if (next === SPACE || next === CR) return this.#readOdd(bytes, start, hasHeaders);
        if (fields === 2) sid = value;
        before = value;
        value = 0;
        fields += 1;
      } else if (byte === CR) break;
      else if (byte < SPACE) return this.#readOdd(bytes, start, hasHeaders);
      // Part of a reply subject: no number.
      else value = -1;
    }
    const least = hasHeaders ? 4 : 3;
    const isPlain =
      at + 1 < end &&
      bytes[at + 1] === LF &&
      (fields === least || fields === least + 1) &&
      this.subjectEnd > this.subjectStart &&
      sid >= 0 &&
      value >= 0 &&
      (!hasHeaders || (before >= 0 && before <= value));
    if (!isPlain) return this.#readOdd(bytes, start, hasHeaders);
    this.sid = sid;
    this.headerBytes = hasHeaders ? before : 0;
    this.size = value;
    this.payloadStart = at + 2;
    return true;
  }

  /** A line as nats.js reads it too: blanks and tabs between the fields, as many as there are; perhaps no `\r`. */
  #readOdd(bytes: Buffer, start: number, hasHeaders: boolean): boolean {
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
    this.subjectStart = start + line.indexOf(subject, word.length);
    this.subjectEnd = this.subjectStart + subject.length;
    this.sid = Number(sid);
    this.headerBytes = Number(headerBytes);
    this.size = Number(size);
    this.payloadStart = lineEnd + 1;
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
