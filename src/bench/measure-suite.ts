import { CliError } from '../errors.js';
import type { Benchmark, Setting } from './benchmark.js';
import { combine, type Measured, type MeasureOptions, measureOnce, type Outcome, prepare } from './measure.js';
import { alternate } from './suite.js';

/** An entry of a suite, that can be measured. */
export interface SuiteEntry {
  readonly name: string;
  readonly benchmark: Benchmark;
}

export interface MeasureSuiteOptions extends MeasureOptions {
  /** A turn begins; they count from 1. */
  onTurn(turn: number, turns: number, name: string): void;
}

/** What the runs of an entry gave. */
export interface MeasuredEntry<Entry extends SuiteEntry> {
  readonly entry: Entry;
  readonly setting: Setting;
  readonly measured: Measured;
}

/** What a suite gave. */
export interface MeasuredSuite<Entry extends SuiteEntry> {
  /** The entries that have run, in their order. */
  readonly entries: ReadonlyArray<MeasuredEntry<Entry>>;
  /** Why it ended before all have run so often, where that was no signal. */
  readonly failure: CliError | undefined;
}

/** An entry while the suite runs. */
interface Running<Entry extends SuiteEntry> {
  readonly entry: Entry;
  readonly outcomes: Outcome[];
  /** Of its last turn. */
  setting?: Setting;
}

/** The entries of a suite, run in turn. */
export class SuiteRun<Entry extends SuiteEntry> {
  readonly #running: ReadonlyArray<Running<Entry>>;
  readonly #runs: number;
  #current: Setting | undefined;

  /** @param runs so many of each entry */
  constructor(entries: readonly Entry[], runs: number) {
    this.#running = entries.map((entry) => ({ entry, outcomes: [] }));
    this.#runs = runs;
  }

  /**
   * Measures. What an entry starts is there in its turns alone. Where one can't run any more, what was measured until
   * then is given all the same.
   */
  async measure({ onTurn, ...options }: MeasureSuiteOptions): Promise<MeasuredSuite<Entry>> {
    const turns = alternate(this.#running, this.#runs);
    let failure: CliError | undefined;
    for (const [index, { entry: taker, run }] of turns.entries()) {
      if (options.signal.aborted || failure !== undefined) break;
      const turn = index + 1;
      onTurn(turn, turns.length, taker.entry.name);
      try {
        await this.#takeTurn(taker, run, {
          ...options,
          onProgress: (snapshot) => options.onProgress({ ...snapshot, run: turn, runs: turns.length }),
        });
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        failure = failureOfEntry(taker.entry.name, error);
      }
    }
    return { entries: this.#running.flatMap(measuredOf), failure };
  }

  /** Ends what the entry has started whose turn it is, while that goes on. */
  async abandon(): Promise<void> {
    await this.#current?.stop();
  }

  /** One run of one entry, with what has to run beside it. */
  async #takeTurn(taker: Running<Entry>, run: number, options: MeasureOptions): Promise<void> {
    const setting = await taker.entry.benchmark.setUp(options.signal);
    if (setting === undefined) return;
    taker.setting = setting;
    this.#current = setting;
    try {
      await prepare(setting.task, options.signal);
      const working = measureOnce(setting.task, run, options);
      taker.outcomes.push(await Promise.race([working, ...(setting.failed === undefined ? [] : [setting.failed])]));
    } finally {
      await setting.stop();
      this.#current = undefined;
    }
  }
}

/** The same failure, with the entry that it is of. */
export function failureOfEntry(name: string, { kind, message, hint, details, exitCode }: CliError): CliError {
  return new CliError(kind, `${name}: ${message}`, { hint, details, exitCode });
}

function measuredOf<Entry extends SuiteEntry>({
  entry,
  setting,
  outcomes,
}: Running<Entry>): ReadonlyArray<MeasuredEntry<Entry>> {
  const measured = combine(outcomes);
  return setting === undefined || measured.outcomes.length === 0 ? [] : [{ entry, setting, measured }];
}
