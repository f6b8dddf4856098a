export { describeEnvironment, describeMachine } from './environment.js';
export { startLiveLine } from './live.js';
export type { LiveSnapshot } from './live-snapshot.js';
export { pageOf } from './page.js';
export { openReportFiles } from './report-files.js';
export { openFilesOfSuite } from './suite-files.js';
export { openFilesOfReport, writeReport } from './write-report.js';
