import {
  type BenchReport,
  compare,
  comparisonLines,
  openReportFiles,
  pageOf,
  parseTolerance,
} from '../../bench/index.js';
import { gravestOf, usageError } from '../../errors.js';
import type { Output } from '../../output/index.js';
import { parseWholeNumber } from '../../units.js';
import { compareFiles } from './compare-files.js';
import { MOST_RUNS } from './read-load.js';
import { readReportFile } from './read-report-file.js';
import { readSuite } from './read-suite.js';
import { runSuite } from './run-suite.js';
import { DEFAULT_TOLERANCE, flagsOf, type Subcommand } from './subcommand.js';

export const suite: Subcommand = {
  usage: 'bench suite FILE',
  describe: 'Measure several workloads in turn, so that they compare',
  operands: { FILE: 'JSON: {"runs": 5, "entries": [{"name": …, "workload": …}]}' },
  completes: ['file'],
  flags: flagsOf('runs', 'against', 'tolerance', 'force', 'html'),
  examples: [
    ['natsctl bench suite sizes.json --runs 5', 'A B A B …: a table of B against A at the end'],
    ['natsctl bench suite sizes.json --json > base.jsonl', 'a report a line, with the name of its entry'],
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
    const read = await readSuite(operands[0] as string, scope);
    const files = await openReportFiles({ html: flags.html }, [operands[0], against]);
    const { reports, failures, stopped } = await runSuite(read, asked ?? read.runs ?? 1, output);
    if (flags.html !== undefined && reports.length > 0) await files.write('html', await pageOf(reports));
    if (stopped !== undefined) return stopped;
    if (!output.style.json) await compareWithFirst(reports, output);
    const next = { name: 'this run', reports };
    const regression =
      base === undefined || reports.length === 0
        ? undefined
        : await compareFiles(base, next, { tolerance, force, prints: !output.style.json, follows: true }, output);
    const gravest = gravestOf([...failures, ...(regression === undefined ? [] : [regression])]);
    if (gravest !== undefined) throw gravest;
    return 0;
  },
};

/** The entries beside the first: what they are for is often to be compared with it. */
async function compareWithFirst([first, ...others]: readonly BenchReport[], output: Output): Promise<void> {
  for (const other of first === undefined ? [] : others) {
    const comparison = compare(first as BenchReport, other, { tolerance: Number.POSITIVE_INFINITY });
    const lines = comparisonLines(`${other.name} against ${first?.name}`, comparison, await output.dataColors());
    await output.data(`\n${lines.join('\n')}\n`);
  }
}
