import type { Connection } from '../../connection/index.js';

/** What is gathered before it is written; a socket of Node takes as much without asking to wait. */
const CHUNK_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/** Chunks that nobody reads from any more, for all clients of a thread: a thousand hold none while they wait. */
export class SpareChunks {
  /** Beyond that they are left to the garbage collection. */
  readonly #most = 32;
  readonly #chunks: Buffer[] = [];

  take(): Buffer {
    return this.#chunks.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
  }

  give(chunk: Buffer): void {
    if (chunk.length === CHUNK_BYTES && this.#chunks.length < this.#most) this.#chunks.push(chunk);
  }
}

/** Gathers frames in chunks and writes them to a connection; what an old server did not get, no new one gets. */
export class OutgoingFrames {
  readonly #connection: Connection;
  readonly #spare: SpareChunks;
  /** Where the next frame goes, from {@link OutgoingFrames.end} on. */
  chunk: Buffer = NOTHING;
  end = 0;
  #start = 0;
  #epoch = 0;
  #room: Promise<void> | undefined;
  /** Full ones that the system may still read from. */
  #written: Buffer[] = [];

  constructor(connection: Connection, spare: SpareChunks) {
    this.#connection = connection;
    this.#spare = spare;
  }

  /** Makes room for so many bytes; they are then written to {@link OutgoingFrames.chunk}. */
  reserve(bytes: number): void {
    if (this.chunk.length - this.end < bytes) this.#renew(bytes);
    if (this.end === this.#start) this.#epoch = this.#connection.epoch();
  }

  /** Writes bytes from where they are, behind what was gathered; they are not to be changed afterwards. */
  write(...parts: readonly Uint8Array[]): void {
    const since = this.#epoch;
    this.#hand();
    for (const part of parts) this.#send(part, since);
  }

  /** @returns a promise only where the server is behind; it resolves when it has caught up, or is gone */
  flush(): Promise<void> | undefined {
    this.#hand();
    this.#release();
    const room = this.#room;
    this.#room = undefined;
    return room;
  }

  #hand(): void {
    if (this.end === this.#start) return;
    const frames = this.chunk.subarray(this.#start, this.end);
    this.#start = this.end;
    this.#send(frames, this.#epoch);
  }

  #send(bytes: Uint8Array, since: number): void {
    const connection = this.#connection;
    if (connection.isConnected() && connection.epoch() === since) this.#room = connection.send(bytes, since);
  }

  #renew(neededBytes: number): void {
    this.#hand();
    if (this.chunk !== NOTHING) this.#written.push(this.chunk);
    this.chunk = NOTHING;
    this.#release();
    this.chunk = neededBytes <= CHUNK_BYTES ? this.#spare.take() : Buffer.allocUnsafeSlow(neededBytes);
    this.#start = 0;
    this.end = 0;
  }

  /** Gives up the chunks once the system has all that was in them. */
  #release(): void {
    if (this.#connection.unsentBytes() > 0) return;
    for (const chunk of this.#written) this.#spare.give(chunk);
    if (this.#written.length > 0) this.#written = [];
    if (this.chunk === NOTHING) return;
    this.#spare.give(this.chunk);
    this.chunk = NOTHING;
    this.#start = 0;
    this.end = 0;
  }
}
