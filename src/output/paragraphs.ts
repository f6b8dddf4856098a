/** Parts of a text, with a line between those that have any. */
export function paragraphs(parts: ReadonlyArray<readonly string[]>): readonly string[] {
  return parts.filter((part) => part.length > 0).flatMap((part, index) => (index === 0 ? part : ['', ...part]));
}
