import { openReportFiles, pageOf, parseTolerance, type ReportFile } from '../../bench/index.js';
import { refuseConnectionFlags } from '../refuse-flags.js';
import { compareFiles } from './compare-files.js';
import { readReportFile } from './read-report-file.js';
import { DEFAULT_TOLERANCE, flagsOf, type Subcommand } from './subcommand.js';

export const compare: Subcommand = {
  usage: 'bench compare BASE NEW',
  describe: 'Say which of two reports is faster, and call no noise a change',
  operands: { BASE: 'A report that --json wrote, or those of a suite', NEW: 'The one to judge' },
  completes: ['file', 'file'],
  flags: flagsOf('tolerance', 'force', 'html'),
  examples: [
    ['natsctl bench request a.b --runs 5 --json > base.json', 'before a change'],
    ['natsctl bench compare base.json new.json --tolerance 10%', 'after it: exit code 8 where worse'],
    ["natsctl bench compare base.json new.json --json | jq '.figures[]'", ''],
    ['natsctl bench compare base.json new.json --html compare.html', 'their charts beside each other'],
  ],
  epilogue:
    'A figure has changed where the medians of the runs are further apart than the runs themselves explain, and by more than 1 %: of twenty comparisons of the same thing at most one says anything else. Five runs of each show a tenth on most machines; a single one only what is far off.\n\nExit codes: 0 compared, 2 usage, and where machine, Node, server or shape differ, 8 worse by more than noise and tolerance',
  takes: ['BASE', 'NEW'],

  async run({ operands, flags, global, output }) {
    refuseConnectionFlags(global, 'bench compare reads files, and connects to no server');
    const tolerance = parseTolerance(flags.tolerance ?? DEFAULT_TOLERANCE);
    const [base, next] = operands.map(readReportFile) as [ReportFile, ReportFile];
    const files = await openReportFiles({ html: flags.html }, operands);
    const failure = await compareFiles(base, next, { tolerance, force: flags.force }, output);
    // A regression is what somebody will want to look at.
    if (flags.html !== undefined)
      await files.write('html', await pageOf([...base.reports, ...next.reports], tolerance));
    if (failure !== undefined) throw failure;
    return 0;
  },
};
