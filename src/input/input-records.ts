import { createReadStream } from 'node:fs';
import { explainReadError } from './body.js';
import { readRecords } from './records.js';

/** How an input of many messages is cut: a body a line, a body up to a NUL, or a JSON object a line. */
export type InputFormat = 'lines' | 'null' | 'ndjson';

/** When to tell a person that input is waited for. */
const PATIENCE_MS = 2_000;
const NEWLINE = 0x0a;
const NUL = 0x00;

/** The pieces of an input, as they come. */
export function cutInput(chunks: AsyncIterable<Uint8Array>, format: InputFormat): AsyncIterable<readonly Uint8Array[]> {
  return readRecords(chunks, format === 'null' ? NUL : NEWLINE);
}

/**
 * Reads stdin, or a file, in chunks as they come.
 *
 * @param path `-` is stdin, as is none
 * @param tellWaiting called once where nothing has come for 2 s
 * @throws CliError `usage` where it cannot be read
 */
export async function* readInput(
  path: string | undefined,
  tellWaiting: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const isStdin = path === undefined || path === '-';
  const timer = setTimeout(tellWaiting, PATIENCE_MS);
  try {
    for await (const chunk of isStdin ? process.stdin : createReadStream(path)) {
      clearTimeout(timer);
      yield chunk as Buffer;
    }
  } catch (error) {
    throw explainReadError(isStdin ? 'stdin' : path, error);
  } finally {
    clearTimeout(timer);
  }
}
