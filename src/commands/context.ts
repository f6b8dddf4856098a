import { usageError } from '../errors.js';
import { chooseSubcommand, defineCommand, requireOperands } from './command.js';
import { add } from './context/add.js';
import { copy } from './context/copy.js';
import { edit } from './context/edit.js';
import { ls } from './context/ls.js';
import { rm } from './context/rm.js';
import { previous, select, unselect } from './context/select.js';
import { show } from './context/show.js';
import { contextFlags, contextScope, NO_FLAGS, PATIENCE_FLAGS, type Subcommand } from './context/subcommand.js';
import { validate } from './context/validate.js';
import { refuseConnectionFlags, refuseFlagsOfOthers } from './refuse-flags.js';

const subcommands: Readonly<Record<string, Subcommand>> = {
  add,
  copy,
  edit,
  ls,
  show,
  select,
  unselect,
  previous,
  rm,
  validate,
};
const NAMES = Object.keys(subcommands);

export const context = defineCommand({
  usage: 'context SUBCOMMAND [NAME…]',
  describe: 'Manage the saved connection settings, which are those of the nats command as well',
  operands: {},
  completes: [[...NAMES, 'info', 'save'], 'context'],
  flags: contextFlags,
  subcommands,
  offline: true,
  handlesSignals: true,
  examples: [
    ['natsctl context add ci --server nats://10.0.0.7:4222 --token env://CI_TOKEN --select', ''],
    ['natsctl context show --connect', 'is the selected one of use?'],
    ['natsctl context previous', 'back to the one that was selected before'],
  ],
  epilogue:
    'Of each: natsctl context SUBCOMMAND --help; save is add, info is show. What a context is, and how it comes into use: natsctl help contexts\n\nExit codes: 0 done, 2 usage; with --connect also 4, 3',

  async run(scope) {
    const { subcommand, name, operands } = chooseSubcommand('context', subcommands, scope.operands);
    refuseFlags(subcommand, name, scope);
    const [required, optional] = subcommand.takes;
    const further = subcommand.repeats === undefined ? [] : operands.map(() => 'NAME');
    requireOperands(operands, required, [...optional, ...further]);
    return subcommand.run(contextScope(scope, operands));
  },
});

/** @throws CliError `usage` where a flag was given that means nothing to the subcommand: whoever gave it counts on it */
function refuseFlags(
  subcommand: Subcommand,
  name: string,
  { flags, global }: Parameters<typeof contextScope>[0],
): void {
  const hint = `see natsctl context ${name} --help`;
  refuseFlagsOfOthers(contextFlags, flags, subcommand.flags, `context ${name}`);
  if (global.noContext) throw usageError('--no-context means nothing here', hint);
  const isPatientForNothing = subcommand.connectionFlags === PATIENCE_FLAGS && !flags.connect;
  refuseConnectionFlags(global, hint, isPatientForNothing ? NO_FLAGS : subcommand.connectionFlags);
}
