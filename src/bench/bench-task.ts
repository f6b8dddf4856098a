import type { LoadPlan } from './load/load-plan.js';
import type { ReportedShape, Workload } from './report/report.js';
import type { Limit } from './statistics/limits.js';

/** A benchmark as it was asked for. */
export interface BenchTask {
  readonly workload: Workload;
  /** What a report calls it: the subject as it was written. */
  readonly subject: string;
  readonly plan: LoadPlan;
  readonly threads: number;
  readonly runs: number;
  /** Of `--slo`. */
  readonly limits: readonly Limit[];
  readonly shape: ReportedShape;
}

/** Which subjects a load is spread over, and the one that receivers ask for. */
export function subjectsOf(subject: string, count: number): Pick<LoadPlan, 'subjects' | 'pattern'> {
  if (count === 1) return { subjects: [subject], pattern: subject };
  return { subjects: Array.from({ length: count }, (_, i) => `${subject}.${i + 1}`), pattern: `${subject}.*` };
}

/** The same benchmark of another subject. */
export function retarget(task: BenchTask, subject: string): BenchTask {
  return { ...task, subject, plan: { ...task.plan, ...subjectsOf(subject, task.shape.subjects) } };
}
