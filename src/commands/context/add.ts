import { usageError } from '../../errors.js';
import { saveContext } from './save.js';
import { flagsOf, operandAt, SAVED_FLAGS, type Subcommand } from './subcommand.js';

export const add: Subcommand = {
  usage: 'context add NAME',
  aliases: ['create', 'save'],
  describe: 'Save a context with what the connection flags say, or change those settings of one',
  operands: { NAME: 'Its name; no "..", "/" or "\\" in it' },
  flags: flagsOf('description', 'select'),
  examples: [
    ['natsctl context add prod --server tls://nats.example:4222 --creds ~/prod.creds', ''],
    ['natsctl context add prod --description "the real thing" --select', 'the rest of it is kept'],
    ['natsctl context add eu --context prod --server tls://eu.nats.example', 'as prod, with another server'],
  ],
  epilogue:
    'Saves --server, --creds, --nkey, --jwt, --seed, --user, --password, --token, --tlscert, --tlskey, --tlsca, --tlsfirst and --inbox-prefix, paths made absolute; no variable is saved. Credentials of another kind take the place of those that are there. Fields that natsctl does not know are kept.\n\nA secret may stay out of the file: --password env://PASSWORD, --token file:///run/secrets/token.',
  takes: [['NAME'], []],
  connectionFlags: new Set([...SAVED_FLAGS, 'context']),

  async run(scope) {
    const name = operandAt(scope, 0);
    const { store, global } = scope;
    const text = store.find(name);
    const base = global.context;
    if (base === undefined) return saveContext(name, text === undefined ? undefined : { name, text }, scope);
    if (text !== undefined) {
      throw usageError(`context ${name} is there already: --context says what a new one starts from`);
    }
    return saveContext(name, { name: base, text: store.read(base) }, scope);
  },
};
