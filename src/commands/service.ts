import { chooseSubcommand, defineCommand, requireOperands } from './command.js';
import { refuseFlagsOfOthers } from './refuse-flags.js';
import { info } from './service/info.js';
import { ls } from './service/ls.js';
import { ping } from './service/ping.js';
import { stats } from './service/stats.js';
import { type Subcommand, serviceFlags } from './service/subcommand.js';
import { wait } from './service/wait.js';

const subcommands: Readonly<Record<string, Subcommand>> = { ls, info, stats, ping, wait };
const NAMES = Object.keys(subcommands);

export const service = defineCommand({
  usage: 'service SUBCOMMAND [NAME]',
  describe: 'See the services of a server, in whatever language they are written',
  operands: {},
  completes: [NAMES, 'live-service'],
  flags: serviceFlags,
  subcommands,
  handlesSignals: true,
  examples: [
    ['natsctl service ls', 'all that answer'],
    ['natsctl service stats greeter --watch', 'a live table'],
    ['natsctl service wait greeter --instances 3 --for 30s', 'for scripts: exit code 6 where there are fewer'],
  ],
  epilogue:
    'Of each: natsctl service SUBCOMMAND --help. Services are asked over $SRV.PING, $SRV.INFO and $SRV.STATS (ADR-32, NATS micro); it ends when the answers have stopped coming: after a pause of 200 ms, or three times as long as the longest before it, and after --timeout in any case.\n\nExit codes: 0 done, 2 usage, 3 no connection, 4 refused or denied, 5 nobody is there, 6 nobody answers in time',

  async run(scope) {
    const { subcommand, name, operands } = chooseSubcommand('service', subcommands, scope.operands);
    refuseFlagsOfOthers(serviceFlags, scope.flags, subcommand.flags, `service ${name}`);
    requireOperands(operands, ...subcommand.takes);
    return subcommand.run({ ...scope, operands });
  },
});
