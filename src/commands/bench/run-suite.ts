import {
  alternate,
  type BenchReport,
  combine,
  type LiveSnapshot,
  type MeasureOptions,
  measureOnce,
  type Outcome,
  openFilesOfReport,
  prepare,
  type Suite,
  startLiveLine,
} from '../../bench/index.js';
import { CliError } from '../../errors.js';
import { exitCodeOf } from '../../lifecycle/index.js';
import type { Output } from '../../output/index.js';
import type { Compared } from './judging.js';
import type { ReadEntry } from './read-suite.js';
import { reportOn } from './report-on.js';
import type { Setting } from './subcommand.js';
import { listenForEnd, tellOfOutages } from './telling.js';

/** What a suite has given. */
export interface SuiteOutcome {
  /** Of the entries that have run, in their order; written already. */
  readonly reports: readonly BenchReport[];
  /** Those that were compared, with what. */
  readonly compared: readonly Compared[];
  /** Why entries have failed. */
  readonly failures: readonly CliError[];
  /** The exit code, where a signal ended it. */
  readonly stopped: number | undefined;
}

/** An entry while the suite runs. */
interface Running {
  readonly name: string;
  readonly entry: ReadEntry;
  readonly outcomes: Outcome[];
  /** Of its last turn. */
  setting?: Setting;
}

/**
 * Runs the entries of a suite in turn, so many times each, and writes a report of each. What an entry starts is there
 * in its turns alone. Where one can't run any more, those that have run are reported all the same.
 */
export async function runSuite({ entries }: Suite<ReadEntry>, runs: number, output: Output): Promise<SuiteOutcome> {
  const signals = listenForEnd(output);
  const startedAt = new Date();
  const turns = alternate(
    entries.map(({ name, entry }): Running => ({ name, entry, outcomes: [] })),
    runs,
  );
  let snapshot: LiveSnapshot | undefined;
  const live = startLiveLine(output, () => snapshot);
  let failure: CliError | undefined;
  try {
    for (const [turn, { entry, run }] of turns.entries()) {
      if (signals.halt.aborted || failure !== undefined) break;
      output.detail(`turn ${turn + 1} of ${turns.length}: ${entry.name}`);
      const taking = takeTurn(entry, run, {
        signal: signals.halt,
        onProgress: (next) => {
          snapshot = { ...next, run: turn + 1, runs: turns.length };
        },
        ...tellOfOutages(output),
      }).catch((error: unknown) => {
        if (!(error instanceof CliError)) throw error;
        failure = named(entry.name, error);
      });
      const ended = await Promise.race([taking, signals.second]);
      if (typeof ended === 'string') {
        await entry.setting?.stop();
        return { reports: [], compared: [], failures: [], stopped: exitCodeOf(ended) };
      }
    }
    live.stop();
    const running = turns.filter(({ run }) => run === 1).map(({ entry }) => entry);
    const { reports, compared, failures } = await reportEach(running, output, startedAt);
    return {
      reports,
      compared,
      failures: failure === undefined ? failures : [...failures, failure],
      stopped: signals.halt.aborted ? exitCodeOf(await signals.first) : undefined,
    };
  } finally {
    live.stop();
    signals.release();
  }
}

/** One run of one entry, with what has to run beside it. */
async function takeTurn(running: Running, run: number, options: MeasureOptions): Promise<void> {
  const setting = await running.entry.benchmark.setUp(options.signal);
  if (setting === undefined) return;
  running.setting = setting;
  try {
    await prepare(setting.task, options.signal);
    const working = measureOnce(setting.task, run, options);
    running.outcomes.push(await Promise.race([working, ...(setting.failed === undefined ? [] : [setting.failed])]));
  } finally {
    await setting.stop();
  }
}

/** Writes a report of each entry that has run. */
async function reportEach(
  running: readonly Running[],
  output: Output,
  startedAt: Date,
): Promise<Omit<SuiteOutcome, 'stopped'>> {
  const reports: BenchReport[] = [];
  const all: Compared[] = [];
  const failures: CliError[] = [];
  const files = await openFilesOfReport({});
  for (const { name, entry, setting, outcomes } of running) {
    const measured = combine(outcomes);
    if (measured.outcomes.length === 0 || setting === undefined) continue;
    if (!output.style.json) await output.data(reports.length === 0 ? `${name}\n` : `\n${name}\n`);
    const { judging, isRateStrict } = entry;
    const { report, compared, failure } = await reportOn(
      setting,
      measured,
      { startedAt, name, judging, isRateStrict, files },
      output,
    );
    reports.push(report);
    if (compared !== undefined) all.push(compared);
    if (failure !== undefined) failures.push(named(name, failure));
  }
  return { reports, compared: all, failures };
}

/** The same failure, with the entry that it is of. */
function named(name: string, { kind, message, hint, details, exitCode }: CliError): CliError {
  return new CliError(kind, `${name}: ${message}`, { hint, details, exitCode });
}
