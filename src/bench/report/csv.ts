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
/** RFC 4180, 2.1. */
const LINE_END = '\r\n';

/** The seconds of a run as a table for programs (RFC 4180): a line each, below one with the names; empty where absent. */
export function csvText({ series }: Pick<BenchReport, 'series'>): string {
  const lines = [
    COLUMNS.map(([name]) => name),
    ...series.map((point) => COLUMNS.map(([, cell]) => String(cell(point) ?? ''))),
  ];
  return lines.map((cells) => cells.join(',') + LINE_END).join('');
}
