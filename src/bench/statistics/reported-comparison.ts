import type { BenchReport } from '../report/report.js';
import type { Comparison } from './compare.js';
import type { ReportPair } from './pair-reports.js';
import { type Difference, differencesOf } from './report-differences.js';

/** A report that took part in a comparison. */
export interface ComparedReport {
  readonly file: string;
  readonly started_at: string;
  /** The version that made it. */
  readonly natsctl: string;
}

/** A comparison as JSON has it. */
export interface ReportedComparison extends Comparison {
  readonly base: ComparedReport;
  /** In what they differ other than in what was measured, where they were compared all the same. */
  readonly differences: readonly Difference[];
}

/** @param file of the base */
export function reportComparison(pair: ReportPair, comparison: Comparison, file: string): ReportedComparison {
  return {
    base: comparedReport(pair.base, file),
    ...comparison,
    differences: differencesOf(pair.base, pair.new),
  };
}

export function comparedReport({ started_at, environment }: BenchReport, file: string): ComparedReport {
  return { file, started_at, natsctl: environment.natsctl };
}
