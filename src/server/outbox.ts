import type { Socket } from 'node:net';
import { LARGE_SLAB_BYTES, type SlabPool, SMALL_SLAB_BYTES } from './slab-pool.js';

/** From here on a message's tail is handed to the socket as it lies, not copied. */
const LARGE_TAIL_BYTES = 32 * 1024;
/** Below, a loop copies faster than a call. */
const SHORT_SUBJECT_BYTES = 24;
const SPACE = 0x20;

/**
 * What is on its way to one client: gathered in a slab, and written once a turn of the loop. A write for each
 * message costs seven times as much.
 *
 * Its memory is in proportion to {@link Outbox.pending}: while the socket is busy only full slabs are written, so
 * that one who does not read is not given a slab for each turn.
 */
export class Outbox {
  readonly #socket: Socket;
  readonly #pool: SlabPool;
  #slab: Buffer | undefined;
  #length = 0;
  /** Bytes that the socket has been given and not taken yet. */
  #unsent = 0;
  /** Whether the last slab was filled beyond a small one: the next one is likely to be, too. */
  #hearsMuch = false;

  constructor(socket: Socket, pool: SlabPool) {
    this.#socket = socket;
    this.#pool = pool;
  }

  /** Bytes that wait, here or in the socket. */
  get pending(): number {
    return this.#length + this.#unsent;
  }

  /** Adds bytes, which must not change until they are sent. */
  add(bytes: Buffer): void {
    const size = bytes.length;
    if (size >= LARGE_TAIL_BYTES) {
      this.#addAsItLies(bytes);
      return;
    }
    bytes.copy(this.#roomFor(size), this.#length);
    this.#length += size;
  }

  /**
   * Adds a message: the word, the subject as it stands in `source`, the subscription's id, then the frame's tail.
   * `source` must not change until it is sent.
   *
   * @param word with a blank behind it, `sid` likewise
   */
  addMessage(
    word: Buffer,
    source: Buffer,
    subjectStart: number,
    subjectEnd: number,
    sid: Buffer,
    tailStart: number,
    end: number,
  ): void {
    const subjectSize = subjectEnd - subjectStart;
    const tailSize = end - tailStart;
    const isLarge = tailSize >= LARGE_TAIL_BYTES;
    const headSize = word.length + subjectSize + 1 + sid.length;
    const slab = this.#roomFor(isLarge ? headSize : headSize + tailSize);
    let at = this.#length;
    for (let index = 0; index < word.length; index++) slab[at++] = word[index] as number;
    if (subjectSize < SHORT_SUBJECT_BYTES) {
      for (let index = subjectStart; index < subjectEnd; index++) slab[at++] = source[index] as number;
    } else {
      source.copy(slab, at, subjectStart, subjectEnd);
      at += subjectSize;
    }
    slab[at++] = SPACE;
    for (let index = 0; index < sid.length; index++) slab[at++] = sid[index] as number;
    if (!isLarge) {
      source.copy(slab, at, tailStart, end);
      this.#length = at + tailSize;
      return;
    }
    this.#length = at;
    this.#addAsItLies(source.subarray(tailStart, end));
  }

  /** At the end of a turn: hands what was gathered to the socket; where that is busy, as soon as it no longer is. */
  endTurn(): void {
    if (this.#unsent === 0) this.flush();
  }

  /** Hands all that was gathered to the socket. */
  flush(): void {
    const slab = this.#slab;
    if (slab === undefined) return;
    const length = this.#length;
    this.#slab = undefined;
    this.#length = 0;
    this.#hearsMuch = length > SMALL_SLAB_BYTES;
    this.#write(slab.subarray(0, length), slab);
  }

  #addAsItLies(bytes: Buffer): void {
    // Head and tail in one call to the system.
    this.#socket.cork();
    this.flush();
    this.#write(bytes, undefined);
    this.#socket.uncork();
  }

  /** The slab, with room for so many bytes behind {@link #length}: at most a large slab's. */
  #roomFor(size: number): Buffer {
    const slab = this.#slab;
    if (slab !== undefined && this.#length + size <= slab.length) return slab;
    return this.#makeRoom(slab, size);
  }

  #makeRoom(slab: Buffer | undefined, size: number): Buffer {
    const length = this.#length + size;
    let roomy: Buffer;
    if (slab === undefined)
      roomy = this.#hearsMuch || size > SMALL_SLAB_BYTES ? this.#pool.takeLarge() : this.#pool.takeSmall();
    else if (length > LARGE_SLAB_BYTES) {
      this.flush();
      roomy = this.#pool.takeLarge();
    } else {
      roomy = this.#pool.takeLarge();
      slab.copy(roomy, 0, 0, this.#length);
      this.#pool.give(slab);
    }
    this.#slab = roomy;
    return roomy;
  }

  /** @param slab what goes back to the pool once the bytes are sent */
  #write(bytes: Buffer, slab: Buffer | undefined): void {
    if (this.#socket.destroyed) return;
    this.#unsent += bytes.length;
    let isSent = false;
    const sent = (): void => {
      if (isSent) return;
      isSent = true;
      this.#unsent -= bytes.length;
      if (slab !== undefined) this.#pool.give(slab);
      if (!this.#socket.writableEnded) this.endTurn();
    };
    this.#socket.write(bytes, sent);
    // The system took it at once, or TLS has its own copy: the slab is free before the callback says so.
    if (this.#socket.writableLength === 0) sent();
  }
}
