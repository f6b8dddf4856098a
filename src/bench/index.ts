export { assembleReport } from './assemble-report.js';
export { type BenchTask, retarget, subjectsOf } from './bench-task.js';
export type { BodyPlan, LoadPlan, RunEnd, Schedule } from './load/load-plan.js';
export { failureOf, type Measured, measure } from './measure.js';
export type { BenchReport, ReportedEnvironment, Workload } from './report/report.js';
export { type ServedPool, startServedPool, subjectOfEndpoint } from './served-pool.js';
