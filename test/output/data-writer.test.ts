import { once } from 'node:events';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createDataWriter } from '../../src/output/data-writer.js';

/** A reader that takes what is written only when it is told to. */
function slowReader() {
  const chunks: Buffer[] = [];
  let held: (() => void) | undefined;
  let isHolding = true;
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      if (isHolding) held = done;
      else setImmediate(done);
    },
  });
  return {
    stream,
    chunks,
    text: () => Buffer.concat(chunks).toString('latin1'),
    takeAll() {
      isHolding = false;
      held?.();
    },
  };
}

/** The next turn of the loop but one: what is scheduled now has been done. */
async function nextTurns(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate);
}

it('writes what comes in one turn of the loop at once, at its end', async () => {
  const reader = slowReader();
  reader.takeAll();
  const writer = createDataWriter(reader.stream);
  for (const piece of ['a', Buffer.from('bc'), '', 'ż']) expect(writer.write(piece)).toBeUndefined();
  expect(reader.chunks).toEqual([]);
  await nextTurns();
  expect(reader.chunks).toEqual([Buffer.from('abcż')]);
});

it('keeps the order of pieces of every size, and takes them whole', async () => {
  const reader = slowReader();
  reader.takeAll();
  const writer = createDataWriter(reader.stream);
  const sizes = [0, 1, 15, 16, 17, 40_000, 40_000, 65_535, 1, 65_536, 3, 65_537, 200_000, 5, 32_768, 32_768, 32_768, 1];
  const expected: Buffer[] = [];
  for (const [index, size] of sizes.entries()) {
    const piece = Buffer.alloc(size, index);
    expected.push(Buffer.from(piece));
    writer.write(piece);
    // It may be changed afterwards.
    piece.fill(0xff);
    if (index % 5 === 4) await nextTurns();
  }
  await writer.flush();
  expect(Buffer.concat(reader.chunks).equals(Buffer.concat(expected))).toBe(true);
});

describe('with a reader that is slow', () => {
  it('asks to wait once it is far behind, and until it has caught up', async () => {
    const reader = slowReader();
    const writer = createDataWriter(reader.stream);
    let wait: unknown;
    let written = 0;
    while (wait === undefined && written < 100) {
      wait = writer.write(Buffer.alloc(16_384));
      written += 1;
      await nextTurns();
    }
    // 256 KiB, and the chunk that the reader holds.
    expect(written * 16_384).toBeLessThanOrEqual(512 * 1024);
    expect(wait).toBeInstanceOf(Promise);
    reader.takeAll();
    await wait;
    expect(reader.stream.writableLength).toBe(0);
    expect(writer.write('x')).toBeUndefined();
    await writer.flush();
    expect(Buffer.concat(reader.chunks).length).toBe(written * 16_384 + 1);
  });

  it('flushes when the reader has taken everything', async () => {
    const reader = slowReader();
    const writer = createDataWriter(reader.stream);
    let isFlushed = false;
    writer.write('last');
    const flushed = writer.flush().then(() => {
      isFlushed = true;
    });
    await nextTurns();
    expect(isFlushed).toBe(false);
    reader.takeAll();
    await flushed;
  });

  it('gives up a reader that takes nothing, once that is asked for', async () => {
    const reader = slowReader();
    const writer = createDataWriter(reader.stream);
    let wait: unknown;
    while (wait === undefined) wait = writer.write(Buffer.alloc(65_536));
    const flushed = writer.flush();
    await new Promise<void>((resolve) => writer.waitAtMost(20, resolve));
    await Promise.all([wait, flushed]);
    const untaken = reader.stream.writableLength;
    expect(writer.write(Buffer.alloc(65_536))).toBeUndefined();
    await writer.flush();
    expect(reader.stream.writableLength).toBe(untaken);
  });

  it('does not give up a reader that takes a little', async () => {
    const stream = new Writable({
      write(_chunk, _encoding, done) {
        setTimeout(done, 5);
      },
    });
    const writer = createDataWriter(stream);
    let isGivenUp = false;
    for (let piece = 0; piece < 40; piece++) writer.write(Buffer.alloc(65_536));
    writer.waitAtMost(100, () => {
      isGivenUp = true;
    });
    await writer.flush();
    expect(isGivenUp).toBe(false);
    expect(stream.writableLength).toBe(0);
  });
});

it('fails to flush to a reader that went away', async () => {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
  const failed = once(stream, 'error');
  const writer = createDataWriter(stream);
  writer.write('x');
  await expect(writer.flush()).rejects.toThrow('EPIPE');
  await failed.catch(() => undefined);
});
