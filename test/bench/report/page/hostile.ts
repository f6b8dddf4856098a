import type { BenchReport } from '../../../../src/bench/report/report.js';

/** What would run, load or break out, wherever in a page it stood unescaped. */
export const HOSTILE = `"'></title></style></script><script>alert(1)</script><img src="http://127.0.0.1:9/x" onerror=alert(1)>&lt;{{}}\u202e`;

/** The report with that in place of each text, but for what is decoded: the histogram. */
export function hostileReport(report: BenchReport): BenchReport {
  const { latency_histogram, ...rest } = report;
  return { ...(poisoned(rest) as Omit<BenchReport, 'latency_histogram'>), latency_histogram };
}

function poisoned(value: unknown): unknown {
  if (typeof value === 'string') return HOSTILE;
  if (Array.isArray(value)) return value.map(poisoned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, poisoned(part)]));
}
