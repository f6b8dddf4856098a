/**
 * Prints the closing line of a CI run from vitest's JSON report and the names of the steps that
 * failed, and exits with 1 if anything did. Usage: summarize.mjs REPORT [FAILED_STEP…]
 */
import { existsSync, readFileSync } from 'node:fs';

const [reportFile = '', ...failedSteps] = process.argv.slice(2);

/**
 * @typedef {{ status: 'passed' | 'failed', assertionResults: { status: string }[] }} FileResult
 * @type {{ testResults: FileResult[] }}
 */
const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : { testResults: [] };

const tests = report.testResults.flatMap((file) => file.assertionResults.map(({ status }) => status));
const passed = tests.filter((status) => status === 'passed').length;
const failedTests = tests.filter((status) => status === 'failed').length;
const skipped = tests.length - passed - failedTests;

// A file that fails outside its tests, such as at import, has no failed test to tell of it.
const failedFiles = report.testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
).length;
const testsTellWhy = failedTests + failedFiles > 0;
const otherFailures = failedSteps.filter((step) => step !== 'test' || !testsTellWhy).length;

const failed = failedTests + failedFiles + otherFailures;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
