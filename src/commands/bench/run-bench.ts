import { assembleReport, failureOf, measure, type ReportedEnvironment, type Workload } from '../../bench/index.js';
import { exitCodeOf, listenForStop } from '../../lifecycle/index.js';
import { planFromFlags } from '../connection-plan.js';
import { readLoad } from './read-load.js';
import type { BenchScope } from './subcommand.js';

/**
 * Measures what the flags ask for, and reports it.
 *
 * @returns the exit code
 * @throws CliError
 */
export async function runBench(
  workload: Workload,
  { operands, flags, global, env, output }: BenchScope,
): Promise<number> {
  const connection = planFromFlags(global, env, 'natsctl bench');
  const task = readLoad(workload, operands[0] as string, flags, connection);
  const halt = new AbortController();
  const signals = listenForStop();
  void signals.first.then(() => halt.abort());
  try {
    const startedAt = new Date();
    const working = measure(task, {
      signal: halt.signal,
      onProgress: () => undefined,
      onReconnected: (server) => output.notice(`connected again, to ${server}`),
    });
    const measured = await Promise.race([working, signals.second]);
    if (typeof measured === 'string') return exitCodeOf(measured);
    const report = assembleReport(task, measured, { startedAt, environment: {} as ReportedEnvironment });
    await output.record(report);
    if (halt.signal.aborted) return exitCodeOf(await signals.first);
    const failure = failureOf(`${workload} ${task.subject}`, report.messages, report.errors);
    if (failure !== undefined) throw failure;
    return 0;
  } finally {
    signals.release();
  }
}
