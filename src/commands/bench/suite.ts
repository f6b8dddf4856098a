import {
  type BenchReport,
  compare,
  comparisonLines,
  openFilesOfSuite,
  pairReports,
  parseTolerance,
  type ReportFile,
  type Suite,
} from '../../bench/index.js';
import { gravestOf, usageError } from '../../errors.js';
import type { Output } from '../../output/index.js';
import { parseWholeNumber } from '../../units.js';
import { type Against, holdAgainst, regressionIn } from './judging.js';
import { printComparison } from './print-comparison.js';
import { MOST_RUNS } from './read-load.js';
import { readReportFile } from './read-report-file.js';
import { type ReadEntry, readSuite } from './read-suite.js';
import { runSuite } from './run-suite.js';
import { DEFAULT_TOLERANCE, flagsOf, type Subcommand } from './subcommand.js';
import { THIS_RUN } from './telling.js';

export const suite: Subcommand = {
  usage: 'bench suite FILE',
  describe: 'Measure several workloads in turn, so that they compare',
  operands: { FILE: 'JSON: {"runs": 5, "entries": [{"name": …, "workload": …}]}' },
  completes: ['file'],
  flags: flagsOf('runs', 'against', 'tolerance', 'force', 'csv', 'hdr', 'html'),
  examples: [
    ['natsctl bench suite sizes.json --runs 5', 'A B A B …: a table of B against A at the end'],
    ['natsctl bench suite sizes.json --json > base.jsonl', 'a report a line, with the name of its entry'],
    ["natsctl bench suite sizes.json --csv all.csv --hdr '{name}.hgrm' --html all.html", 'a histogram for each'],
    ['natsctl bench suite sizes.json --against base.jsonl --tolerance 10%', 'exit code 8 where an entry is worse'],
  ],
  epilogue:
    'An entry has a name, a workload (request, service, …), a subject (or of service, service), and the flags of bench WORKLOAD without dashes: {"name": "small", "workload": "request", "subject": "a.b", "size": "16B", "strict-rate": true}; server, context and timeout too. Its schema is natsctl/suite.schema.json.\n\nExit codes: those of the workloads, the gravest; 8 a limit was missed, or a regression',
  takes: ['FILE'],

  async run(scope) {
    const { operands, flags, output } = scope;
    const { against, force } = flags;
    if (against === undefined && flags.tolerance !== undefined) throw usageError('--tolerance goes with --against');
    if (against === undefined && force) throw usageError('--force goes with --against');
    const tolerance = parseTolerance(flags.tolerance ?? DEFAULT_TOLERANCE);
    const asked =
      flags.runs === undefined ? undefined : parseWholeNumber(flags.runs, '--runs', { min: 1, max: MOST_RUNS });
    const base = against === undefined ? undefined : readReportFile(against);
    const suite = await readSuite(operands[0] as string, scope);
    const read = base === undefined ? suite : compareEach(suite, base, { tolerance, force }, output);
    const { csv, hdr, html } = flags;
    const names = suite.entries.map(({ name }) => name);
    const files = await openFilesOfSuite({ csv, hdr, html }, names, [operands[0], against]);
    const { reports, compared, failures, stopped } = await runSuite(read, asked ?? read.runs ?? 1, output);
    if (reports.length > 0) await files.write(reports);
    if (stopped !== undefined) return stopped;
    if (!output.style.json) {
      await compareWithFirst(reports, output);
      for (const { pair, comparison, file } of compared) {
        await printComparison(output, pair, comparison, { base: file, new: THIS_RUN }, true);
      }
    }
    const regression = regressionIn(compared);
    const gravest = gravestOf([...failures, ...(regression === undefined ? [] : [regression])]);
    if (gravest !== undefined) throw gravest;
    return 0;
  },
};

/**
 * Has each entry compared with that of its name in a file.
 *
 * @throws CliError `usage` where none has one there, or what is to be measured does not compare
 */
function compareEach(
  suite: Suite<ReadEntry>,
  file: ReportFile,
  how: Pick<Against, 'tolerance' | 'force'>,
  output: Output,
): Suite<ReadEntry> {
  const { pairs, left } = pairReports(file, { name: THIS_RUN, reports: suite.entries });
  for (const entry of left) output.warn(entry);
  const entries = suite.entries.map((named) => {
    const pair = pairs.find((other) => other.new === named);
    if (pair === undefined) return named;
    const { name, entry } = named;
    const against = holdAgainst(entry.benchmark.task, { file, base: pair.base, ...how }, name);
    return { name, entry: { ...entry, judging: { ...entry.judging, against } } };
  });
  return { ...suite, entries };
}

/** The entries beside the first: what they are for is often to be compared with it. */
async function compareWithFirst([first, ...others]: readonly BenchReport[], output: Output): Promise<void> {
  for (const other of first === undefined ? [] : others) {
    const comparison = compare(first as BenchReport, other, { tolerance: Number.POSITIVE_INFINITY });
    const lines = comparisonLines(`${other.name} against ${first?.name}`, comparison, await output.dataColors());
    await output.data(`\n${lines.join('\n')}\n`);
  }
}
