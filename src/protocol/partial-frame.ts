const NOTHING = Buffer.alloc(0);
/** Room for a line whose length is not known yet, at first. */
const FIRST_LINE_BYTES = 64;

/**
 * The frame that the end of a chunk cut through, gathered until it is whole. Each byte is copied once where the
 * frame's length is known, and twice on average in a line, which doubles its room.
 */
export class PartialFrame {
  #bytes: Buffer = NOTHING;
  #length = 0;
  /** The whole frame's length; 0 for a line that has not ended yet. */
  #needs = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** Whether it is a line of which nobody knows yet where it ends. */
  get isLine(): boolean {
    return this.#needs === 0;
  }

  /** How many bytes a frame of known length still lacks. */
  get missing(): number {
    return this.#needs - this.#length;
  }

  /** What there is of it. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** @param needs the frame's whole length; 0 where it is not known */
  start(source: Buffer, start: number, needs: number): void {
    const length = source.length - start;
    this.#bytes = Buffer.allocUnsafe(needs > 0 ? needs : Math.max(FIRST_LINE_BYTES, 2 * length));
    this.#length = 0;
    this.#needs = needs;
    this.add(source, start, source.length);
  }

  add(source: Buffer, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.#bytes.length) {
      const wider = Buffer.allocUnsafe(Math.max(length, 2 * this.#bytes.length));
      this.#bytes.copy(wider, 0, 0, this.#length);
      this.#bytes = wider;
    }
    source.copy(this.#bytes, this.#length, start, end);
    this.#length = length;
  }

  /** Gives it away: it is empty afterwards, and what it gave is written to no more. */
  take(): Buffer {
    const { bytes } = this;
    this.drop();
    return bytes;
  }

  drop(): void {
    this.#bytes = NOTHING;
    this.#length = 0;
    this.#needs = 0;
  }
}
