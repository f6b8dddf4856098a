import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** A line that is longer is passed on in pieces, so that memory stays bounded. */
const LONGEST_LINE_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
/** What Node reads of a pipe at once, at most. */
export const FULL_CHUNK_BYTES = 64 * 1024;

/**
 * Passes on what a program writes, in whole lines, so that those of several programs do not run into each other. What
 * follows the last line end comes at the end, as it is, also where the stream is closed from our side.
 *
 * @param write no more is read until what it returns resolves
 */
export async function relayLines(stream: Readable, write: (lines: Uint8Array) => void | Promise<void>): Promise<void> {
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  const take = (chunk: Uint8Array): void | Promise<void> => {
    const lineEnd = chunk.lastIndexOf(NEWLINE) + 1;
    restBytes += chunk.length;
    if (lineEnd === 0 && restBytes <= LONGEST_LINE_BYTES) {
      rest.push(chunk);
      return;
    }
    const end = lineEnd === 0 ? chunk.length : lineEnd;
    const lines = Buffer.concat([...rest, chunk.subarray(0, end)]);
    rest = end === chunk.length ? [] : [chunk.subarray(end)];
    restBytes = chunk.length - end;
    return write(lines);
  };
  try {
    for await (const chunk of stream) {
      await take(chunk as Buffer);
      // One that writes as fast as it can is not to keep this process from everything else.
      if (chunk.length >= FULL_CHUNK_BYTES) await nextTurn();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
  if (restBytes > 0) await write(Buffer.concat(rest));
}
