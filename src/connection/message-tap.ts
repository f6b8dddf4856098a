import type { ProtocolHandler } from 'nats/lib/nats-base-client/protocol.js';
import { MessageCutter, type MessageTaker } from '../protocol/message-cutter.js';

/** How the parser of nats.js says that it is between two operations. */
const BETWEEN_OPERATIONS = 0;
const LF = 0x0a;

/**
 * Stands between the socket and the parser of nats.js: it takes the messages of some subscriptions, for what reads
 * more than nats.js can, and hands on all else as it came.
 */
export class MessageTap {
  readonly #protocol: ProtocolHandler;
  readonly #takers = new Map<number, MessageTaker>();
  #cutter: MessageCutter | undefined;

  constructor(protocol: ProtocolHandler) {
    this.#protocol = protocol;
  }

  /** @param sid of a subscription of nats.js, which keeps it over reconnects */
  add(sid: number, taker: MessageTaker): void {
    this.#takers.set(sid, taker);
  }

  remove(sid: number): void {
    this.#takers.delete(sid);
  }

  /** What came last from the old socket is half of something. */
  beginSocket(): void {
    this.#cutter = undefined;
  }

  /** @throws MalformedMessage, or what the parser throws, where the bytes are not the protocol */
  read(chunk: Buffer): void {
    const rest = this.#cutter === undefined ? this.#findStart(chunk) : chunk;
    if (rest.length > 0) this.#cutter?.read(rest);
  }

  /** The parser first ends what it is in the middle of. @returns what stands behind that */
  #findStart(chunk: Buffer): Buffer {
    const { parser } = this.#protocol;
    let at = 0;
    while (at < chunk.length && Number(parser.state) !== BETWEEN_OPERATIONS) {
      // Each operation ends with one.
      const lineEnd = chunk.indexOf(LF, at);
      const end = lineEnd === -1 ? chunk.length : lineEnd + 1;
      parser.parse(chunk.subarray(at, end));
      at = end;
    }
    if (Number(parser.state) === BETWEEN_OPERATIONS) {
      this.#cutter = new MessageCutter(this.#takers, (bytes) => this.#protocol.parser.parse(bytes));
    }
    return chunk.subarray(at);
  }
}
