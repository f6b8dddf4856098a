import { fstatSync, statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** So many come at once: what else is to be heard, a signal or the server, is heard between. */
const BATCH = 1_000;

/** The same input so many times. */
export async function* repeat(
  input: Uint8Array,
  times: number,
): AsyncGenerator<readonly Uint8Array[], void, undefined> {
  for (let left = times; left > 0; left -= BATCH) {
    yield Array<Uint8Array>(Math.min(left, BATCH)).fill(input);
    await nextTurn();
  }
}

/** The chunks of an input, counted. */
export class CountedInput implements AsyncIterable<Uint8Array> {
  readonly #chunks: AsyncIterable<Uint8Array>;
  bytesRead = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of this.#chunks) {
      this.bytesRead += chunk.length;
      yield chunk;
    }
  }
}

/**
 * The size of an input where it is a file; undefined where nobody knows, as of a pipe.
 *
 * @param path `-` is stdin, as is none
 */
export function inputSize(path: string | undefined): number | undefined {
  try {
    const status = path === undefined || path === '-' ? fstatSync(0) : statSync(path);
    return status.isFile() ? status.size : undefined;
  } catch {
    return undefined;
  }
}
