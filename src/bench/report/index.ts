export { describeEnvironment, describeMachine, type MeasuredServer } from './environment.js';
export { startLiveLine } from './live.js';
export type { LiveSnapshot } from './live-snapshot.js';
export { formatLatency, formatRate, formatShare } from './numbers.js';
export { pageOf } from './page.js';
export { openReportFiles } from './report-files.js';
export { openFilesOfReport, type ReportForm, writeReport } from './write-report.js';
