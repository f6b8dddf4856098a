/**
 * What the start of a message says of it: run (2 bytes), publisher (2), sequence (4), and the time for which it was
 * planned, a float of nanoseconds on the clock of the machine (8); the lowest byte first.
 */
export const STAMP_BYTES = 16;
/** As many publishers can be told apart. */
export const MOST_PUBLISHERS = 65_536;

/** Writes a stamp, in the way of each byte: a DataView costs more where it is made for each message. */
export class Stamp {
  readonly #time = new Float64Array(1);
  readonly #bytes = new Uint8Array(this.#time.buffer);
  readonly #runTag: number;

  constructor(runTag: number) {
    this.#runTag = runTag;
  }

  write(to: Uint8Array, at: number, publisher: number, sequence: number, plannedNs: number): void {
    to[at] = this.#runTag & 0xff;
    to[at + 1] = this.#runTag >>> 8;
    to[at + 2] = publisher & 0xff;
    to[at + 3] = publisher >>> 8;
    to[at + 4] = sequence & 0xff;
    to[at + 5] = (sequence >>> 8) & 0xff;
    to[at + 6] = (sequence >>> 16) & 0xff;
    to[at + 7] = sequence >>> 24;
    this.#time[0] = plannedNs;
    for (let i = 0; i < 8; i++) to[at + 8 + i] = this.#bytes[i] as number;
  }

  /** Whether a stamp of this run stands there. */
  isAt(from: Uint8Array, at: number): boolean {
    return from[at] === (this.#runTag & 0xff) && from[at + 1] === this.#runTag >>> 8;
  }

  publisher(from: Uint8Array, at: number): number {
    return (from[at + 2] as number) | ((from[at + 3] as number) << 8);
  }

  sequence(from: Uint8Array, at: number): number {
    const low = (from[at + 4] as number) | ((from[at + 5] as number) << 8) | ((from[at + 6] as number) << 16);
    return low + (from[at + 7] as number) * 0x1000000;
  }

  plannedNs(from: Uint8Array, at: number): number {
    for (let i = 0; i < 8; i++) this.#bytes[i] = from[at + 8 + i] as number;
    return this.#time[0] as number;
  }
}
