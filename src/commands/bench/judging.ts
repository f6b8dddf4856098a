import {
  type BenchReport,
  type BenchTask,
  type Comparison,
  compare,
  describeMachine,
  differencesError,
  differencesOf,
  judgeLimits,
  type Limit,
  limitsMissed,
  parseTolerance,
  type ReportFile,
  type ReportPair,
  regressionOf,
  reportComparison,
} from '../../bench/index.js';
import { type CliError, usageError } from '../../errors.js';
import type { BenchFlagValues } from './read-load.js';
import { readReportFile } from './read-report-file.js';
import { DEFAULT_TOLERANCE } from './subcommand.js';

/** What a report is held against: read before anything is measured. */
export interface Judging {
  readonly limits: readonly Limit[] | undefined;
  readonly against: Against | undefined;
}

/** A report to compare with. */
export interface Against {
  readonly file: ReportFile;
  readonly base: BenchReport;
  readonly tolerance: number;
  readonly force: boolean;
}

/** What became of it. */
export interface Judgement {
  /** With what became of its limits, and how it compares. */
  readonly report: BenchReport;
  readonly compared: Compared | undefined;
  /** A limit was missed, or it does not compare to its base. That it is a regression is for {@link regressionOf} to say. */
  readonly failure: CliError | undefined;
}

/** A report beside its base. */
export interface Compared {
  readonly pair: ReportPair;
  readonly comparison: Comparison;
  /** Of the base. */
  readonly file: string;
}

/**
 * Reads `--against` with what belongs to it.
 *
 * @throws CliError `usage` where one cannot be read, and where what is to be measured does not compare to its base
 */
export function readJudging(task: BenchTask, flags: BenchFlagValues): Judging {
  // A ramp goes on until they are missed.
  const limits = task.limits.length === 0 || flags.ramp !== undefined ? undefined : task.limits;
  return { limits, against: readAgainst(task, flags) };
}

function readAgainst(task: BenchTask, flags: BenchFlagValues): Against | undefined {
  const { against, tolerance, force } = flags;
  if (against === undefined) {
    if (tolerance !== undefined) throw usageError('--tolerance goes with --against');
    if (force) throw usageError('--force goes with --against');
    return undefined;
  }
  const share = parseTolerance(tolerance ?? DEFAULT_TOLERANCE);
  const file = readReportFile(against);
  const [base, second] = file.reports;
  if (base === undefined || second !== undefined) {
    throw usageError(`--against: ${against} has the reports of a suite`, 'natsctl bench compare compares suites');
  }
  return holdAgainst(task, { file, base, tolerance: share, force });
}

/**
 * Makes sure that what is to be measured compares to its base: not after the run, where it can be known before. The
 * server says only then what it is.
 *
 * @param entry of a suite, for the error
 * @throws CliError `usage` where it does not
 */
export function holdAgainst(task: BenchTask, against: Against, entry?: string): Against {
  const { base, force } = against;
  const { threads } = base.shape;
  const environment = { ...base.environment, ...describeMachine() };
  const planned = { ...task, engine: task.plan.engine, shape: { ...task.shape, threads }, environment };
  const differ = force ? undefined : differencesError(differencesOf(base, planned), entry);
  if (differ !== undefined) throw differ;
  return against;
}

/** Holds a report against what was asked of it. It may not compare to its base after all: the server is another. */
export function judge(report: BenchReport, { limits, against }: Judging): Judgement {
  const slo = limits === undefined ? undefined : judgeLimits(limits, report);
  const judged = slo === undefined ? report : { ...report, slo };
  const missed = slo === undefined ? undefined : limitsMissed(slo);
  if (against === undefined) return { report: judged, compared: undefined, failure: missed };
  const { base, tolerance, file, force } = against;
  const differ = force ? undefined : differencesError(differencesOf(base, report), report.name);
  if (differ !== undefined) return { report: judged, compared: undefined, failure: differ };
  const comparison = compare(base, report, { tolerance });
  const pair = { name: report.name, base, new: report };
  return {
    report: { ...judged, against: reportComparison(pair, comparison, file.name) },
    compared: { pair, comparison, file: file.name },
    failure: missed,
  };
}

/** What a report and its base have come to, several of them where they are of a suite. @returns the exit code's error */
export function regressionIn(compared: readonly Compared[]): CliError | undefined {
  const [first] = compared;
  if (first === undefined) return undefined;
  return regressionOf(
    compared.map(({ pair, comparison }) => ({ name: pair.name, comparison })),
    first.file,
  );
}
