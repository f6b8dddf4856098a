/** So many digits keep names in the order of the messages wherever names are sorted; a larger number has more. */
const DIGITS = 8;
/** Of any file system in use. */
const MOST_BYTES = 255;
const PLAIN = /^[\p{L}\p{N}\p{M}._+=@,-]$/u;

/**
 * The name of a message's file: its number and its subject, `00000007-orders.new.json`. What may mean something to a
 * file system, a shell or a terminal stands as `%2F`, byte by byte; a subject that is too long is cut.
 *
 * @param extension with its dot
 */
export function dumpFileName(number: number, subject: string, extension: string): string {
  const start = `${String(number).padStart(DIGITS, '0')}-`;
  let left = MOST_BYTES - start.length - extension.length;
  let name = '';
  for (const character of subject) {
    const written = PLAIN.test(character) ? character : percentEncode(character);
    left -= Buffer.byteLength(written);
    if (left < 0) break;
    name += written;
  }
  return start + name + extension;
}

/** The number with which to go on in a folder of these files. */
export function nextDumpNumber(names: readonly string[]): number {
  return 1 + names.reduce((highest, name) => Math.max(highest, Number(/^(\d{8,15})-/.exec(name)?.[1] ?? 0)), 0);
}

function percentEncode(character: string): string {
  return Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
