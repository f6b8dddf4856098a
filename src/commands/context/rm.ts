import { unknownContext } from '../../connection/for-contexts.js';
import { usageError } from '../../errors.js';
import { escapeLine } from '../../output/index.js';
import { ask, mayAsk } from './ask.js';
import { flagsOf, NO_FLAGS, operandAt, type Subcommand } from './subcommand.js';

export const rm: Subcommand = {
  usage: 'context rm NAME',
  aliases: ['remove'],
  describe: 'Remove a context, and the selection where it is the selected one',
  operands: { NAME: 'The context' },
  flags: flagsOf('force'),
  examples: [
    ['natsctl context rm staging', 'asks first'],
    ['natsctl context rm ci --force', 'in a script'],
  ],
  takes: [['NAME'], []],
  offline: true,
  connectionFlags: NO_FLAGS,

  async run(scope) {
    const { store, flags, output } = scope;
    const name = operandAt(scope, 0);
    const isThere = store.find(name) !== undefined;
    if (!isThere && !flags.force) throw unknownContext(name, store.names());
    if (!flags.force) {
      if (!mayAsk(output)) throw usageError('there is no terminal to ask on', 'remove it without asking: --force');
      const mark = store.selected() === name ? ', which is selected' : '';
      const answer = await ask(`Remove context ${escapeLine(name)}${mark}? [y/N] `);
      if (!/^y(es)?$/i.test(answer)) {
        output.notice(`context ${name} is kept`);
        return 0;
      }
    }
    store.remove(name);
    output.notice(isThere ? `removed context ${name}` : `there is no context ${name}`);
    return 0;
  },
};
