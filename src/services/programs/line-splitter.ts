const NEWLINE = 0x0a;

export interface LineListener {
  /** Without its end; it may share memory with others. */
  onLine(line: Uint8Array): void;
  /** A line was longer than any may be; this is how it begins. */
  onTooLong(start: Uint8Array): void;
}

/** Cuts what a program writes into lines, as it comes; of one that is too long no more is kept than its beginning. */
export class LineSplitter {
  readonly #longestBytes: () => number;
  readonly #listener: LineListener;
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #isSkipping = false;

  constructor(longestBytes: () => number, listener: LineListener) {
    this.#longestBytes = longestBytes;
    this.#listener = listener;
  }

  push(chunk: Uint8Array): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#take(chunk.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    if (start < chunk.length) this.#take(chunk.subarray(start));
  }

  /** What is left without a line's end is a line too. */
  end(): void {
    if (this.#bytes > 0) this.#endLine();
  }

  #take(piece: Uint8Array): void {
    if (this.#isSkipping) return;
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    if (this.#bytes <= this.#longestBytes()) return;
    this.#listener.onTooLong(this.#pieces[0] as Uint8Array);
    this.#isSkipping = true;
    this.#forget();
  }

  #endLine(): void {
    const pieces = this.#pieces;
    const wasSkipped = this.#isSkipping;
    this.#isSkipping = false;
    this.#forget();
    if (!wasSkipped) this.#listener.onLine(pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces));
  }

  #forget(): void {
    this.#pieces = [];
    this.#bytes = 0;
  }
}
