import {
  assembleReport,
  type BenchReport,
  type Measured,
  type openFilesOfReport,
  type Setting,
  verdictOf,
  writeReport,
} from '../../bench/index.js';
import { type CliError, gravestOf } from '../../errors.js';
import type { Output } from '../../output/index.js';
import { type Compared, type Judging, judge } from './judging.js';

/** How a benchmark is reported. */
export interface Reporting {
  readonly startedAt: Date;
  /** Of an entry of a suite. */
  readonly name?: string;
  readonly judging: Judging;
  /** A rate that was not kept is a failure. */
  readonly isRateStrict: boolean;
  readonly files: Awaited<ReturnType<typeof openFilesOfReport>>;
}

/** What came of it. */
export interface Reported {
  readonly report: BenchReport;
  readonly compared: Compared | undefined;
  /** What decides the exit code, where it is not 0, and beside that it is a regression. */
  readonly failure: CliError | undefined;
}

/** Makes the report of what was measured, holds it against what was asked of it, and writes it. */
export async function reportOn(
  { task, warning }: Setting,
  measured: Measured,
  { startedAt, name, judging, isRateStrict, files }: Reporting,
  output: Output,
): Promise<Reported> {
  const assembled = await assembleReport(task, measured, {
    startedAt,
    command: ['natsctl', ...process.argv.slice(2)],
    warnings: warning === undefined ? [] : [warning],
  });
  const { report, compared, failure } = judge(name === undefined ? assembled : { ...assembled, name }, judging);
  await writeReport(report, output, files);
  const failures = [verdictOf(report, isRateStrict), failure].filter((error) => error !== undefined);
  return { report, compared, failure: gravestOf(failures) };
}
