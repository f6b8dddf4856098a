import {
  compare,
  differencesError,
  differencesOf,
  pairReports,
  type ReportFile,
  regressionOf,
} from '../../bench/index.js';
import type { CliError } from '../../errors.js';
import type { Output } from '../../output/index.js';
import { printComparison } from './print-comparison.js';

/** How to compare. */
interface CompareOptions {
  /** A share. */
  readonly tolerance: number;
  /** Compares what was measured otherwise, too. */
  readonly force: boolean;
}

/**
 * Compares what two files hold, and prints it.
 *
 * @returns what to fail with where something is a regression
 * @throws CliError `usage` where the files have nothing in common, or do not compare
 */
export async function compareFiles(
  base: ReportFile,
  next: ReportFile,
  { tolerance, force }: CompareOptions,
  output: Output,
): Promise<CliError | undefined> {
  const { pairs, left } = pairReports(base, next);
  for (const pair of force ? [] : pairs) {
    const differ = differencesError(differencesOf(pair.base, pair.new), pair.name);
    if (differ !== undefined) throw differ;
  }
  for (const entry of left) output.warn(entry);
  const compared = pairs.map((pair) => ({
    pair,
    name: pair.name,
    comparison: compare(pair.base, pair.new, { tolerance }),
  }));
  for (const [index, { pair, comparison }] of compared.entries()) {
    await printComparison(output, pair, comparison, { base: base.name, new: next.name }, index > 0);
  }
  return regressionOf(compared, base.name);
}
