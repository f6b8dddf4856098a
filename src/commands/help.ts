import { TOPIC_NAMES } from '../help/index.js';
import { defineCommand } from './command.js';
import { helpText } from './help-text.js';
import { commands } from './index.js';

/** How wide a help is that no terminal shows. */
const PLAIN_COLUMNS = 80;

export const help = defineCommand({
  usage: 'help [COMMAND|TOPIC]',
  describe: 'Show the help of a command, or of a topic',
  operands: {
    COMMAND: 'As natsctl COMMAND --help',
    TOPIC: `topics lists them: ${TOPIC_NAMES.join(', ')}`,
  },
  completes: [[...commands.map(({ name }) => name), 'topics', ...TOPIC_NAMES]],
  flags: {},
  examples: [
    ['natsctl help request', 'its flags, and examples'],
    ['natsctl help topics', 'all pages that are about no single command'],
    ['natsctl help exit-codes', 'what the exit status says'],
  ],
  epilogue: 'Exit codes: 0 shown, 2 no such command or topic. It starts no pager.',
  offline: true,

  async run({ operands, output }) {
    const columns = (output.dataIsForTerminal && process.stdout.columns) || PLAIN_COLUMNS;
    await output.data(`${await helpText(operands, columns)}\n`);
    return 0;
  },
});
