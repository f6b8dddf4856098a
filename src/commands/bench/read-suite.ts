import { readFileSync } from 'node:fs';
import { type Benchmark, parseSuite, type Suite } from '../../bench/index.js';
import { usageError } from '../../errors.js';
import { explainReadError } from '../../input/index.js';
import { requireOperands } from '../command.js';
import type { GlobalFlags } from '../global-flags.js';
import { globalFlags } from '../global-flags.js';
import { refuseFlagsOfOthers } from '../refuse-flags.js';
import { type Judging, readJudging } from './judging.js';
import { loads } from './loads.js';
import { MOST_RUNS } from './read-load.js';
import { seedsOf } from './seeds-of.js';
import { type BenchScope, benchFlags, REPORT_FLAGS } from './subcommand.js';

/** An entry of a suite, read. */
export interface ReadEntry {
  readonly benchmark: Benchmark;
  readonly judging: Judging;
  /** `--strict-rate`. */
  readonly isRateStrict: boolean;
}

/** The global flags that an entry may set, so that two servers can be compared. */
const OF_ENTRIES: ReadonlySet<string> = new Set(['server', 'context', 'timeout']);
/** `seed` is a flag of a load as well. */
const REFUSED = [
  ...Object.keys(globalFlags).filter((name) => !OF_ENTRIES.has(name) && name !== 'seed'),
  ...REPORT_FLAGS.filter((name) => name !== 'slo'),
];
/** Wide enough for a help that nobody sees. */
const COLUMNS = 80;

/**
 * Reads the file of a suite, each entry as the command line would.
 *
 * @param scope of the suite: what its entries do not set comes from there
 * @throws CliError `usage`
 */
export function readSuite(path: string, scope: BenchScope): Promise<Suite<ReadEntry>> {
  return parseSuite(readText(path), path, {
    workloads: Object.keys(loads),
    mostRuns: MOST_RUNS,
    refusedFlags: REFUSED,
    async read({ workload, operand, flags }) {
      const load = loads[workload];
      // Loaded here, since it loads all commands in turn.
      const { parseCommandLine } = await import('../parse.js');
      const read = await parseCommandLine(['bench', workload, ...flags, '--', operand], COLUMNS);
      if (load === undefined || read.kind !== 'run') throw usageError('it measures nothing');
      const asked: BenchScope = {
        ...scope,
        operands: read.operands.slice(1),
        afterDashes: read.afterDashes,
        flags: read.flags as BenchScope['flags'],
        global: mergeGlobal(scope.global, read.global),
      };
      refuseFlagsOfOthers(benchFlags, asked.flags, load.flags, `bench ${workload}`);
      requireOperands(asked.operands, load.takes);
      const entryScope = { ...asked, ...seedsOf(asked) };
      const benchmark = load.benchmark(entryScope);
      return {
        benchmark,
        judging: readJudging(benchmark.task, entryScope.flags),
        isRateStrict: entryScope.flags.strictRate,
      };
    },
  });
}

/** The flag `--seed` of an entry is told apart later: it is the same of both. */
function mergeGlobal(suite: GlobalFlags, { server, context, timeout, seed }: GlobalFlags): GlobalFlags {
  return {
    ...suite,
    server: server ?? suite.server,
    context: context ?? suite.context,
    timeout: timeout ?? suite.timeout,
    seed: seed ?? suite.seed,
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw explainReadError(path, error);
  }
}
