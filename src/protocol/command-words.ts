/** What a line may start with, in lower case; the last three are what a server says, which nats-server lets pass. */
export type CommandWord = 'pub' | 'hpub' | 'sub' | 'unsub' | 'ping' | 'pong' | 'connect' | 'info' | '+ok' | '-err';

/** As in nats-server: these end in a blank; the others may be followed by anything. */
const WITH_BLANK: readonly CommandWord[] = ['pub', 'hpub', 'sub', 'unsub', '-err'];
const WITHOUT_BLANK: readonly CommandWord[] = ['ping', 'pong', 'connect', 'info', '+ok'];
const LONGEST = 'connect'.length;

/**
 * Reads the word at the start of a line, of which there may be no more than the first bytes.
 *
 * @returns the word; `incomplete` where one may still come of it, undefined where none can
 */
export function readWord(bytes: Buffer, start: number, end: number): CommandWord | 'incomplete' | undefined {
  const text = bytes.toString('latin1', start, Math.min(start + LONGEST, end)).toLowerCase();
  const plain = WITHOUT_BLANK.find((word) => text.startsWith(word));
  if (plain !== undefined) return plain;
  const word = WITH_BLANK.find((word) => text.startsWith(word) && isBlank(text.charCodeAt(word.length)));
  if (word !== undefined) return word;
  const mayCome = (word: CommandWord): boolean => word.startsWith(text);
  return WITH_BLANK.some(mayCome) || WITHOUT_BLANK.some(mayCome) ? 'incomplete' : undefined;
}

/** Whether a word stands at `start`, in either case. The bytes must reach so far. */
export function isWordAt(bytes: Buffer, start: number, word: CommandWord): boolean {
  for (let index = 0; index < word.length; index++) {
    if (((bytes[start + index] as number) | 0x20) !== word.charCodeAt(index)) return false;
  }
  return true;
}

/** What stands between the arguments of a line. */
export function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}
