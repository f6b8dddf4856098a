/**
 * What must not reach a terminal as it is: C0 and C1 control characters, which move the cursor or change the
 * terminal's state, and the characters that reverse the reading direction, which can make text say what it does not.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const PLAIN = /^[\x20-\x7e]*$/;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001b': '\\e' };

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16);
  return NAMED[character] ?? (code < 256 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`);
}

/** The text on one line, control characters shown as `\n`, `\e`, `\x07`. */
export function escapeLine(text: string): string {
  // Nearly every text is of plain characters; looking first costs a third of replacing nothing.
  return PLAIN.test(text) ? text : text.replace(UNSAFE, escapeCharacter);
}

/** JSON without a line end in it for a terminal: inside of it only texts can hold such a character, so an escape is the same. */
export function escapeJson(json: string): string {
  return json.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The text with its line ends and tabs kept, and all other control characters shown. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) =>
    character === '\n' || character === '\t' ? character : escapeCharacter(character),
  );
}

/**
 * For a log: on one line, and past `length` characters cut.
 *
 * @param size what is told of a text that was cut; by default the number of characters left out
 */
export function escapeForLog(text: string, length = 200, size?: string): string {
  if (text.length <= length) return escapeLine(text);
  // Not through the middle of a character that takes two code units.
  const end = /[\ud800-\udbff]/.test(text.charAt(length - 1)) ? length - 1 : length;
  return `${escapeLine(text.slice(0, end))}… (${size ?? `${text.length - end} more characters`})`;
}

/** A payload for a terminal: its text escaped; where it is no UTF-8, each such byte as `\xNN`. */
export function escapePayload(payload: Uint8Array): string {
  const text = decodeUtf8(payload);
  if (text !== undefined) return escapeText(text);
  return Array.from(payload, (byte) =>
    (byte >= 0x20 && byte < 0x7f) || byte === 0x0a
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, '0')}`,
  ).join('');
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @returns the text, or undefined where the bytes are no valid UTF-8 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return undefined;
  }
}
