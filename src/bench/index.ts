export { assembleReport } from './assemble-report.js';
export { type BenchTask, retarget, subjectsOf } from './bench-task.js';
export type { Benchmark, Setting } from './benchmark.js';
export { ANY_RUN, type BodyPlan, type LoadPlan, MOST_RUN_TAG, type RunEnd, type Schedule } from './load/load-plan.js';
export { type Measured, type MeasureOptions, measure } from './measure.js';
export { failureOfEntry, type MeasuredEntry, type SuiteEntry, SuiteRun } from './measure-suite.js';
export {
  describeMachine,
  type LiveSnapshot,
  openFilesOfReport,
  openFilesOfSuite,
  openReportFiles,
  pageOf,
  startLiveLine,
  writeReport,
} from './report/index.js';
export type { BenchReport, Workload } from './report/report.js';
export { startServedPool, subjectOfEndpoint } from './served-pool.js';
export { type Comparison, compare } from './statistics/compare.js';
export { comparisonLines, parseTolerance, regressionOf } from './statistics/comparison-text.js';
export { judgeLimits, limitsMissed } from './statistics/judge-limits.js';
export { type Limit, parseLimits, requireMeasurable } from './statistics/limits.js';
export { pairReports, type ReportFile, type ReportPair } from './statistics/pair-reports.js';
export { parseReports } from './statistics/read-report.js';
export { differencesError, differencesOf } from './statistics/report-differences.js';
export { comparedReport, reportComparison } from './statistics/reported-comparison.js';
export { parseSuite, type Suite } from './suite.js';
export { verdictOf } from './verdict.js';
