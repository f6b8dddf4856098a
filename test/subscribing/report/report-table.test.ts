import { expect, it } from 'vitest';
import { escapeLine } from '../../../src/output/index.js';
import { reportFields, reportTable, TABLE_FRAME_LINES } from '../../../src/subscribing/report/report-table.js';
import type { TrafficReport } from '../../../src/subscribing/report/subject-traffic.js';

const report: TrafficReport = {
  messages: 1_234_567,
  bytes: 5 * 1024 ** 3,
  rate: 98_765.4321,
  durationMs: 12_500.4,
  subjects: [
    { subject: 'orders.new', messages: 1_234_000, bytes: 5 * 1024 ** 3, rate: 98_000.04 },
    { subject: 'evil\u001b[2J', messages: 500, bytes: 1_536, rate: 0.25 },
  ],
  others: { messages: 67, bytes: 0, rate: 0 },
  subjectCount: 5,
  isCountExact: true,
};

it('is a table for people', () => {
  const lines = reportTable(report, escapeLine);
  expect(lines).toEqual([
    ' MESSAGES      RATE   BYTES  SUBJECT',
    '1,234,000  98,000/s  5.0 GB  orders.new',
    '      500     0.3/s  1.5 KB  evil\\e[2J',
    '       67       0/s     0 B  (3 other subjects)',
    '1,234,567  98,765/s  5.0 GB  (all)',
  ]);
  expect(lines.length).toBe(report.subjects.length + TABLE_FRAME_LINES);
});

it('says that subjects were left out', () => {
  const lines = reportTable({ ...report, isCountExact: false, subjectCount: 20_000 }, escapeLine);
  expect(lines.at(-2)).toMatch(/\(more than 19,998 other subjects\)$/);
});

it('has a heading and the sum where nothing came', () => {
  const nothing = { messages: 0, bytes: 0, rate: 0 };
  const empty = { ...nothing, durationMs: 0, subjects: [], others: nothing, subjectCount: 0, isCountExact: true };
  expect(reportTable(empty, escapeLine)).toEqual(['MESSAGES  RATE  BYTES  SUBJECT', '       0   0/s    0 B  (all)']);
  expect(reportFields(empty)).toEqual({
    messages: 0,
    bytes: 0,
    messages_per_s: 0,
    duration_ms: 0,
    subject_count: 0,
    subjects: [],
  });
});

it('is an object for programs', () => {
  expect(reportFields({ ...report, isCountExact: false })).toEqual({
    messages: 1_234_567,
    bytes: 5_368_709_120,
    messages_per_s: 98_765.4,
    duration_ms: 12_500,
    subject_count: 5,
    subject_count_is_minimum: true,
    subjects: [
      { subject: 'orders.new', messages: 1_234_000, bytes: 5_368_709_120, messages_per_s: 98_000 },
      { subject: 'evil\u001b[2J', messages: 500, bytes: 1_536, messages_per_s: 0.3 },
    ],
    others: { messages: 67, bytes: 0, messages_per_s: 0 },
  });
});
