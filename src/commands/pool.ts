import { chooseSubcommand, defineCommand, requireOperands } from './command.js';
import { ls } from './pool/ls.js';
import { reload } from './pool/reload.js';
import { scale } from './pool/scale.js';
import { status } from './pool/status.js';
import { stop } from './pool/stop.js';
import { poolFlags, type Subcommand } from './pool/subcommand.js';
import { refuseConnectionFlags, refuseFlagsOfOthers } from './refuse-flags.js';

const subcommands: Readonly<Record<string, Subcommand>> = { ls, status, scale, reload, stop };
const NAMES = Object.keys(subcommands);

export const pool = defineCommand({
  usage: 'pool SUBCOMMAND [NAME]',
  describe: 'See and steer the pools that `natsctl serve` runs on this machine',
  operands: {},
  completes: [NAMES, 'pool'],
  flags: poolFlags,
  subcommands,
  offline: true,
  handlesSignals: true,
  examples: [
    ['natsctl pool status orders --watch', 'a live table'],
    ['natsctl pool reload orders', 'workers with what there is to load now, no request lost'],
    ['natsctl pool scale 8 orders', 'more workers, or fewer, which are drained'],
  ],
  epilogue:
    "Of each: natsctl pool SUBCOMMAND --help. NAME is that of the pool, of a service of it, or the supervisor's process id; it is needed where several run. Pools of this user on this machine alone are seen, over a socket that only this user can reach.\n\nExit codes: 0 done, 2 usage, or several pools and no NAME, 5 no such pool runs, 6 no answer in time, 9 the pool cannot do it now; of reload and scale also that of what keeps a new worker from serving, such as 2 for a module that cannot be loaded",

  async run(scope) {
    const { subcommand, name, operands } = chooseSubcommand('pool', subcommands, scope.operands);
    refuseFlagsOfOthers(poolFlags, scope.flags, subcommand.flags, `pool ${name}`);
    refuseConnectionFlags(scope.global, `see natsctl pool ${name} --help`);
    requireOperands(operands, ...subcommand.takes);
    return subcommand.run({ ...scope, operands });
  },
});
