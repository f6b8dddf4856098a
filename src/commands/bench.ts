import { compare } from './bench/compare.js';
import { loads } from './bench/loads.js';
import { seedsOf } from './bench/seeds-of.js';
import { sub } from './bench/sub.js';
import { benchFlags, type Subcommand } from './bench/subcommand.js';
import { suite } from './bench/suite.js';
import { chooseSubcommand, defineCommand, requireOperands } from './command.js';
import { refuseFlagsOfOthers } from './refuse-flags.js';

const subcommands: Readonly<Record<string, Subcommand>> = { ...loads, sub, suite, compare };
const NAMES = Object.keys(subcommands);

export const bench = defineCommand({
  usage: 'bench SUBCOMMAND …',
  describe: 'Measure how fast services and servers are',
  operands: {},
  completes: [NAMES, 'subject'],
  flags: benchFlags,
  subcommands,
  flagsOnSubcommands: true,
  handlesSignals: true,
  examples: [
    ['natsctl bench request greeter.greet', 'as fast as it goes, for 10 s'],
    ['natsctl bench request greeter.greet --rate 5000 --slo p99=5ms,errors=0', 'a constant rate; exit code 8'],
    ['natsctl bench request orders.new --body-lines orders.jsonl --runs 5 --json', ''],
  ],
  epilogue:
    'Of each: natsctl bench SUBCOMMAND --help\n\nExit codes: 0 measured, 2 usage, 3 no connection, 4 refused or denied, 8 a limit was missed; where nothing succeeded that of the commonest failure; 130 Ctrl-C, with a report of what was measured',

  async run(scope) {
    const { subcommand, name, operands } = chooseSubcommand('bench', subcommands, scope.operands);
    refuseFlagsOfOthers(benchFlags, scope.flags, subcommand.flags, `bench ${name}`);
    requireOperands(operands, subcommand.takes);
    return subcommand.run({ ...scope, ...seedsOf(scope), operands });
  },
});
