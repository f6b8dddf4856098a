import type { ChalkInstance } from 'chalk';
import { escapeLine } from '../../../output/index.js';
import type { Bucket } from '../../histogram/hdr.js';
import type { BenchReport } from '../report.js';
import { describeShape, describeTarget } from './describe-shape.js';
import { figureTable, latencyTable, rampLines, runTable, sloLines } from './figure-tables.js';
import { latencyBars } from './latency-bars.js';
import { observations } from './observations.js';
import { wrapParts } from './wrap-parts.js';

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
      ...wrapParts(describeShape(report).map(escapeLine), width).map((line) => colors?.dim(line) ?? line),
    ],
    runs.length > 1 ? runTable(report) : figureTable(report),
    latencies === undefined || runs.length > 1 ? [] : latencyTable(latencies),
    latencies === undefined ? [] : latencyBars(buckets, latencies, layout),
    rampLines(report, colors),
    sloLines(report, colors),
    observations(report).flatMap(({ parts, isBad }) => {
      const lines = wrapParts(parts.map(escapeLine), width);
      return isBad && colors !== undefined ? lines.map((line) => colors.yellow(line)) : lines;
    }),
  ]);
}

/** With a line between those that have any. */
function paragraphs(parts: ReadonlyArray<readonly string[]>): readonly string[] {
  return parts.filter((part) => part.length > 0).flatMap((part, index) => (index === 0 ? part : ['', ...part]));
}
