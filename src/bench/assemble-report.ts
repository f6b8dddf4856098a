import type { BenchTask } from './bench-task.js';
import type { LoadOutcome } from './load/run-load.js';
import type { Measured } from './measure.js';
import { type BenchReport, REPORT_VERSION, type ReportedEnvironment, type ReportedPlan } from './report/report.js';

/** From here on the generator's own limits show in what it measures. */
const BUSY = 0.95;
const LONG_LOOP_DELAY_MS = 10;
/** A plan is kept where as much of its rate was sent. */
const KEPT = 0.99;

/** What the figures of a run do not say of themselves. */
export interface ReportContext {
  readonly startedAt: Date;
  readonly environment: ReportedEnvironment;
  /** Beside those that the figures give rise to. */
  readonly warnings: readonly string[];
}

/** Makes the report of a benchmark out of what its runs gave. */
export function assembleReport(task: BenchTask, measured: Measured, context: ReportContext): BenchReport {
  const { outcomes } = measured;
  const figures = outcomes.map(({ merge, durationMs }) => merge.figures(durationMs));
  const middle = outcomes[Math.floor((outcomes.length - 1) / 2)] as LoadOutcome;
  const generator = {
    cpu_percent: Math.max(...outcomes.map(({ generator: { cpuPercent } }) => cpuPercent)),
    most_memory_bytes: Math.max(...outcomes.map(({ generator: { mostMemoryBytes } }) => mostMemoryBytes)),
    event_loop_delay_ms: Math.max(...outcomes.map(({ generator: { loopDelayMs } }) => loopDelayMs)),
    busiest_thread: Math.max(...outcomes.map(({ generator: { busiest } }) => busiest)),
  };
  const isBottleneck = generator.busiest_thread >= BUSY || generator.event_loop_delay_ms >= LONG_LOOP_DELAY_MS;
  const plan = planOf(task, middle);
  return {
    report_version: REPORT_VERSION,
    workload: task.workload,
    subject: task.subject,
    engine: task.plan.engine,
    started_at: context.startedAt.toISOString(),
    shape: { ...task.shape, threads: middle.threads },
    ...(figures[0] as (typeof figures)[number]),
    series: middle.merge.series(middle.durationMs),
    plan,
    generator: { ...generator, is_bottleneck: isBottleneck },
    warnings: [...context.warnings, ...warningsOf(generator, isBottleneck, plan)],
    ...(measured.interrupted ? { interrupted: true } : {}),
    environment: context.environment,
  };
}

function planOf({ plan: { schedule } }: BenchTask, { merge, durationMs }: LoadOutcome): ReportedPlan | undefined {
  if (schedule.kind !== 'open') return undefined;
  const { planned, sent, mostBehindMs } = merge.plan;
  const kept = sent / ((schedule.rate * durationMs) / 1_000);
  return {
    rate: schedule.rate,
    planned,
    sent,
    kept,
    most_behind_ms: mostBehindMs,
    is_kept: kept >= KEPT,
  };
}

function warningsOf(
  generator: { readonly busiest_thread: number; readonly event_loop_delay_ms: number },
  isBottleneck: boolean,
  plan: ReportedPlan | undefined,
): readonly string[] {
  const warnings: string[] = [];
  if (isBottleneck) {
    const busy = Math.round(generator.busiest_thread * 100);
    warnings.push(
      `the generator itself was busy (${busy} % of a thread's time, its loop up to ${generator.event_loop_delay_ms.toFixed(1)} ms late): the figures may be its own limits; more --threads or --clients, or --engine wire`,
    );
  }
  if (plan !== undefined && !plan.is_kept) {
    warnings.push(
      `the rate was not kept: ${(plan.kept * 100).toFixed(1)} % of it was sent, the latest ${plan.most_behind_ms.toFixed(0)} ms behind its time`,
    );
  }
  return warnings;
}
