import type { BenchTask } from './bench-task.js';

/** A benchmark that has been read. */
export interface Benchmark {
  readonly task: BenchTask;
  /**
   * Starts what has to run while it is measured.
   *
   * @param signal ends it while it starts
   * @returns undefined where that came first: nothing of it runs any more
   */
  setUp(signal: AbortSignal): Promise<Setting | undefined>;
}

/** What a benchmark needs while it runs. */
export interface Setting {
  /** What is measured, now that all of it is known. */
  readonly task: BenchTask;
  /** Rejects where what is measured has failed on its own. */
  readonly failed?: Promise<never>;
  /** What a reader of the report has to know. */
  readonly warning?: string;
  stop(): Promise<void>;
}
