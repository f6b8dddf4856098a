/** The part of a terminal that is written to. */
export interface Terminal {
  write(text: string): unknown;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

const UP = (lines: number): string => (lines === 0 ? '' : `\u001b[${lines}A`);
const CLEAR_LINE_REST = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
/** What is longer than the terminal is wide is cut by the terminal itself, which knows the width of each character. */
const NO_WRAP = '\u001b[?7l';
const WRAP = '\u001b[?7h';
const ROWS_WHERE_UNKNOWN = 24;

/** Lines at the cursor of a terminal that are written over again and again. What is in them must be safe to show. */
export class LiveText {
  readonly #terminal: Terminal;
  #shown = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** How many lines there is room for: what has scrolled out cannot be written over. */
  get room(): number {
    return Math.max(1, (this.#terminal.rows || ROWS_WHERE_UNKNOWN) - 1);
  }

  /** Shows these lines in place of the last ones; in one write, and nothing is blank in between: it does not flicker. */
  show(lines: readonly string[]): void {
    const fitting = lines.slice(0, this.room);
    const text = fitting.map((line) => `${line}${CLEAR_LINE_REST}\n`).join('');
    this.#terminal.write(`${UP(this.#shown)}\r${NO_WRAP}${text}${CLEAR_BELOW}${WRAP}`);
    this.#shown = fitting.length;
  }

  /** Takes the lines away; what is written next stands where they were. */
  clear(): void {
    if (this.#shown === 0) return;
    this.#terminal.write(`${UP(this.#shown)}\r${CLEAR_BELOW}`);
    this.#shown = 0;
  }
}
