import { html, type Markup, type Piece } from '../markup.js';

export interface Table {
  readonly caption: string;
  /** The names' own first; empty where a single column of values needs no name. */
  readonly columns: readonly Piece[];
  readonly rows: readonly Row[];
  /** Figures stand under each other, aligned right; texts are aligned left. */
  readonly holds: 'figures' | 'texts';
}

export interface Row {
  readonly name: Piece;
  readonly values: readonly Piece[];
}

/** A table that scrolls by itself where the page is too narrow for it, also by keyboard; undefined without rows. */
export function drawTable({ caption, columns, rows, holds }: Table): Markup | undefined {
  if (rows.length === 0) return undefined;
  const head =
    columns.length > 0 &&
    html`<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>`;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="${holds}">
<caption>${caption}</caption>${head}<tbody>
${rows.map(({ name, values }) => html`<tr><th scope="row">${name}</th>${values.map((value) => html`<td>${value}</td>`)}</tr>\n`)}</tbody></table></div>
`;
}

/** One line of a table about several things of a kind. */
export interface Property<T> {
  readonly name: string;
  readonly of: (thing: T) => string | undefined;
}

/** A row for each property that at least one thing has; the others show a dash. */
export function rowsOf<T>(properties: readonly Property<T>[], things: readonly T[]): readonly Row[] {
  return properties.flatMap(({ name, of }) => {
    const values = things.map(of);
    if (values.every((value) => value === undefined)) return [];
    return [{ name, values: values.map((value) => value ?? '–') }];
  });
}
