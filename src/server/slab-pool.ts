/** Holds what a turn of the loop has for a client that hears little: one message, as a rule. */
export const SMALL_SLAB_BYTES = 4 * 1024;
/** Holds what a turn has for a client that hears much; what is more goes into a second. */
export const LARGE_SLAB_BYTES = 64 * 1024;
/** Slabs that are kept for the next to use them: 2 MB of the small, 4 MB of the large. */
const MOST_SMALL_KEPT = 512;
const MOST_LARGE_KEPT = 64;

/** Slabs that are free, shared by all clients of a server: memory is not asked for again at each turn of the loop. */
export class SlabPool {
  readonly #small: Buffer[] = [];
  readonly #large: Buffer[] = [];

  takeSmall(): Buffer {
    return this.#small.pop() ?? Buffer.allocUnsafeSlow(SMALL_SLAB_BYTES);
  }

  takeLarge(): Buffer {
    return this.#large.pop() ?? Buffer.allocUnsafeSlow(LARGE_SLAB_BYTES);
  }

  give(slab: Buffer): void {
    if (slab.length === SMALL_SLAB_BYTES) {
      if (this.#small.length < MOST_SMALL_KEPT) this.#small.push(slab);
    } else if (this.#large.length < MOST_LARGE_KEPT) this.#large.push(slab);
  }
}
