import type { Writable } from 'node:stream';

/** Of lines that nobody reads so much is kept, some 40,000 of them; what comes on top is not logged. */
const MOST_HELD_BYTES = 4 * 1024 * 1024;
/** At the end of a process: a reader that takes nothing for so long will not. */
const STALLED_AFTER_MS = 500;

/** Where the lines of a worker's log go. */
export interface LogSink {
  /** Takes a chunk of whole lines, which is the sink's from now on. */
  write(chunk: Uint8Array): void;
  /** Whether the reader is so far behind that no more should be written. */
  isFull(): boolean;
  /** Resolves when all is written, or the reader takes nothing any more. */
  close(): Promise<void>;
}

/**
 * Writes to a stream, one chunk at a time.
 *
 * Node keeps what a pipe does not take, without end, and then writes all of it at once; such a write takes the
 * pipe in pieces, which mix with those of other workers. So here is what waits, and it has a bound: a service
 * neither waits nor grows for the sake of its log.
 */
export function createLogSink(stream: Writable): LogSink {
  const waiting: Uint8Array[] = [];
  let heldBytes = 0;
  let tellProgress: () => void = () => undefined;
  let closed: Promise<void> | undefined;

  const writeNext = (): void => {
    const [chunk] = waiting;
    if (chunk === undefined) return;
    stream.write(chunk, () => {
      waiting.shift();
      heldBytes -= chunk.length;
      tellProgress();
      writeNext();
    });
  };

  const close = async (): Promise<void> => {
    let isTaken = true;
    while (waiting.length > 0 && isTaken) {
      isTaken = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), STALLED_AFTER_MS);
        tellProgress = () => {
          clearTimeout(timer);
          resolve(true);
        };
      });
    }
  };

  return {
    write(chunk) {
      heldBytes += chunk.length;
      if (waiting.push(chunk) === 1) writeNext();
    },
    isFull: () => heldBytes >= MOST_HELD_BYTES,
    close() {
      closed ??= close();
      return closed;
    },
  };
}
