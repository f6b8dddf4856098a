import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameHead, PublishFrames } from '../../src/protocol/publish-frames.js';
import { callsOf } from './recorded-calls.js';

const UNLIMITED = { maxControlLine: 4096, maxPayload: 64 * 1024 * 1024 };

/** What a server understands of messages that are sent; `flushAfter` says behind which. */
function understood(
  messages: ReadonlyArray<{ subject: string; reply?: string; headers?: Buffer; body: Buffer }>,
  flushAfter: (index: number) => boolean = () => false,
) {
  const pieces: { bytes: Buffer; count: number }[] = [];
  const frames = new PublishFrames((bytes, count) => pieces.push({ bytes: Buffer.from(bytes), count }));
  messages.forEach(({ subject, reply, headers, body }, index) => {
    frames.add(frameHead(subject, reply, headers), body);
    if (flushAfter(index)) frames.flush();
  });
  frames.flush();
  // Each piece by itself: it holds whole frames.
  for (const { bytes, count } of pieces) expect(callsOf([bytes], UNLIMITED)).toHaveLength(count);
  return { calls: callsOf([Buffer.concat(pieces.map(({ bytes }) => bytes))], UNLIMITED), pieces };
}

describe('frames of published messages', () => {
  it('are as the protocol has them', () => {
    const { pieces } = understood([
      { subject: 'a.b', body: Buffer.from('hello') },
      { subject: 'ä', reply: '_INBOX.1', body: Buffer.alloc(0) },
      { subject: 'a', headers: Buffer.from('NATS/1.0\r\nA: 1\r\n\r\n'), body: Buffer.from('0123456789') },
    ]);
    expect(pieces.map(({ bytes }) => bytes.toString())).toEqual([
      'PUB a.b 5\r\nhello\r\nPUB ä _INBOX.1 0\r\n\r\nHPUB a 18 28\r\nNATS/1.0\r\nA: 1\r\n\r\n0123456789\r\n',
    ]);
  });

  it('are what a server understands, in whole frames, whatever is published and whenever it is sent', () => {
    const bytes = fc
      .oneof(fc.nat(40), fc.constantFrom(9, 10, 99, 100, 999, 1_000, 65_535, 65_536, 70_000, 100_000))
      .chain((length) => fc.nat(255).map((fill) => Buffer.alloc(length, fill)));
    const message = fc.record(
      { subject: fc.constantFrom('a', 'a.b.c'), reply: fc.constantFrom('r', '_INBOX.x'), headers: bytes, body: bytes },
      { requiredKeys: ['subject', 'body'] },
    );
    fc.assert(
      fc.property(fc.array(message, { maxLength: 20 }), fc.infiniteStream(fc.boolean()), (messages, flushes) => {
        const { calls } = understood(messages, () => flushes.next().value as boolean);
        expect(calls).toMatchObject(
          messages.map(({ subject, reply, headers, body }) => ({
            call: 'publish',
            subject,
            reply,
            headers: headers?.toString('latin1'),
            body: body.toString('latin1'),
          })),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('come in pieces of 64 KiB, and one that is larger by itself', () => {
    const { pieces } = understood([
      ...Array.from({ length: 1_000 }, () => ({ subject: 'a', body: Buffer.alloc(128) })),
      { subject: 'large', body: Buffer.alloc(200_000) },
      { subject: 'a', body: Buffer.alloc(1) },
    ]);
    expect(pieces.map(({ bytes }) => bytes.length > 64 * 1024)).toEqual([false, false, false, true, false]);
  });

  it('that were handed on are not written over', () => {
    const pieces: Uint8Array[] = [];
    const frames = new PublishFrames((bytes) => pieces.push(bytes));
    const head = frameHead('a', undefined, undefined);
    for (const body of ['first', 'second', 'third']) {
      frames.add(head, Buffer.from(body));
      frames.flush();
    }
    expect(Buffer.concat(pieces).toString()).toBe('PUB a 5\r\nfirst\r\nPUB a 6\r\nsecond\r\nPUB a 5\r\nthird\r\n');
  });

  it('are not handed on where there are none', () => {
    expect(understood([]).pieces).toEqual([]);
  });
});
