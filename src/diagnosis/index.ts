export { diagnose } from './diagnose.js';
export { createReport } from './report.js';
export { judgeMeasurements, measureServers } from './rtt.js';
export { measurementFields, measurementLines } from './rtt-text.js';
