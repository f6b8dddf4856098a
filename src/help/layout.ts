/** A help is never wider: longer lines read badly. */
const WIDEST = 100;
const GAP = 2;
/** A term that is longer stands on a line of its own. */
const LONGEST_TERM = 30;

/** The width of a help on a terminal of so many columns. */
export function helpWidth(columns: number): number {
  return Math.max(40, Math.min(WIDEST, columns));
}

/**
 * Breaks a text at its blanks.
 *
 * @param width of a line, indents included
 * @param indent of each line
 * @param hanging further indent of all lines but the first
 */
export function wrap(text: string, width: number, indent = 0, hanging = 0): string[] {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' '.repeat(indent + hanging);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** Lays out terms and their meanings in two columns; a meaning that does not fit goes on below its start. */
export function table(rows: ReadonlyArray<readonly [term: string, meaning: string]>, width: number): string[] {
  const lengths = rows.map(([term]) => term.length).filter((length) => length <= LONGEST_TERM);
  // On a narrow terminal the meanings keep half of it.
  const start = Math.min(2 + Math.max(0, ...lengths) + GAP, Math.floor(width / 2));
  return rows.flatMap(([term, meaning]) => {
    const [first = '', ...rest] = wrap(meaning, width, start);
    if (term.length > start - 2 - GAP) return [`  ${term}`, first, ...rest];
    return [`  ${term.padEnd(start - 2)}${first.slice(start)}`.trimEnd(), ...rest];
  });
}

/**
 * Breaks a line for a shell, at blanks outside of quotes, so that it can still be pasted.
 *
 * @param indent of each line, in columns
 */
export function wrapCommand(command: string, width: number, indent: number): string[] {
  const words = command.match(/(?:[^\s'"]|'[^']*'|"(?:[^"\\]|\\.)*")+/g) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const next = line === '' ? word : `${line} ${word}`;
    // Two columns are for the backslash.
    const room = width - indent - (lines.length === 0 ? 0 : 2) - 2;
    if (line !== '' && next.length > room && indent + command.length > width) {
      lines.push(line);
      line = word;
    } else line = next;
  }
  lines.push(line);
  return lines.map((text, index) => {
    const start = ' '.repeat(index === 0 ? indent : indent + 2);
    return `${start}${text}${index < lines.length - 1 ? ' \\' : ''}`;
  });
}
