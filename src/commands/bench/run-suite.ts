import {
  type BenchReport,
  failureOfEntry,
  type LiveSnapshot,
  type MeasuredEntry,
  openFilesOfReport,
  type Suite,
  type SuiteEntry,
  SuiteRun,
  startLiveLine,
} from '../../bench/index.js';
import type { CliError } from '../../errors.js';
import { exitCodeOf } from '../../lifecycle/index.js';
import type { Output } from '../../output/index.js';
import type { Compared } from './judging.js';
import type { ReadEntry } from './read-suite.js';
import { reportOn } from './report-on.js';
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

type NamedEntry = ReadEntry & SuiteEntry;

/** Runs the entries of a suite in turn, so many times each, and writes a report of each that has run. */
export async function runSuite({ entries }: Suite<ReadEntry>, runs: number, output: Output): Promise<SuiteOutcome> {
  const signals = listenForEnd(output);
  const startedAt = new Date();
  const suite = new SuiteRun(
    entries.map(({ name, entry }): NamedEntry => ({ name, ...entry })),
    runs,
  );
  let snapshot: LiveSnapshot | undefined;
  const live = startLiveLine(output, () => snapshot);
  try {
    const measuring = suite.measure({
      signal: signals.halt,
      onTurn: (turn, turns, name) => output.detail(`turn ${turn} of ${turns}: ${name}`),
      onProgress: (next) => {
        snapshot = next;
      },
      ...tellOfOutages(output),
    });
    const ended = await Promise.race([measuring, signals.second]);
    if (typeof ended === 'string') {
      await suite.abandon();
      return { reports: [], compared: [], failures: [], stopped: exitCodeOf(ended) };
    }
    live.stop();
    const { reports, compared, failures } = await reportEach(ended.entries, output, startedAt);
    return {
      reports,
      compared,
      failures: ended.failure === undefined ? failures : [...failures, ended.failure],
      stopped: signals.halt.aborted ? exitCodeOf(await signals.first) : undefined,
    };
  } finally {
    live.stop();
    signals.release();
  }
}

/** Writes a report of each entry that has run. */
async function reportEach(
  entries: ReadonlyArray<MeasuredEntry<NamedEntry>>,
  output: Output,
  startedAt: Date,
): Promise<Omit<SuiteOutcome, 'stopped'>> {
  const reports: BenchReport[] = [];
  const all: Compared[] = [];
  const failures: CliError[] = [];
  const files = await openFilesOfReport({});
  for (const { entry, setting, measured } of entries) {
    const { name, judging, isRateStrict } = entry;
    if (!output.style.json) await output.data(reports.length === 0 ? `${name}\n` : `\n${name}\n`);
    const { report, compared, failure } = await reportOn(
      setting,
      measured,
      { startedAt, name, judging, isRateStrict, files },
      output,
    );
    reports.push(report);
    if (compared !== undefined) all.push(compared);
    if (failure !== undefined) failures.push(failureOfEntry(name, failure));
  }
  return { reports, compared: all, failures };
}
