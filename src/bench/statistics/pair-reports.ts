import { usageError } from '../../errors.js';
import type { BenchReport } from '../report/report.js';

/** What is known by the name of the entry that it is of, where it is of a suite. */
interface Named {
  readonly name?: string | undefined;
}

/** Two reports of one thing. */
export interface ReportPair<Next extends Named = BenchReport> {
  /** Of the entry, where they are of a suite. */
  readonly name: string | undefined;
  readonly base: BenchReport;
  readonly new: Next;
}

/** A file of reports. */
export interface ReportFile<Report extends Named = BenchReport> {
  readonly name: string;
  /** Where it has several, each has a name of its own. */
  readonly reports: readonly Report[];
}

/**
 * Brings together what is to be compared: the one report of each file, or, of suites, the entries of one name.
 *
 * @param next may be what is yet to be measured
 * @returns the pairs in the order of the base, and a sentence for each entry that has no other
 * @throws CliError `usage` where there is no pair
 */
export function pairReports<Next extends Named>(
  base: ReportFile,
  next: ReportFile<Next>,
): { readonly pairs: ReadonlyArray<ReportPair<Next>>; readonly left: readonly string[] } {
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

function leftOver(file: ReportFile<Named>, other: ReportFile<Named>): readonly string[] {
  return file.reports
    .filter(({ name }) => !other.reports.some((report) => report.name === name))
    .map(({ name = 'without a name' }) => `${name}: only in ${file.name}`);
}

function namesOf(reports: readonly Named[]): string {
  return reports.map(({ name = 'without a name' }) => name).join(', ');
}
