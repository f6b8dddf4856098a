import { CliError } from '../errors.js';
import { defineCommand } from './command.js';

export const pub = defineCommand({
  usage: 'pub',
  describe: 'Publish a message, or many',
  operands: {},
  flags: {},
  examples: [],
  async run() {
    throw new CliError('internal', 'pub is being built');
  },
});
