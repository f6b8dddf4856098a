/** A token of 31 bits, 6 bits a character: always as long, so that it can be written into a prepared frame. */
export const TOKEN_CHARACTERS = 6;
/** All that a subject takes. */
const CHARACTERS = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const VALUES = new Int8Array(256).fill(-1);
for (const [value, character] of CHARACTERS.entries()) VALUES[character] = value;

export function writeToken(to: Uint8Array, at: number, token: number): void {
  to[at] = CHARACTERS[token >>> 30] as number;
  to[at + 1] = CHARACTERS[(token >>> 24) & 63] as number;
  to[at + 2] = CHARACTERS[(token >>> 18) & 63] as number;
  to[at + 3] = CHARACTERS[(token >>> 12) & 63] as number;
  to[at + 4] = CHARACTERS[(token >>> 6) & 63] as number;
  to[at + 5] = CHARACTERS[token & 63] as number;
}

/** @returns -1 where there is none */
export function readToken(from: Uint8Array, start: number, end: number): number {
  if (end - start !== TOKEN_CHARACTERS) return -1;
  let token = VALUES[from[start] as number] as number;
  // The first character has what is left of 31 bits: one.
  if (token !== 0 && token !== 1) return -1;
  for (let at = start + 1; at < end; at++) {
    const value = VALUES[from[at] as number] as number;
    if (value === -1) return -1;
    token = (token << 6) | value;
  }
  return token;
}
