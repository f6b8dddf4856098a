import { usageError } from '../../errors.js';
import { saveContext } from './save.js';
import { flagsOf, operandAt, SAVED_FLAGS, type Subcommand } from './subcommand.js';

export const copy: Subcommand = {
  usage: 'context copy SOURCE NAME',
  aliases: ['cp'],
  describe: 'Save a copy of a context, with what the connection flags say in place of what it has',
  operands: { SOURCE: 'The one to copy', NAME: 'The name of the copy; none of that name may be there' },
  flags: flagsOf('description', 'select'),
  examples: [
    ['natsctl context copy prod staging --server tls://staging.nats.example', ''],
    ['natsctl context copy prod old --description "before the move"', ''],
  ],
  takes: [['SOURCE', 'NAME'], []],
  connectionFlags: SAVED_FLAGS,

  async run(scope) {
    const [source, name] = [operandAt(scope, 0), operandAt(scope, 1)];
    const text = scope.store.read(source);
    if (scope.store.find(name) !== undefined) {
      throw usageError(`there is a context "${name}" already`, `remove it first: natsctl context rm ${name}`);
    }
    return saveContext(name, { name: source, text }, scope);
  },
};
