import type { Connection } from '../../connection/index.js';

/** What is gathered before it is written; a socket of Node takes as much without asking to wait. */
const CHUNK_BYTES = 64 * 1024;
/** Chunks that are written to again; beyond that they are left to the garbage collection. */
const MOST_SPARE = 16;

/** Gathers frames in chunks and writes them to a connection; what an old server did not get, no new one gets. */
export class OutgoingFrames {
  readonly #connection: Connection;
  /** Where the next frame goes, from {@link OutgoingFrames.end} on. */
  chunk: Buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  end = 0;
  #start = 0;
  #epoch = 0;
  #room: Promise<void> | undefined;
  #spare: Buffer[] = [];
  /** Full ones that the system may still read from. */
  #written: Buffer[] = [];

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Makes room for so many bytes; they are then written to {@link OutgoingFrames.chunk}. */
  reserve(bytes: number): void {
    if (this.chunk.length - this.end < bytes) this.#renew(bytes);
    if (this.end === this.#start) this.#epoch = this.#connection.epoch();
  }

  /**
   * Writes bytes from where they are, behind what was gathered; none of both is to be changed afterwards.
   *
   * @param ends what follows them
   */
  write(bytes: Uint8Array, ends: Uint8Array): void {
    const since = this.#epoch;
    this.#hand();
    this.#send(bytes, since);
    this.#send(ends, since);
  }

  /** @returns a promise only where the server is behind; it resolves when it has caught up, or is gone */
  flush(): Promise<void> | undefined {
    this.#hand();
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
    const spare = this.#spare;
    if (this.chunk.length === CHUNK_BYTES) this.#written.push(this.chunk);
    if (this.#connection.unsentBytes() === 0) {
      for (const chunk of this.#written) if (spare.length < MOST_SPARE) spare.push(chunk);
      this.#written = [];
    }
    this.chunk =
      (neededBytes <= CHUNK_BYTES ? spare.pop() : undefined) ??
      Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, neededBytes));
    this.#start = 0;
    this.end = 0;
  }
}
