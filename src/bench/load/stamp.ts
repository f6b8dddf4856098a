import { CLOCK_MARK_NS } from './clock.js';
import { ANY_RUN } from './load-plan.js';

/**
 * What the start of a message says of it: run (2 bytes), publisher (2), sequence (4), and the time for which it was
 * planned, a float of nanoseconds on the clock of the machine (8); the lowest byte first.
 *
 * The time stands there as a negative number, with the machine's mark added: so a stamp's last byte is none of ASCII,
 * and a time of another machine's clock can be told from one of ours.
 */
export const STAMP_BYTES = 16;
/** As many publishers can be told apart. */
export const MOST_PUBLISHERS = 65_536;

/** The last byte of a stamp, a float's sign and most of its exponent, is within: from a second to a year on a clock. */
const FIRST_LAST_BYTE = 0xc1;
const LAST_LAST_BYTE = 0xc3;

/** Writes a stamp, in the way of each byte: a DataView costs more where it is made for each message. */
export class Stamp {
  readonly #time = new Float64Array(1);
  readonly #bytes = new Uint8Array(this.#time.buffer);
  readonly #runTag: number;

  /** @param runTag of the run whose stamps are written and known; {@link ANY_RUN} to know those of all */
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
    this.#time[0] = -(plannedNs + CLOCK_MARK_NS);
    for (let i = 0; i < 8; i++) to[at + 8 + i] = this.#bytes[i] as number;
  }

  /** Whether a stamp of this run stands there. */
  isAt(from: Uint8Array, at: number): boolean {
    const last = from[at + 15] as number;
    if (last < FIRST_LAST_BYTE || last > LAST_LAST_BYTE) return false;
    if (this.#runTag === ANY_RUN) return from[at] !== 0 || from[at + 1] !== 0;
    return from[at] === (this.#runTag & 0xff) && from[at + 1] === this.#runTag >>> 8;
  }

  /** @returns its number; of a stamp of {@link ANY_RUN} the run's number is before it, times {@link MOST_PUBLISHERS} */
  publisher(from: Uint8Array, at: number): number {
    const publisher = (from[at + 2] as number) | ((from[at + 3] as number) << 8);
    if (this.#runTag !== ANY_RUN) return publisher;
    return ((from[at] as number) | ((from[at + 1] as number) << 8)) * MOST_PUBLISHERS + publisher;
  }

  /** @returns the lower 32 bits of it */
  sequence(from: Uint8Array, at: number): number {
    const low = (from[at + 4] as number) | ((from[at + 5] as number) << 8) | ((from[at + 6] as number) << 16);
    return low + (from[at + 7] as number) * 0x1000000;
  }

  /** On the clock of this machine; of a message from another one it is any number. */
  plannedNs(from: Uint8Array, at: number): number {
    for (let i = 0; i < 8; i++) this.#bytes[i] = from[at + 8 + i] as number;
    return -(this.#time[0] as number) - CLOCK_MARK_NS;
  }
}

/** What a receiver reads of a time: a stamp holds it to a nanosecond or less. */
export function stampedNs(plannedNs: number): number {
  return plannedNs + CLOCK_MARK_NS - CLOCK_MARK_NS;
}
