import type { Output } from '../../output/index.js';
import { type Bucket, decodeHistogram, encodeHistogram } from '../histogram/hdr.js';
import { csvText } from './csv.js';
import { pageOf } from './page.js';
import type { BenchReport } from './report.js';
import { openReportFiles, type ReportFilePaths, type ReportFiles } from './report-files.js';
import { reportLines } from './terminal/report-lines.js';

/** What becomes of a report in each kind of file, by the flag that names the file. */
const FORMS = {
  csv: (report) => csvText(report),
  hdr: hdrText,
  html: (report) => pageOf([report]),
} as const satisfies Record<string, (report: BenchReport) => string | Promise<string>>;

/** A kind of file that a report is written to. */
export type ReportForm = keyof typeof FORMS;

/** Of a pipe, and where a terminal does not know. */
const COLUMNS_WHERE_UNKNOWN = 80;

/**
 * To be called before the run: see {@link openReportFiles}.
 *
 * @throws CliError `usage`
 */
export function openFilesOfReport(
  paths: ReportFilePaths<ReportForm>,
  inputs: ReadonlyArray<string | undefined> = [],
): Promise<ReportFiles<ReportForm>> {
  return openReportFiles(paths, inputs);
}

/**
 * Gives a report to whoever asked for it: to stdout, as one object with `--json` and as text without, and to its files.
 *
 * @param columns of the terminal
 * @throws CliError `usage` where a file cannot be written after all; the others are, and so is stdout
 */
export async function writeReport(
  report: BenchReport,
  output: Output,
  files: ReportFiles<ReportForm>,
  columns = output.dataIsForTerminal ? process.stdout.columns : undefined,
): Promise<void> {
  // The files first: who reads stdout may go away, which ends the program.
  const failure = await writeFiles(report, files);
  if (output.style.json) await output.record(report);
  else {
    const layout = { columns: columns || COLUMNS_WHERE_UNKNOWN, colors: await output.dataColors() };
    const lines = reportLines(report, await bucketsOf(report), layout);
    await output.data(lines.map((line) => `${line}\n`).join(''));
  }
  if (failure !== undefined) throw failure;
  if (files.forms.includes('hdr') && report.latency_histogram === undefined) {
    output.warn('nothing had a latency: the file of --hdr says so');
  }
}

/** @returns the first failure */
async function writeFiles(report: BenchReport, files: ReportFiles<ReportForm>): Promise<unknown> {
  let failure: unknown;
  for (const form of files.forms) {
    try {
      await files.write(form, await FORMS[form](report));
    } catch (error) {
      failure ??= error;
    }
  }
  return failure;
}

async function bucketsOf({ latency_histogram: text }: BenchReport): Promise<readonly Bucket[]> {
  return text === undefined ? [] : [...(await decodeHistogram(text)).buckets()];
}

/** The distribution of the latencies by percentile, in ms; one of nothing where nothing has a latency. */
export async function hdrText({ latency_histogram: text }: BenchReport): Promise<string> {
  return (await decodeHistogram(text ?? (await encodeHistogram([])))).hgrm();
}
