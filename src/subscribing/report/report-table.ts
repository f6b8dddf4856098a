import { countOf, formatCount } from '../../units.js';
import type { Traffic, TrafficReport } from './subject-traffic.js';

/** How many lines a table has besides those of subjects: its heading, the others and the total. */
export const TABLE_FRAME_LINES = 3;

const HEADING = ['MESSAGES', 'RATE', 'BYTES', 'SUBJECT'];

/**
 * A report as lines of text. The subject stands last, where its width matters to nothing.
 *
 * @param shown how a subject is written
 */
export function reportTable(report: TrafficReport, shown: (subject: string) => string): string[] {
  const { subjects, others, subjectCount, isCountExact } = report;
  const rows = [HEADING, ...subjects.map((traffic) => [...cellsOf(traffic), shown(traffic.subject)])];
  const left = subjectCount - subjects.length;
  // Messages of subjects that were dropped may be among the others, and none else.
  if (others.messages > 0) {
    const many = countOf(left, 'other subject', 'other subjects');
    rows.push([...cellsOf(others), isCountExact ? `(${many})` : `(more than ${many})`]);
  }
  rows.push([...cellsOf(report), '(all)']);
  const widths = HEADING.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  return rows.map((row) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padStart(widths[column] as number))).join('  '),
  );
}

/** A report as an object for JSON; rates are rounded to a tenth. */
export function reportFields(report: TrafficReport): object {
  const { subjects, others, subjectCount, isCountExact, durationMs } = report;
  return {
    ...fieldsOf(report),
    duration_ms: Math.round(durationMs),
    subject_count: subjectCount,
    ...(isCountExact ? {} : { subject_count_is_minimum: true }),
    subjects: subjects.map(({ subject, ...traffic }) => ({ subject, ...fieldsOf(traffic) })),
    ...(others.messages > 0 ? { others: fieldsOf(others) } : {}),
  };
}

function fieldsOf({ messages, bytes, rate }: Traffic): object {
  return { messages, bytes, messages_per_s: Math.round(rate * 10) / 10 };
}

function cellsOf({ messages, bytes, rate }: Traffic): string[] {
  return [
    formatCount(messages),
    `${rate > 0 && rate < 10 ? rate.toFixed(1) : formatCount(Math.round(rate))}/s`,
    formatBytes(bytes),
  ];
}

const BYTE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** A kilobyte is 1,024 bytes, as where sizes are read. */
function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), BYTE_UNITS.length - 1);
  return `${power === 0 ? bytes : (bytes / 1024 ** power).toFixed(1)} ${BYTE_UNITS[power]}`;
}
