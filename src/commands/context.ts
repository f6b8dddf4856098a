import { CliError } from '../errors.js';
import { defineCommand } from './command.js';

export const context = defineCommand({
  usage: 'context',
  describe: 'Manage the saved connection settings',
  operands: {},
  flags: {},
  examples: [],
  async run() {
    throw new CliError('internal', 'context is being built');
  },
});
