/** The quote that is still open at the end of a word; empty where there is none. */
export type OpenQuote = '' | "'" | '"';

/** A word of bash or zsh as the program will see it. */
export interface ReadWord {
  readonly text: string;
  readonly open: OpenQuote;
}

type Variables = Readonly<Record<string, string | undefined>>;

const VARIABLE = /^\$(?:(\w+)|\{(\w+)\})/;

/**
 * Reads a word as bash and zsh do, without running anything.
 *
 * @param raw as it was typed, quotes included
 * @param variables those that `$NAME` and `~` stand for; without them a `$` is a character like any other
 * @returns undefined where only the shell can tell: what `$(…)`, backquotes or `$'…'` stand for
 */
export function readWord(raw: string, variables?: Variables): ReadWord | undefined {
  let text = '';
  let open: OpenQuote = '';
  let rest = raw;
  const home = variables?.['HOME'];
  if (home !== undefined && /^~(\/|$)/.test(rest)) {
    text = home;
    rest = rest.slice(1);
  }
  while (rest !== '') {
    const character = rest.charAt(0);
    let length = 1;
    if (open === "'") {
      if (character === "'") open = '';
      else text += character;
    } else if (character === '\\') {
      const next = rest.charAt(1);
      // Between double quotes it stands for itself before most characters.
      text += open === '"' && !/["$`\\]/.test(next) ? `\\${next}` : next;
      length = 2;
    } else if (character === '"') open = open === '"' ? '' : '"';
    else if (character === "'" && open === '') open = "'";
    else if (variables !== undefined && (character === '`' || /^\$[('"]/.test(rest))) return undefined;
    else if (variables !== undefined && character === '$') {
      const [whole = '$', plain, braced] = VARIABLE.exec(rest) ?? [];
      text += whole === '$' ? whole : (variables[plain ?? braced ?? ''] ?? '');
      length = whole.length;
    } else text += character;
    rest = rest.slice(length);
  }
  return { text, open };
}

/**
 * Writes a text so that bash takes it for itself, where it stands behind that open quote.
 *
 * @returns undefined where that cannot be done: nothing quotes a `'` between single quotes, or keeps an interactive
 *   bash from looking for a `!` between double ones
 */
export function quoteForBash(text: string, open: OpenQuote): string | undefined {
  if (open === "'") return text.includes("'") ? undefined : text;
  if (open === '"') return text.includes('!') ? undefined : text.replace(/["$`\\]/g, '\\$&');
  return text.replace(/[^\w./:=@%+,-]/gu, '\\$&');
}
