/** More of a line is told to nobody. */
const LONGEST_BYTES = 4_096;

/** Keeps the last line that is not blank of what a program writes. */
export class LastLine {
  #line = '';

  /** @param lines whole ones */
  add(lines: Uint8Array): void {
    const text = Buffer.from(lines.buffer, lines.byteOffset, lines.length).toString('utf8').trimEnd();
    const line = text.slice(text.lastIndexOf('\n') + 1).trim();
    if (line !== '') this.#line = line.slice(0, LONGEST_BYTES);
  }

  /** Empty where there was none. */
  get text(): string {
    return this.#line;
  }
}
