import { escapeLine } from '../../../escape.js';

/** Text that is HTML: only {@link html} and {@link trusted} make it. */
class Escaped {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type Markup = Escaped;

/** What may stand in a template: text and numbers are escaped, lists are joined, what is absent is left out. */
export type Piece = string | number | Markup | readonly Piece[] | undefined | false;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * A template of HTML: its own text stays as it is; what is put in is escaped, so that it is text in an element and in a
 * quoted attribute, whatever it holds. Control characters are shown as in a terminal.
 */
export function html(texts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Escaped(texts.map((text, i) => text + escapePiece(pieces[i])).join(''));
}

/** For text of natsctl's own, which is put in as it is. */
export function trusted(text: string): Markup {
  return new Escaped(text);
}

function escapePiece(piece: Piece): string {
  if (piece === undefined || piece === false) return '';
  if (piece instanceof Escaped) return piece.toString();
  if (isList(piece)) return piece.map(escapePiece).join('');
  return escapeLine(String(piece)).replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

function isList(piece: Piece): piece is readonly Piece[] {
  return Array.isArray(piece);
}
