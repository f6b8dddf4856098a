import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outbox } from '../../src/server/outbox.js';
import { LARGE_SLAB_BYTES, SlabPool } from '../../src/server/slab-pool.js';

/** A socket whose other side reads when it is told to. */
class HeldSocket extends Duplex {
  readonly taken: Buffer[] = [];
  /** Memory of what was written and is not taken yet: of the whole buffers that the chunks lie in. */
  readonly #held = new Set<ArrayBufferLike>();
  #reads: boolean;
  #waiting: (() => void) | undefined;

  constructor({ reads }: { readonly reads: boolean }) {
    super();
    this.#reads = reads;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const take = (): void => {
      this.taken.push(Buffer.from(chunk));
      done();
    };
    if (this.#reads) take();
    else this.#waiting = take;
  }

  override write(chunk: unknown, ...rest: never[]): boolean {
    this.#held.add((chunk as Buffer).buffer);
    return super.write(chunk, ...rest);
  }

  letGo(): void {
    this.#reads = true;
    this.#waiting?.();
    this.#waiting = undefined;
  }

  hold(): void {
    this.#reads = false;
  }

  get heldBytes(): number {
    return [...this.#held].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }
}

const asSocket = (socket: HeldSocket) => socket as never;

describe('the outbox', () => {
  it('sends just what was added, in order, whenever the other side reads', async () => {
    const piece = fc.record({
      bytes: fc.oneof(
        { weight: 5, arbitrary: fc.nat({ max: 300 }) },
        fc.constantFrom(4_000, 5_000, 32_767, 32_768, 40_000, 70_000),
      ),
      isMessage: fc.boolean(),
      after: fc.constantFrom('nothing', 'nothing', 'turn', 'hold', 'read', 'wait'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
        const socket = new HeldSocket({ reads: true });
        const outbox = new Outbox(asSocket(socket), new SlabPool());
        const expected: Buffer[] = [];
        for (const [index, { bytes, isMessage, after }] of pieces.entries()) {
          const tail = Buffer.alloc(bytes, 97 + (index % 26));
          if (isMessage) {
            const source = Buffer.concat([Buffer.from('PUB a.b '), tail]);
            outbox.addMessage(Buffer.from('MSG '), source, 4, 7, Buffer.from('12 '), 8, source.length);
            expected.push(Buffer.from('MSG a.b 12 '), tail);
          } else {
            outbox.add(tail);
            expected.push(tail);
          }
          if (after === 'turn') outbox.endTurn();
          else if (after === 'hold') socket.hold();
          else if (after === 'read') socket.letGo();
          else if (after === 'wait') await turn();
          const length = expected.reduce((sum, { length }) => sum + length, 0);
          const taken = socket.taken.reduce((sum, { length }) => sum + length, 0);
          expect(outbox.pending).toBeGreaterThanOrEqual(length - taken);
        }
        outbox.flush();
        socket.letGo();
        while (outbox.pending > 0) await turn();
        expect(Buffer.concat(socket.taken).equals(Buffer.concat(expected))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('holds memory in proportion to what is pending for one who does not read', () => {
    const socket = new HeldSocket({ reads: false });
    const outbox = new Outbox(asSocket(socket), new SlabPool());
    const message = Buffer.alloc(100, 'x');
    for (let count = 0; count < 20_000; count++) {
      outbox.add(message);
      outbox.endTurn();
    }
    expect(outbox.pending).toBe(20_000 * message.length);
    expect(socket.heldBytes).toBeLessThan(1.1 * outbox.pending + 2 * LARGE_SLAB_BYTES);
  });
});
