import { readFileSync } from 'node:fs';
import { parseReports, type ReportFile } from '../../bench/index.js';
import { explainReadError } from '../../input/index.js';

/** @throws CliError `usage` where it cannot be read, or is no report */
export function readReportFile(path: string): ReportFile {
  try {
    return { name: path, reports: parseReports(readFileSync(path, 'utf8'), path) };
  } catch (error) {
    throw explainReadError(path, error);
  }
}
