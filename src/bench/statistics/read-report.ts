import { usageError } from '../../errors.js';
import { type BenchReport, REPORT_VERSION } from '../report/report.js';

type Fields = Readonly<Record<string, unknown>>;
type Kind = 'number' | 'string' | 'object' | 'array';

/** What is read of a report, and what it has to be. */
const REPORT: Readonly<Record<string, Kind>> = {
  workload: 'string',
  subject: 'string',
  engine: 'string',
  started_at: 'string',
  shape: 'object',
  series: 'array',
  environment: 'object',
};
const FIGURES: Readonly<Record<string, Kind>> = {
  rate: 'number',
  messages: 'number',
  duration_s: 'number',
  sent: 'number',
  errors: 'object',
  lost: 'number',
};
const SECOND: Readonly<Record<string, Kind>> = { duration_s: 'number', messages: 'number', errors: 'number' };
const ENVIRONMENT: Readonly<Record<string, Kind>> = {
  machine: 'string',
  cpu: 'string',
  cores: 'number',
  node: 'string',
  server: 'object',
};
const LATENCIES: Readonly<Record<string, Kind>> = { p50: 'number', p99: 'number', p999: 'number' };

/**
 * Reads what `natsctl bench … --json` wrote: one report, or, of a suite, a line for each of its entries.
 *
 * @param name of the file, for errors
 * @throws CliError `usage` where it is no JSON, no report, or a newer one than this natsctl knows, and where two have
 *   one name
 */
export function parseReports(text: string, name: string): readonly BenchReport[] {
  const whole = parseJson(text);
  if (whole !== undefined) return [readReport(whole.value, name)];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw usageError(`${name} is no report: it is empty`, WRITE_ONE);
  const values = lines.map(parseJson);
  const wrong = values.indexOf(undefined);
  if (wrong !== -1) {
    const where = wrong === 0 ? 'it is no JSON' : `what follows report ${wrong} is no JSON`;
    throw usageError(`${name} is no report: ${where}`, WRITE_ONE);
  }
  const reports = values.map((parsed, index) => readReport(parsed?.value, `${name}, report ${index + 1},`));
  const names = reports.map((report) => report.name ?? '');
  const twice = names.find((entry, index) => names.indexOf(entry) !== index);
  if (twice === undefined) return reports;
  throw usageError(
    twice === ''
      ? `${name} has reports without a name: it is not of one suite`
      : `${name} has two reports of ${JSON.stringify(twice)}`,
    'a file holds one report, or those of one run of bench suite',
  );
}

/** @returns undefined where the text is none */
function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function readReport(value: unknown, name: string): BenchReport {
  const report = readFields(value, name, '');
  const version = report['report_version'];
  if (typeof version !== 'number') throw usageError(`${name} is no report: report_version is missing`, WRITE_ONE);
  if (version > REPORT_VERSION) {
    throw usageError(
      `${name} was written by a newer natsctl: its report_version is ${version}, and ${REPORT_VERSION} is the newest known here`,
    );
  }
  require(report, { ...REPORT, ...FIGURES }, name, '');
  const { environment, series, runs = [], latency_ms: latency, name: entry = '' } = report;
  if (typeof entry !== 'string') throw usageError(`${name} is no report: name is no string`);
  require(readFields(environment, name, 'environment'), ENVIRONMENT, name, 'environment.');
  requireLatency(latency, name, 'latency_ms');
  if (!Array.isArray(runs)) throw usageError(`${name} is no report: runs is no array`);
  for (const [index, run] of runs.entries()) {
    const path = `runs[${index}]`;
    const figures = readFields(run, name, path);
    require(figures, FIGURES, name, `${path}.`);
    requireLatency(figures['latency_ms'], name, `${path}.latency_ms`);
  }
  for (const [index, second] of (series as readonly unknown[]).entries()) {
    require(readFields(second, name, `series[${index}]`), SECOND, name, `series[${index}].`);
  }
  return value as BenchReport;
}

const WRITE_ONE = 'natsctl bench request SUBJECT --json > report.json writes one';

function readFields(value: unknown, name: string, path: string): Fields {
  if (isOfKind(value, 'object')) return value as Fields;
  throw usageError(
    `${name} is no report: ${path === '' ? 'it' : path} is no object`,
    path === '' ? WRITE_ONE : undefined,
  );
}

function requireLatency(latency: unknown, name: string, path: string): void {
  if (latency !== undefined) require(readFields(latency, name, path), LATENCIES, name, `${path}.`);
}

function require(fields: Fields, kinds: Readonly<Record<string, Kind>>, name: string, path: string): void {
  for (const [field, kind] of Object.entries(kinds)) {
    const value = fields[field];
    if (isOfKind(value, kind)) continue;
    const problem = value === undefined ? 'is missing' : `is no ${kind}`;
    throw usageError(`${name} is no report: ${path}${field} ${problem}`);
  }
}

function isOfKind(value: unknown, kind: Kind): boolean {
  if (kind === 'array') return Array.isArray(value);
  if (kind === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === kind;
}
