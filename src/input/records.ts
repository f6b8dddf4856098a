import { usageError } from '../errors.js';

/**
 * What a record may hold at most: nats-server takes no payload over 64 MiB, and in the base64 of a JSON line that
 * makes 86 MiB. So an input without any separator ends as an error, and not with all memory.
 */
const LARGEST_RECORD_BYTES = 96 * 1024 * 1024;

/**
 * Cuts an input into records at each separator. A last record without one counts, an empty rest does not.
 *
 * @param separator the byte that ends a record, and is no part of it
 * @returns the records that a chunk completed, in one piece; they may share the chunk's memory
 * @throws CliError `usage` where a record is larger than 96 MiB; as `chunks` does
 */
export async function* readRecords(
  chunks: AsyncIterable<Uint8Array>,
  separator: number,
  largestBytes = LARGEST_RECORD_BYTES,
): AsyncGenerator<readonly Uint8Array[], void, undefined> {
  /** The beginning of a record that is not complete: joined once, or a long one would be copied at each chunk. */
  let pieces: Uint8Array[] = [];
  let pieceBytes = 0;
  let count = 0;
  for await (const chunk of chunks) {
    const records: Uint8Array[] = [];
    let start = 0;
    for (let end = chunk.indexOf(separator); end !== -1; end = chunk.indexOf(separator, start)) {
      const last = chunk.subarray(start, end);
      records.push(pieces.length === 0 ? last : Buffer.concat([...pieces, last]));
      pieces = [];
      pieceBytes = 0;
      start = end + 1;
    }
    count += records.length;
    if (records.length > 0) yield records;
    if (start === chunk.length) continue;
    pieces.push(chunk.subarray(start));
    pieceBytes += chunk.length - start;
    if (pieceBytes > largestBytes) {
      throw usageError(`record ${count + 1} of the input has more than ${largestBytes} bytes, which no server takes`);
    }
  }
  if (pieces.length > 0) yield [Buffer.concat(pieces)];
}
