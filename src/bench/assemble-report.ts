import type { BenchTask } from './bench-task.js';
import { encodeHistogram } from './histogram/hdr.js';
import { planOf } from './kept-plan.js';
import { rateSteps } from './load/arrivals.js';
import type { Measured, Outcome } from './measure.js';
import { receiptWarnings } from './receipt-warnings.js';
import { describeEnvironment } from './report/index.js';
import { type BenchReport, REPORT_VERSION, type SeriesPoint } from './report/report.js';
import { confidenceOfRuns, coverageWarning } from './statistics/bootstrap.js';
import { indexOfMiddleRun, medianOfRuns } from './statistics/median-of-runs.js';

/** From here on the generator's own limits show in what it measures. */
const BUSY = 0.95;
const LONG_LOOP_DELAY_MS = 10;

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
      ...warningsOf(generator),
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

function warningsOf(generator: {
  readonly busiest_thread: number;
  readonly event_loop_delay_ms: number;
}): readonly string[] {
  const warnings: string[] = [];
  if (generator.busiest_thread >= BUSY) {
    const busy = Math.round(generator.busiest_thread * 100);
    warnings.push(
      `a thread of the generator was at work ${busy} % of the time: the figures may be its limits; more --clients and --threads, or --engine wire`,
    );
  }
  if (generator.event_loop_delay_ms >= LONG_LOOP_DELAY_MS) {
    const delay = generator.event_loop_delay_ms.toFixed(1);
    warnings.push(
      `the generator itself was up to ${delay} ms late, since this machine has more to do than it can: the latencies include it`,
    );
  }
  return warnings;
}
