import { escapeLine } from '../escape.js';

/** A column of a table. */
export interface Column<Row> {
  readonly heading: string;
  /** Set to the right, so that digits of one weight stand below each other. */
  readonly isNumber?: true;
  cell(row: Row): string;
}

const GAP = '  ';

/**
 * A table as lines of text, the first with the headings, each cell escaped for a terminal. A column with nothing in it
 * is left out.
 */
export function tableLines<Row>(columns: ReadonlyArray<Column<Row>>, rows: readonly Row[]): readonly string[] {
  const filled = columns
    .map(({ heading, isNumber, cell }) => ({ heading, isNumber, cells: rows.map((row) => escapeLine(cell(row))) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
    .map((column) => ({ ...column, width: widest([column.heading, ...column.cells]) }));
  return [undefined, ...rows.keys()].map((index) =>
    filled
      .map(({ heading, isNumber, cells, width }) => {
        const cell = index === undefined ? heading : (cells[index] ?? '');
        const blanks = ' '.repeat(width - lengthOf(cell));
        return isNumber ? blanks + cell : cell + blanks;
      })
      .join(GAP)
      .trimEnd(),
  );
}

/** Of any number of texts: Math.max takes only so many arguments. */
function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, lengthOf(text)), 0);
}

/** In characters as a person counts them. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}
