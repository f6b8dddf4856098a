import type { BenchTask } from './bench-task.js';
import { BUSY, generatorWarnings, LONG_LOOP_DELAY_MS } from './generator-warnings.js';
import { encodeHistogram } from './histogram/hdr.js';
import { planOf } from './kept-plan.js';
import { rateSteps } from './load/arrivals.js';
import type { Measured, Outcome } from './measure.js';
import { receiptWarnings } from './receipt-warnings.js';
import { describeEnvironment } from './report/index.js';
import { type BenchReport, REPORT_VERSION, type SeriesPoint } from './report/report.js';
import { silenceWarnings } from './silence-warnings.js';
import { confidenceOfRuns, coverageWarning } from './statistics/bootstrap.js';
import { indexOfMiddleRun, medianOfRuns } from './statistics/median-of-runs.js';

/** What the figures of a run do not say of themselves. */
export interface ReportContext {
  readonly startedAt: Date;
  /** The command line, the program's name first. */
  readonly command: readonly string[];
  /** Beside those that the figures give rise to. */
  readonly warnings: readonly string[];
}

/** Makes the report of a benchmark out of what its runs gave. */
export async function assembleReport(
  task: BenchTask,
  measured: Measured,
  context: ReportContext,
): Promise<BenchReport> {
  const { outcomes, latencies } = measured;
  const figures = outcomes.map(({ merge, durationMs }) => merge.figures(durationMs));
  const middle = outcomes[indexOfMiddleRun(figures)] as Outcome;
  const generator = {
    cpu_percent: Math.max(...outcomes.map(({ generator: { cpuPercent } }) => cpuPercent)),
    most_memory_bytes: Math.max(...outcomes.map(({ generator: { mostMemoryBytes } }) => mostMemoryBytes)),
    event_loop_delay_ms: Math.max(...outcomes.map(({ generator: { loopDelayMs } }) => loopDelayMs)),
    busiest_thread: Math.max(...outcomes.map(({ generator: { busiest } }) => busiest)),
  };
  const isBottleneck = generator.busiest_thread >= BUSY || generator.event_loop_delay_ms >= LONG_LOOP_DELAY_MS;
  const plan = planOf(task.plan.schedule, middle.merge.plan, middle.plannedMs);
  return {
    report_version: REPORT_VERSION,
    workload: task.workload,
    subject: task.subject,
    engine: task.plan.engine,
    started_at: context.startedAt.toISOString(),
    shape: { ...task.shape, threads: middle.threads },
    ...medianOfRuns(figures),
    latency_histogram: latencies.total === 0 ? undefined : await encodeHistogram(latencies.buckets()),
    series: plannedSeries(task, middle.merge.series(middle.durationMs)),
    plan,
    ramp: middle.ramp,
    ...(figures.length > 1 ? { runs: figures, confidence: confidenceOfRuns(figures) } : {}),
    generator: { ...generator, is_bottleneck: isBottleneck },
    warnings: [
      ...context.warnings,
      ...receiptWarnings(
        task.plan,
        outcomes.map(({ receipt }) => receipt),
      ),
      ...silenceWarnings(
        task.plan,
        outcomes.flatMap(({ silences }) => silences),
        Math.min(...figures.map(({ sent }) => sent)),
      ),
      ...generatorWarnings(generator, { workload: task.workload, engine: task.plan.engine }, latencies.total > 0),
      ...coverageWarning(figures.length),
    ],
    ...(measured.interrupted ? { interrupted: true } : {}),
    environment: describeEnvironment(context.command, {
      url: middle.server,
      info: middle.info,
      // Asked for by a flag or an address, or by the server.
      tls:
        task.plan.connection.tls !== undefined || middle.server.startsWith('tls:') || middle.info.tls_required === true,
    }),
  };
}

/** Says of each second of a ramp which rate was planned for it. */
function plannedSeries({ plan: { schedule } }: BenchTask, series: readonly SeriesPoint[]): readonly SeriesPoint[] {
  if (schedule.kind !== 'ramp') return series;
  const steps = rateSteps(schedule);
  return series.map((point) => ({
    ...point,
    planned_rate: steps.findLast(({ startNs }) => startNs <= point.t_s * 1e9)?.rate,
  }));
}
