import { PassThrough, Readable } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { relayLines } from '../../src/programs/relay-lines.js';
import { waitUntil } from '../support/wait-until.js';

async function relay(chunks: readonly string[]): Promise<string[]> {
  const written: string[] = [];
  await relayLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), (lines) => {
    written.push(Buffer.from(lines).toString());
  });
  return written;
}

it.each([
  [[], []],
  [['a\n'], ['a\n']],
  [
    ['a\nb\n', 'c\n'],
    ['a\nb\n', 'c\n'],
  ],
  [
    ['a', 'b', '\nc', 'd\ne'],
    ['ab\n', 'cd\n', 'e'],
  ],
  [['no end'], ['no end']],
  [['\n\n'], ['\n\n']],
])('passes %j on as %j', async (chunks, expected) => {
  expect(await relay(chunks)).toEqual(expected);
});

it('passes a line that does not end on in pieces', async () => {
  const piece = 'x'.repeat(30_000);
  const written = await relay([piece, piece, piece, piece, 'y\nz']);
  expect(written.map(({ length }) => length)).toEqual([90_000, 30_002, 1]);
});

it('reads no more until what it wrote is taken', async () => {
  const stream = new PassThrough({ highWaterMark: 4 });
  let take: () => void = () => undefined;
  const written: string[] = [];
  const write = vi.fn((lines: Uint8Array) => {
    written.push(Buffer.from(lines).toString());
    return new Promise<void>((resolve) => {
      take = resolve;
    });
  });
  const relayed = relayLines(stream, write);
  stream.write('a\n');
  await waitUntil(() => write.mock.calls.length === 1);
  for (const chunk of ['b\n', 'c\n', 'd\n']) stream.write(chunk);
  expect(stream.writableNeedDrain).toBe(true);
  expect(write).toHaveBeenCalledOnce();
  stream.end();
  const taking = setInterval(() => take(), 1);
  await relayed;
  clearInterval(taking);
  expect(written.join('')).toBe('a\nb\nc\nd\n');
});

it('passes on what is left where the stream is closed from our side', async () => {
  const stream = new PassThrough();
  const written: string[] = [];
  const relayed = relayLines(stream, (lines) => void written.push(Buffer.from(lines).toString()));
  stream.write('a\nrest');
  await waitUntil(() => written.length === 1);
  stream.destroy();
  await relayed;
  expect(written).toEqual(['a\n', 'rest']);
});

it('tells of a stream that fails', async () => {
  const stream = new PassThrough();
  const relayed = relayLines(stream, () => undefined);
  stream.destroy(new Error('broken'));
  await expect(relayed).rejects.toThrow('broken');
});
