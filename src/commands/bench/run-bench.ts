import {
  assembleReport,
  type BenchTask,
  failureOf,
  measure,
  type ReportedEnvironment,
  type Workload,
} from '../../bench/index.js';
import { exitCodeOf, listenForStop } from '../../lifecycle/index.js';
import { planFromFlags } from '../connection-plan.js';
import { readLoad } from './read-load.js';
import type { BenchScope } from './subcommand.js';

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

/** Measures the SUBJECT that is the operand. @throws CliError */
export function measureSubject(workload: Workload, scope: BenchScope): Promise<number> {
  const { operands, flags, global, env } = scope;
  const connection = planFromFlags(global, env, 'natsctl bench');
  const task = readLoad(workload, operands[0] as string, flags, connection);
  return runBench(task, scope, async () => ({ task, stop: async () => undefined }));
}

/**
 * Measures, and reports it.
 *
 * @param setUp is called when all flags have been read
 * @returns the exit code
 * @throws CliError
 */
export async function runBench(
  asked: BenchTask,
  { output }: BenchScope,
  setUp: () => Promise<Setting>,
): Promise<number> {
  const halt = new AbortController();
  const signals = listenForStop();
  void signals.first.then(() => halt.abort());
  let setting: Setting | undefined;
  try {
    const startedAt = new Date();
    setting = await setUp();
    const { task, failed, warning } = setting;
    const working = measure(task, {
      signal: halt.signal,
      onProgress: () => undefined,
      onReconnected: (server) => output.notice(`connected again, to ${server}`),
    });
    const measured = await Promise.race([working, signals.second, ...(failed === undefined ? [] : [failed])]);
    if (typeof measured === 'string') return exitCodeOf(measured);
    const report = assembleReport(task, measured, {
      startedAt,
      environment: {} as ReportedEnvironment,
      warnings: warning === undefined ? [] : [warning],
    });
    await output.record(report);
    if (halt.signal.aborted) return exitCodeOf(await signals.first);
    const failure = failureOf(`${asked.workload} ${task.subject}`, report.messages, report.errors);
    if (failure !== undefined) throw failure;
    return 0;
  } finally {
    signals.release();
    await setting?.stop();
  }
}
