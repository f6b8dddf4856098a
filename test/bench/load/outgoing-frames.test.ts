import { describe, expect, it } from 'vitest';
import { OutgoingFrames, SpareChunks } from '../../../src/bench/load/outgoing-frames.js';
import type { Connection } from '../../../src/connection/index.js';

/** A connection that keeps what it is sent, as a socket does that is behind. */
class FakeConnection {
  isThere = true;
  number = 1;
  unsent: Uint8Array[] = [];
  sent: string[] = [];
  room: Promise<void> | undefined;

  isConnected = (): boolean => this.isThere;
  epoch = (): number => this.number;
  unsentBytes = (): number => this.unsent.reduce((sum, { length }) => sum + length, 0);
  send = (bytes: Uint8Array): Promise<void> | undefined => {
    this.unsent.push(bytes);
    return this.room;
  };

  /** The system takes what it was handed, as it is by now. */
  drain(): void {
    this.sent.push(...this.unsent.map((bytes) => Buffer.from(bytes).toString()));
    this.unsent = [];
  }
}

function open() {
  const connection = new FakeConnection();
  const spare = new SpareChunks();
  const out = new OutgoingFrames(connection as unknown as Connection, spare);
  const add = (text: string): void => {
    out.reserve(text.length);
    out.end += out.chunk.write(text, out.end);
  };
  return { connection, spare, out, add };
}

describe('frames that go out', () => {
  it('are handed over at a flush, those since the last one', () => {
    const { connection, out, add } = open();
    add('a');
    add('b');
    expect(connection.unsent).toEqual([]);
    out.flush();
    add('c');
    out.flush();
    out.flush();
    connection.drain();
    expect(connection.sent).toEqual(['ab', 'c']);
  });

  it('are handed over where no more fit', () => {
    const { connection, out, add } = open();
    add('a'.repeat(40_000));
    add('b'.repeat(40_000));
    add('c'.repeat(100_000));
    expect(connection.unsent.map(({ length }) => length)).toEqual([40_000, 40_000]);
    out.flush();
    connection.drain();
    expect(connection.sent.map((text) => text.slice(0, 1) + text.length)).toEqual(['a40000', 'b40000', 'c100000']);
  });

  it('stay as they are until the system has them', () => {
    const { connection, out, add } = open();
    const expected: string[] = [];
    for (let i = 0; i < 100; i++) {
      const text = String(i).repeat(10_000);
      expected.push(text);
      add(text);
      if (i % 3 === 0) out.flush();
      if (i % 17 === 0) connection.drain();
    }
    out.flush();
    connection.drain();
    expect(connection.sent.join('')).toBe(expected.join(''));
  });

  it('are written to the same memory again once the system has them', () => {
    const { connection, spare, out, add } = open();
    const seen = new Set<ArrayBufferLike>();
    for (let i = 0; i < 1_000; i++) {
      add('x'.repeat(10_000));
      seen.add(out.chunk.buffer);
      out.flush();
      connection.drain();
    }
    expect(seen.size).toBeLessThanOrEqual(2);
    out.flush();
    // An idle client holds none.
    expect(out.chunk.length).toBe(0);
    expect(seen).toContain(spare.take().buffer);
  });

  it('are thrown away, none of them late, where the server is gone', () => {
    const { connection, out, add } = open();
    add('old');
    connection.number = 2;
    add('older');
    out.flush();
    add('new');
    connection.isThere = false;
    out.flush();
    connection.isThere = true;
    add('newest');
    out.write(Buffer.from('large'), Buffer.from('end'));
    out.flush();
    connection.drain();
    expect(connection.sent).toEqual(['newest', 'large', 'end']);
  });

  it('are to wait where the server is behind', async () => {
    const { connection, out, add } = open();
    connection.room = Promise.resolve();
    add('a'.repeat(60_000));
    add('b'.repeat(60_000));
    expect(out.flush()).toBe(connection.room);
    expect(out.flush()).toBeUndefined();
  });
});
