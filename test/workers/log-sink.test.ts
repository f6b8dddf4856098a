import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogSink } from '../../src/workers/log-sink.js';

/** A stream that takes a chunk when it is told to, and all that has gathered at once. */
class SlowStream extends Writable {
  readonly writes: string[] = [];
  #take: () => void = () => undefined;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.writes.push(chunk.toString());
    this.#take = done;
  }

  override _writev(chunks: { readonly chunk: Buffer }[], done: () => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'utf8', done);
  }

  /** As a socket does. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#take();
    done(error);
  }

  async take(): Promise<void> {
    this.#take();
    await new Promise(process.nextTick);
  }
}

describe('a log sink', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('writes chunk by chunk, never two at once', async () => {
    const stream = new SlowStream();
    const sink = createLogSink(stream);
    for (const chunk of ['a\n', 'b\n', 'c\n']) sink.write(Buffer.from(chunk));
    expect(stream.writes).toEqual(['a\n']);
    await stream.take();
    expect(stream.writes).toEqual(['a\n', 'b\n']);
    await stream.take();
    await stream.take();
    expect(stream.writes).toEqual(['a\n', 'b\n', 'c\n']);
  });

  it('is full with 4 MB that nobody takes, and no longer when they are taken', async () => {
    const stream = new SlowStream();
    const sink = createLogSink(stream);
    for (let index = 0; index < 4; index++) {
      expect(sink.isFull()).toBe(false);
      sink.write(Buffer.alloc(1024 * 1024));
    }
    expect(sink.isFull()).toBe(true);
    await stream.take();
    expect(sink.isFull()).toBe(false);
  });

  it('closes when all is written, however long the reader takes over it', async () => {
    const stream = new SlowStream();
    const sink = createLogSink(stream);
    for (let index = 0; index < 10; index++) sink.write(Buffer.from('x'));
    let isClosed = false;
    const closed = sink.close().then(() => {
      isClosed = true;
    });
    void sink.close();
    for (let index = 0; index < 10; index++) {
      expect(isClosed).toBe(false);
      vi.advanceTimersByTime(400);
      await stream.take();
    }
    await closed;
    expect(stream.writes).toHaveLength(10);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('closes where the reader takes nothing for half a second', async () => {
    const sink = createLogSink(new SlowStream());
    sink.write(Buffer.from('x'));
    sink.write(Buffer.from('y'));
    const closed = sink.close();
    vi.advanceTimersByTime(500);
    await closed;
  });

  it('closes at once where nothing waits', async () => {
    await createLogSink(new SlowStream()).close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('holds nothing back for a reader that is gone', async () => {
    const stream = new SlowStream();
    const sink = createLogSink(stream);
    for (let index = 0; index < 5; index++) sink.write(Buffer.alloc(1024 * 1024));
    stream.destroy(new Error('EPIPE'));
    await new Promise((resolve) => stream.once('error', resolve));
    await sink.close();
    expect(sink.isFull()).toBe(false);
  });
});
