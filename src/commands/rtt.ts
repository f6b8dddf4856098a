import { CliError } from '../errors.js';
import { defineCommand } from './command.js';

export const rtt = defineCommand({
  usage: 'rtt',
  describe: 'Measure the round trip to each server',
  operands: {},
  flags: {},
  examples: [],
  async run() {
    throw new CliError('internal', 'rtt is being built');
  },
});
