import { describeFailureCounts } from '../../../failure-counts.js';
import { formatBytes, formatCount } from '../../../units.js';
import { formatLatency, formatRate, formatShare } from '../numbers.js';
import type { BenchReport, ReportedGenerator, ReportedPlan } from '../report.js';

/** A sentence below the figures. */
export interface Observation {
  readonly parts: readonly string[];
  /** Something is amiss. */
  readonly isBad: boolean;
}

/** A gap is worth a word where it is so long, and so many times the usual time between two messages. */
const LONG_GAP_MS = 100;
const LONG_GAP_INTERVALS = 10;

/** What there is to say of a run beside its figures: only what is not as it should be, and the generator. */
export function observations(report: BenchReport): readonly Observation[] {
  const { plan, errors, generator, warnings, interrupted } = report;
  const bad = (...parts: readonly string[]): readonly Observation[] =>
    parts.length === 0 ? [] : [{ parts, isBad: true }];
  return [
    ...(interrupted ? bad(describeInterruption(report)) : []),
    ...(plan === undefined ? [] : [describePlan(plan)]),
    ...bad(...withName('errors', describeFailureCounts(errors))),
    ...bad(...describeOrder(report)),
    ...bad(...describeOutage(report)),
    { parts: describeGenerator(generator), isBad: generator.is_bottleneck },
    ...warnings.map((warning) => ({ parts: [`warning: ${warning}`], isBad: true })),
  ];
}

function describeInterruption({ runs, series, shape, duration_s }: BenchReport): string {
  const last = runs?.at(-1);
  if (last !== undefined)
    return `interrupted after ${runs?.length} runs, the last of ${formatLatency(last.duration_s * 1_000)}`;
  if (shape.warmup_s > 0 && series.length === 0) return 'interrupted during the warm-up';
  return `interrupted after ${formatLatency(duration_s * 1_000)}`;
}

function describePlan({ rate, planned, sent, kept, most_behind_ms, is_kept }: ReportedPlan): Observation {
  const rates = `${formatRate(rate * kept)} of ${formatRate(rate)} a second`;
  const behind = most_behind_ms < 1 ? [] : [`at most ${formatLatency(most_behind_ms)} behind`];
  if (is_kept) return { parts: [`plan kept: ${rates}`, ...behind], isBad: false };
  const short = `plan NOT kept: ${rates} (${formatShare(kept)})`;
  return { parts: [short, `${formatCount(sent)} of ${formatCount(planned)} sent`, ...behind], isBad: true };
}

function describeOrder({ lost, late, duplicated, out_of_order }: BenchReport): readonly string[] {
  const counts = [
    [lost, 'lost'],
    [late, 'late'],
    [duplicated, 'duplicated'],
    [out_of_order, 'out of order'],
  ] as const;
  const parts = counts
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${formatCount(Math.round(count))} ${name}`);
  return withName('messages', parts);
}

function describeOutage(report: BenchReport): readonly string[] {
  const { longest_gap_ms: gapMs, recovery_ms, not_recovered, messages, duration_s } = report;
  const intervalMs = messages === 0 ? Number.POSITIVE_INFINITY : (duration_s * 1_000) / messages;
  const isLong = gapMs >= LONG_GAP_MS && gapMs >= LONG_GAP_INTERVALS * intervalMs;
  return [
    ...(isLong || recovery_ms !== undefined ? [`longest gap ${formatLatency(gapMs)}`] : []),
    ...(recovery_ms === undefined
      ? []
      : [`${not_recovered ? 'NOT recovered within' : 'recovered after'} ${formatLatency(recovery_ms)}`]),
  ];
}

function describeGenerator(generator: ReportedGenerator): readonly string[] {
  const { cpu_percent, most_memory_bytes, event_loop_delay_ms, busiest_thread, is_bottleneck } = generator;
  return [
    `generator${is_bottleneck ? ', the BOTTLENECK' : ''}: ${Math.round(cpu_percent)} % CPU`,
    `busiest thread ${Math.round(busiest_thread * 100)} %`,
    `event loop ${formatLatency(event_loop_delay_ms)} late`,
    formatBytes(most_memory_bytes),
  ];
}

function withName(name: string, [first, ...rest]: readonly string[]): readonly string[] {
  return first === undefined ? [] : [`${name}: ${first}`, ...rest];
}
