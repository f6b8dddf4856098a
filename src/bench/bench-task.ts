import type { LoadPlan } from './load/load-plan.js';
import type { ReportedShape, Workload } from './report/report.js';

/** A benchmark as it was asked for. */
export interface BenchTask {
  readonly workload: Workload;
  /** As it was written. */
  readonly subject: string;
  readonly plan: LoadPlan;
  readonly threads: number;
  readonly runs: number;
  readonly shape: ReportedShape;
}
