import type { OutputStream } from './streams.js';

/** Writes many small pieces of data in few large ones. */
export interface DataWriter {
  /**
   * Takes a piece, which may be changed afterwards. It is written in the same turn of the loop.
   *
   * @returns a promise only where the reader is behind; it resolves when the reader has caught up
   */
  write(piece: Uint8Array | string): void | Promise<void>;
  /** Resolves when the reader has taken everything; rejects with the stream's error where it went away. */
  flush(): Promise<void>;
  /**
   * From now on waits no longer for a reader that takes nothing for so long: what it has not taken is thrown away.
   *
   * @param onGivenUp called where that happens
   */
  waitAtMost(patienceMs: number, onGivenUp: () => void): void;
}

/** What is gathered at most before it is written; a pipe of Linux holds as much. */
const CHUNK_BYTES = 64 * 1024;
/** The reader is behind where the stream keeps more than this for it. */
const MOST_UNTAKEN_BYTES = 4 * CHUNK_BYTES;
/** Copying so few bytes one by one is faster than the call that copies many. */
const FEW_BYTES = 16;

/**
 * Gathers what is written in one turn of the loop: nothing waits for longer, and where much comes at once, few
 * writes carry it. Node writes to a pipe without blocking, and keeps what the reader does not take.
 */
export function createDataWriter(stream: OutputStream): DataWriter {
  let chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  let gathered = 0;
  let scheduled = false;
  let isGivenUp = false;
  let giveUp = (): void => undefined;
  const givenUp = new Promise<void>((resolve) => {
    giveUp = resolve;
  });
  /** Where the reader is behind. */
  let behind: { readonly promise: Promise<void>; resolve(): void } | undefined;

  const hand = (bytes: Uint8Array): void => {
    if (isGivenUp) return;
    stream.write(bytes);
    if (behind !== undefined || stream.writableLength < MOST_UNTAKEN_BYTES) return;
    let resolve = (): void => undefined;
    const promise = new Promise<void>((done) => {
      resolve = done;
    });
    behind = { promise, resolve };
    stream.once('drain', catchUp);
  };
  const catchUp = (): void => {
    const waiting = behind;
    behind = undefined;
    waiting?.resolve();
  };
  const send = (): void => {
    if (gathered === 0) return;
    const full = chunk.subarray(0, gathered);
    // The stream may keep it.
    chunk = gathered * 2 > chunk.length ? Buffer.allocUnsafeSlow(CHUNK_BYTES) : chunk.subarray(gathered);
    gathered = 0;
    hand(full);
  };
  const sendScheduled = (): void => {
    scheduled = false;
    send();
  };
  const copy = (bytes: Uint8Array): void => {
    if (bytes.length > chunk.length - gathered) {
      send();
      if (bytes.length >= CHUNK_BYTES) {
        hand(Uint8Array.from(bytes));
        return;
      }
      if (bytes.length > chunk.length) chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    }
    if (bytes.length > FEW_BYTES) chunk.set(bytes, gathered);
    else for (let index = 0; index < bytes.length; index++) chunk[gathered + index] = bytes[index] as number;
    gathered += bytes.length;
  };

  return {
    write(piece) {
      copy(typeof piece === 'string' ? Buffer.from(piece) : piece);
      if (!scheduled) {
        scheduled = true;
        setImmediate(sendScheduled);
      }
      return behind?.promise;
    },
    async flush() {
      send();
      if (stream.errored) throw stream.errored;
      if (isGivenUp || stream.writableLength === 0) return;
      const taken = new Promise<void>((resolve, reject) => {
        stream.write('', (error) => (error ? reject(error) : resolve()));
      });
      await Promise.race([taken, givenUp]);
    },
    waitAtMost(patienceMs, onGivenUp) {
      let untaken = stream.writableLength;
      setInterval(() => {
        const hasTaken = stream.writableLength !== untaken || untaken === 0;
        untaken = stream.writableLength;
        if (hasTaken || isGivenUp) return;
        isGivenUp = true;
        onGivenUp();
        giveUp();
        catchUp();
      }, patienceMs).unref();
    },
  };
}
