import { CliError, type ErrorKind } from '../errors.js';
import { countOf } from '../units.js';
import { untilAborted } from '../until-aborted.js';
import type { BenchTask } from './bench-task.js';
import { LatencyCounts } from './histogram/latency-counts.js';
import { ANY_RUN, copiesOf, type LoadPlan, MOST_RUN_TAG, shareOut } from './load/load-plan.js';
import { type LoadOutcome, runLoad } from './load/run-load.js';
import type { StartThread } from './load/threads.js';
import { probeResponder } from './probe.js';
import { RampJudge } from './ramp.js';
import type { LiveSnapshot } from './report/live-snapshot.js';
import type { ReportedRamp } from './report/report.js';

/** What somebody who watches a benchmark is told. */
export interface MeasureOptions {
  /** Aborted to end early, with a report of what was measured until then. */
  readonly signal: AbortSignal;
  onProgress(snapshot: LiveSnapshot): void;
  onDisconnected?(server: string): void;
  onReconnected(server: string): void;
  /** The first message that comes starts the measuring. */
  onListening?(): void;
  readonly start?: StartThread;
}

/** What one run gave. */
export interface Outcome extends LoadOutcome {
  /** Where it was one. */
  readonly ramp: ReportedRamp | undefined;
}

/** What the runs of one benchmark gave. */
export interface Measured {
  /** In their order; none where a signal came before the first of them had begun. */
  readonly outcomes: readonly Outcome[];
  /** The latencies of all of them. */
  readonly latencies: LatencyCounts;
  readonly interrupted: boolean;
}

/**
 * Measures: once, or so many times as there are to be runs.
 *
 * @throws CliError where nothing can be measured: no server, nobody who answers, a subject that is denied
 */
export async function measure(task: BenchTask, options: MeasureOptions): Promise<Measured> {
  const outcomes: Outcome[] = [];
  await prepare(task, options.signal);
  for (let run = 1; run <= task.runs && !options.signal.aborted; run++)
    outcomes.push(await measureOnce(task, run, options));
  return combine(outcomes, options.signal.aborted);
}

/**
 * Finds out whether there is anything to be measured.
 *
 * @param signal ends the wait for a server
 * @throws CliError
 */
export async function prepare({ plan }: BenchTask, signal: AbortSignal): Promise<void> {
  if (plan.workload === 'request' && !signal.aborted) await untilAborted(probeResponder(plan), signal);
}

/**
 * Adds up several runs.
 *
 * @param isCutShort a signal came, be it between two of them
 */
export function combine(runs: readonly Outcome[], isCutShort = false): Measured {
  const outcomes = runs.filter(({ hasBegun }) => hasBegun);
  const latencies = new LatencyCounts();
  for (const { merge } of outcomes) latencies.addAll(merge.latencies);
  return { outcomes, latencies, interrupted: isCutShort || runs.some(({ interrupted }) => interrupted) };
}

/** Each run has a tag of its own: whoever receives elsewhere would take the messages of two for those of one. */
function planOfRun(plan: LoadPlan, run: number): LoadPlan {
  if (plan.runTag === ANY_RUN) return plan;
  return { ...plan, runTag: 1 + ((plan.runTag - 1 + run - 1) % MOST_RUN_TAG) };
}

/** One run of several. */
export async function measureOnce(task: BenchTask, run: number, options: MeasureOptions): Promise<Outcome> {
  const { runs, limits, threads } = task;
  const plan = planOfRun(task.plan, run);
  const beganMs = performance.now();
  const enough = new AbortController();
  const { schedule } = plan;
  const judge = schedule.kind === 'ramp' ? new RampJudge(schedule, limits, shareOut(plan, threads).length) : undefined;
  const outcome = await runLoad(plan, {
    threads,
    signal: options.signal,
    enough: enough.signal,
    ...(options.onDisconnected === undefined ? {} : { onDisconnected: options.onDisconnected }),
    onReconnected: options.onReconnected,
    onListening: () => options.onListening?.(),
    ...(options.start === undefined ? {} : { start: options.start }),
    onThreadSecond: (part) => judge?.add(part),
    onSecond(second, merge) {
      if (judge?.hasSeenEnough(second.second + 1)) enough.abort();
      options.onProgress({
        phase: second.second < 0 ? 'warm-up' : 'measuring',
        run,
        runs,
        elapsedMs: performance.now() - beganMs,
        fraction: fractionOf(task, second.second, merge.messages + merge.failures),
        rate: second.messages,
        p99Ms: second.p99Ms,
        messages: merge.messages,
        errors: merge.failures,
      });
    },
  });
  return { ...outcome, ramp: judge?.report(Math.floor(outcome.durationMs / 1_000)) };
}

function fractionOf({ plan }: BenchTask, second: number, outcomes: number): number {
  const { end, warmupMs, workload } = plan;
  if (end.kind === 'messages') {
    return Math.min(1, outcomes / (end.messages * (workload === 'pubsub' ? copiesOf(plan) : 1)));
  }
  return Math.min(1, Math.max(0, (second + 1) * 1_000 + warmupMs) / (warmupMs + end.durationMs));
}

/**
 * Why a benchmark in which nothing succeeded has failed: by the commonest kind of its failures.
 *
 * @returns undefined where something succeeded
 */
export function failureOf(
  what: string,
  messages: number,
  errors: Readonly<Partial<Record<ErrorKind, number>>>,
): CliError | undefined {
  if (messages > 0) return undefined;
  const kinds = (Object.entries(errors) as [ErrorKind, number][]).sort(([, a], [, b]) => b - a);
  const [commonest] = kinds;
  if (commonest === undefined) return new CliError('timeout', `${what}: nothing came`);
  const counts = kinds.map(([kind, count]) => `${countOf(count, 'failure', 'failures')} of kind ${kind}`).join(', ');
  return new CliError(commonest[0], `${what}: nothing succeeded; ${counts}`);
}
