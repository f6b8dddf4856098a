// FNV-1a, 32 bit: one multiplication a byte, so that it can be rolled while a subject is scanned.

/** The hash of no bytes at all. */
export const HASH_SEED = 0x811c9dc5 | 0;
const PRIME = 0x01000193;

/** The hash of some bytes and one more. */
export function hashByte(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, PRIME);
}

/** The hash of a subject's bytes from `start` to `end`: a signed 32-bit number. */
export function hashSubject(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let hash = HASH_SEED;
  for (let index = start; index < end; index++) hash = hashByte(hash, bytes[index] as number);
  return hash;
}
