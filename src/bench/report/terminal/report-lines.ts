import type { ChalkInstance } from 'chalk';
import { wrap } from '../../../help/index.js';
import { escapeLine, paragraphs } from '../../../output/index.js';
import type { Bucket } from '../../histogram/hdr.js';
import type { BenchReport } from '../report.js';
import { describeShape, describeTarget } from './describe-shape.js';
import { figureTable, latencyTable, rampLines, runTable, sloLines } from './figure-tables.js';
import { latencyBars } from './latency-bars.js';
import { observations } from './observations.js';

/** How a report is laid out. */
export interface ReportLayout {
  /** Of the terminal; 80 in a pipe. */
  readonly columns: number;
  /** None in a pipe. */
  readonly colors?: ChalkInstance | undefined;
}

/** With more columns a sentence is hard to read. */
const WIDEST_TEXT = 120;

/**
 * A report for a person.
 *
 * @param buckets of its latencies, in ascending order
 */
export function reportLines(report: BenchReport, buckets: readonly Bucket[], layout: ReportLayout): readonly string[] {
  const { columns, colors } = layout;
  const { latency_ms: latencies, runs = [] } = report;
  const width = Math.min(columns, WIDEST_TEXT);
  const title = escapeLine(describeTarget(report));
  return paragraphs([
    [
      colors === undefined ? title : colors.bold(title),
      ...wrapList(describeShape(report), width).map((line) => colors?.dim(line) ?? line),
    ],
    runs.length > 1 ? runTable(report) : figureTable(report),
    latencies === undefined || runs.length > 1 ? [] : latencyTable(latencies),
    latencies === undefined ? [] : latencyBars(buckets, latencies, layout),
    rampLines(report, colors),
    sloLines(report, colors),
    observations(report).flatMap(({ parts, isBad }) => {
      const lines = wrapList(parts, width);
      return isBad && colors !== undefined ? lines.map((line) => colors.yellow(line)) : lines;
    }),
  ]);
}

function wrapList(parts: readonly string[], width: number): readonly string[] {
  return wrap(parts.map(escapeLine).join(', '), width, 0, 2);
}
