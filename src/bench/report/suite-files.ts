import { usageError } from '../../errors.js';
import { csvOfSuite } from './csv.js';
import { pageOf } from './page.js';
import type { BenchReport } from './report.js';
import { openReportFiles } from './report-files.js';
import { hdrText } from './write-report.js';

/** Stands in the path of `--hdr` for the name of the entry. */
const NAME = '{name}';
/** All that a path could take for something else. */
const NOT_OF_FILES = /[^\p{L}\p{N}._-]+/gu;

/** The files that a suite is asked for: one of all entries, but of histograms one for each. */
export interface SuiteFilePaths {
  readonly csv?: string | undefined;
  /** With `{name}` in it. */
  readonly hdr?: string | undefined;
  readonly html?: string | undefined;
}

/** The files of a suite, which can be written. */
export interface SuiteFiles {
  /** @throws CliError `usage` where that went wrong after all */
  write(reports: readonly BenchReport[]): Promise<void>;
}

/**
 * Makes sure, before anything is measured, that all files can be written.
 *
 * @param names of the entries
 * @param inputs as of {@link openReportFiles}
 * @throws CliError `usage` as for a single report, and where `--hdr` does not tell the entries apart
 */
export async function openFilesOfSuite(
  { csv, hdr, html }: SuiteFilePaths,
  names: readonly string[],
  inputs: ReadonlyArray<string | undefined> = [],
): Promise<SuiteFiles> {
  const paths = hdr === undefined ? new Map<string, string>() : pathsOf(hdr, names);
  const whole = await openReportFiles({ csv, html }, inputs);
  const histograms = new Map<string, Awaited<ReturnType<typeof openReportFiles<'hdr'>>>>();
  for (const [name, path] of paths) histograms.set(name, await openReportFiles({ hdr: path }, inputs));
  return {
    async write(reports) {
      if (csv !== undefined) await whole.write('csv', csvOfSuite(reports));
      if (html !== undefined) await whole.write('html', await pageOf(reports));
      for (const report of reports) await histograms.get(report.name ?? '')?.write('hdr', await hdrText(report));
    },
  };
}

/** Of each entry, where its histogram goes. */
function pathsOf(pattern: string, names: readonly string[]): ReadonlyMap<string, string> {
  if (!pattern.includes(NAME)) {
    throw usageError(
      '--hdr: each entry of a suite has a histogram',
      `write ${NAME} for the entry: latency-${NAME}.hgrm`,
    );
  }
  const paths = new Map<string, string>();
  for (const name of names) {
    const path = pattern.replaceAll(NAME, () => name.replace(NOT_OF_FILES, '-'));
    const [other] = [...paths].find(([, taken]) => taken === path) ?? [];
    if (other !== undefined) throw usageError(`--hdr: the entries "${other}" and "${name}" would both go to ${path}`);
    paths.set(name, path);
  }
  return paths;
}
