import { Writable } from 'node:stream';
import type { OutputStream } from '../../src/output/streams.js';

/** A stream that keeps what is written to it. */
export type MemoryStream = OutputStream & {
  text(): string;
  bytes(): Buffer;
  /** Each line, read as JSON. */
  objects(): unknown[];
};

/** @param isTTY whether a person is to be thought reading it */
export function memoryStream(isTTY = false): MemoryStream {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  const bytes = () => Buffer.concat(chunks);
  const text = () => bytes().toString('utf8');
  const objects = () =>
    text()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as unknown);
  return Object.assign(stream, { isTTY, text, bytes, objects });
}
