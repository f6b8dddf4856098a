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

interface Against {
  readonly file: ReportFile;
  readonly base: BenchReport;
  readonly tolerance: number;
  readonly force: boolean;
}

/** What became of it. */
export interface Judgement {
  /** With what became of its limits. */
  readonly report: BenchReport;
  readonly compared: { readonly pair: ReportPair; readonly comparison: Comparison; readonly file: string } | undefined;
  /** A limit was missed, or it is a regression: the first is the exit code. */
  readonly failure: CliError | undefined;
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
  // Not after the run, where it can be known before: the server says only then what it is.
  const { threads } = base.shape;
  const environment = { ...base.environment, ...describeMachine() };
  const planned = { ...task, engine: task.plan.engine, shape: { ...task.shape, threads }, environment };
  const differ = force ? undefined : differencesError(differencesOf(base, planned));
  if (differ !== undefined) throw differ;
  return { file, base, tolerance: share, force };
}

/** Holds a report against what was asked of it. It may not compare to its base after all: the server is another. */
export function judge(report: BenchReport, { limits, against }: Judging): Judgement {
  const slo = limits === undefined ? undefined : judgeLimits(limits, report);
  const judged = slo === undefined ? report : { ...report, slo };
  const missed = slo === undefined ? undefined : limitsMissed(slo);
  if (against === undefined) return { report: judged, compared: undefined, failure: missed };
  const { base, tolerance, file, force } = against;
  const differ = force ? undefined : differencesError(differencesOf(base, report));
  if (differ !== undefined) return { report: judged, compared: undefined, failure: differ };
  const comparison = compare(base, report, { tolerance });
  const pair = { name: undefined, base, new: report };
  const regression = regressionOf([{ name: undefined, comparison }], file.name);
  return { report: judged, compared: { pair, comparison, file: file.name }, failure: missed ?? regression };
}
