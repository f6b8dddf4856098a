import type { BenchReport, SeriesPoint } from './report.js';

const COLUMNS: ReadonlyArray<readonly [name: string, cell: (point: SeriesPoint) => number | undefined]> = [
  ['t_s', ({ t_s }) => t_s],
  ['duration_s', ({ duration_s }) => duration_s],
  ['messages', ({ messages }) => messages],
  ['rate', ({ messages, duration_s }) => (duration_s > 0 ? Number((messages / duration_s).toFixed(3)) : undefined)],
  ['bytes', ({ bytes }) => bytes],
  ['errors', ({ errors }) => errors],
  ['p50_ms', ({ p50_ms }) => p50_ms],
  ['p99_ms', ({ p99_ms }) => p99_ms],
  ['max_ms', ({ max_ms }) => max_ms],
  ['planned_rate', ({ planned_rate }) => planned_rate],
];
const NAMES = COLUMNS.map(([name]) => name);
/** RFC 4180, 2.1. */
const LINE_END = '\r\n';

/** The seconds of a run as a table for programs (RFC 4180): a line each, below one with the names; empty where absent. */
export function csvText({ series }: Pick<BenchReport, 'series'>): string {
  return tableOf([NAMES, ...series.map(cellsOf)]);
}

/** The same of the entries of a suite, one behind the other: the first column has the name of each. */
export function csvOfSuite(reports: ReadonlyArray<Pick<BenchReport, 'name' | 'series'>>): string {
  const rows = reports.flatMap(({ name = '', series }) => series.map((point) => [quoted(name), ...cellsOf(point)]));
  return tableOf([['name', ...NAMES], ...rows]);
}

function cellsOf(point: SeriesPoint): readonly string[] {
  return COLUMNS.map(([, cell]) => String(cell(point) ?? ''));
}

function tableOf(rows: ReadonlyArray<readonly string[]>): string {
  return rows.map((cells) => cells.join(',') + LINE_END).join('');
}

/** Where a text could be taken for more than one field. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
