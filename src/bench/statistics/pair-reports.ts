import { usageError } from '../../errors.js';
import type { BenchReport } from '../report/report.js';

/** Two reports of one thing. */
export interface ReportPair {
  /** Of the entry, where they are of a suite. */
  readonly name: string | undefined;
  readonly base: BenchReport;
  readonly new: BenchReport;
}

/** A file of reports. */
export interface ReportFile {
  readonly name: string;
  /** Where it has several, each has a name of its own. */
  readonly reports: readonly BenchReport[];
}

/**
 * Brings together what is to be compared: the one report of each file, or, of suites, the entries of one name.
 *
 * @returns the pairs in the order of the base, and a sentence for each entry that has no other
 * @throws CliError `usage` where there is no pair
 */
export function pairReports(
  base: ReportFile,
  next: ReportFile,
): { readonly pairs: readonly ReportPair[]; readonly left: readonly string[] } {
  const [before, after] = [base.reports, next.reports];
  const [only, other] = [before[0], after[0]];
  if (before.length === 1 && after.length === 1 && only !== undefined && other !== undefined) {
    return { pairs: [{ name: only.name ?? other.name, base: only, new: other }], left: [] };
  }
  const pairs = before.flatMap((report) => {
    const match = after.find(({ name }) => name === report.name);
    return match === undefined ? [] : [{ name: report.name, base: report, new: match }];
  });
  if (pairs.length === 0) {
    throw usageError(
      `${base.name} and ${next.name} have no entry in common`,
      `there: ${namesOf(before)}; here: ${namesOf(after)}`,
    );
  }
  return { pairs, left: [...leftOver(base, next), ...leftOver(next, base)] };
}

function leftOver(file: ReportFile, other: ReportFile): readonly string[] {
  return file.reports
    .filter(({ name }) => !other.reports.some((report) => report.name === name))
    .map(({ name = 'without a name' }) => `${name}: only in ${file.name}`);
}

function namesOf(reports: readonly BenchReport[]): string {
  return reports.map(({ name = 'without a name' }) => name).join(', ');
}
