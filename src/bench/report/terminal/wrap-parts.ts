const INDENT = '  ';

/** Sets parts of a sentence behind each other, with commas between them; what goes on in another line is indented. */
export function wrapParts(parts: readonly string[], width: number): readonly string[] {
  const words = parts.join(', ').split(' ');
  const lines: string[] = [];
  let line = words[0] ?? '';
  for (const word of words.slice(1)) {
    if (Array.from(line).length + 1 + Array.from(word).length > width) {
      lines.push(line);
      line = INDENT + word;
    } else line += ` ${word}`;
  }
  return [...lines, line];
}
