import {
  type Benchmark,
  type LiveSnapshot,
  measure,
  openFilesOfReport,
  type Setting,
  startLiveLine,
  type Workload,
} from '../../bench/index.js';
import { exitCodeOf } from '../../lifecycle/index.js';
import { planFromFlags } from '../connection-plan.js';
import { readJudging, regressionIn } from './judging.js';
import { printComparison } from './print-comparison.js';
import { readLoad } from './read-load.js';
import { reportOn } from './report-on.js';
import type { BenchScope } from './subcommand.js';
import { listenForEnd, THIS_RUN, tellOfOutages } from './telling.js';

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
  const { csv, hdr, html, against, file, bodyLines } = flags;
  const files = await openFilesOfReport({ csv, hdr, html }, [against, file, bodyLines]);
  const live = startLiveLine(output, () => snapshot);
  try {
    const startedAt = new Date();
    const ready = await Promise.race([setUp(signals.halt), signals.second]);
    // At once: what was started for it ends with this process.
    if (typeof ready === 'string') return exitCodeOf(ready);
    if (ready === undefined) return exitCodeOf(await signals.first);
    setting = ready;
    const { task, failed: collapsed } = setting;
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
    const reporting = { startedAt, judging, isRateStrict: flags.strictRate, files };
    const { compared, failure } = await reportOn(setting, measured, reporting, output);
    if (signals.halt.aborted) return exitCodeOf(await signals.first);
    if (compared !== undefined && !output.style.json) {
      const { pair, comparison, file } = compared;
      await printComparison(output, pair, comparison, { base: file, new: THIS_RUN }, true);
    }
    const worst = failure ?? regressionIn(compared === undefined ? [] : [compared]);
    if (worst !== undefined) throw worst;
    return 0;
  } finally {
    live.stop();
    signals.release();
    await setting?.stop();
  }
}
