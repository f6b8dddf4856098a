import {
  assembleReport,
  type LiveSnapshot,
  measure,
  openFilesOfReport,
  startLiveLine,
  verdictOf,
  type Workload,
  writeReport,
} from '../../bench/index.js';
import { gravestOf } from '../../errors.js';
import { exitCodeOf } from '../../lifecycle/index.js';
import { planFromFlags } from '../connection-plan.js';
import { judge, readJudging } from './judging.js';
import { printComparison } from './print-comparison.js';
import { readLoad } from './read-load.js';
import type { Benchmark, BenchScope, Setting } from './subcommand.js';
import { listenForEnd, tellOfOutages } from './telling.js';

/** The benchmark of the SUBJECT that is the operand. @throws CliError `usage` */
export function benchmarkOfSubject(workload: Workload, { operands, flags, global, env }: BenchScope): Benchmark {
  const connection = planFromFlags(global, env, 'natsctl bench');
  const task = readLoad(workload, operands[0] as string, flags, connection);
  return { task, setUp: async () => ({ task, stop: async () => undefined }) };
}

/**
 * Measures, and reports it.
 *
 * @returns the exit code
 * @throws CliError
 */
export async function runBench({ task: asked, setUp }: Benchmark, { flags, output }: BenchScope): Promise<number> {
  const judging = readJudging(asked, flags);
  const signals = listenForEnd(output);
  let setting: Setting | undefined;
  let snapshot: LiveSnapshot | undefined;
  const { csv, hdr, html } = flags;
  const files = await openFilesOfReport({ csv, hdr, html });
  const live = startLiveLine(output, () => snapshot);
  try {
    const startedAt = new Date();
    const ready = await Promise.race([setUp(), signals.first]);
    // What was started for it ends with this process.
    if (typeof ready === 'string') return exitCodeOf(ready);
    setting = ready;
    const { task, failed: collapsed, warning } = setting;
    const working = measure(task, {
      signal: signals.halt,
      onProgress: (next) => {
        snapshot = next;
      },
      onListening: () => output.notice(`waiting for the first message on ${task.plan.pattern}; Ctrl-C ends it`),
      ...tellOfOutages(output),
    });
    const measured = await Promise.race([working, signals.second, ...(collapsed === undefined ? [] : [collapsed])]);
    if (typeof measured === 'string') return exitCodeOf(measured);
    if (measured.outcomes.length === 0) return exitCodeOf(await signals.first);
    live.stop();
    const assembled = await assembleReport(task, measured, {
      startedAt,
      command: ['natsctl', ...process.argv.slice(2)],
      warnings: warning === undefined ? [] : [warning],
    });
    const { report, compared, failure } = judge(assembled, judging);
    await writeReport(report, output, files);
    if (signals.halt.aborted) return exitCodeOf(await signals.first);
    if (compared !== undefined && !output.style.json) {
      const { pair, comparison, file } = compared;
      await printComparison(output, pair, comparison, { base: file, new: 'this run' }, true);
    }
    const gravest = gravestOf([verdictOf(report, flags.strictRate), failure].filter((error) => error !== undefined));
    if (gravest !== undefined) throw gravest;
    return 0;
  } finally {
    live.stop();
    signals.release();
    await setting?.stop();
  }
}
