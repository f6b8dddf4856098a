import { CliError } from '../errors.js';
import { defineCommand } from './command.js';

export const doctor = defineCommand({
  usage: 'doctor',
  describe: 'Find out why a connection fails, and say what mends it',
  operands: {},
  flags: {},
  examples: [],
  async run() {
    throw new CliError('internal', 'doctor is being built');
  },
});
