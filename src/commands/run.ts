import { usageError } from '../errors.js';
import { runWithServices } from '../run/index.js';
import { findSource } from '../services/index.js';
import { parseWorkerCount } from '../workers/index.js';
import { defineCommand } from './command.js';
import { traceStyle } from './connection-plan.js';
import { refuseConnectionFlags } from './refuse-flags.js';

export const run = defineCommand({
  usage: 'run [--serve SERVICE]… -- COMMAND [ARGUMENT]…',
  describe: 'Run a command with a NATS server of its own, and services ready on it',
  operands: { COMMAND: 'What to run; it finds the server in NATS_URL' },
  runsProgram: true,
  flags: {
    serve: {
      kind: 'list',
      completes: 'service',
      describe: 'A service to run beside it, ./orders.ts or greeter; may be repeated',
    },
    workers: { kind: 'value', alias: 'w', choices: ['auto'], describe: 'Workers of each service', default: '1' },
  },
  examples: [
    ['natsctl run -- npm test', 'tests with a server, and nothing left afterwards'],
    ['natsctl run --serve greeter -- npm test', 'with a service ready before they start'],
    ["natsctl run --serve greeter -- sh -c 'natsctl request greeter.greet World'", 'a one-liner'],
  ],
  epilogue:
    'The command gets NATS_URL and none of the other NATS_ variables. Its exit code is passed on; 125: natsctl failed, 126: the command cannot be executed, 127: it was not found, 128 and the signal: it was ended by one.',
  offline: true,
  handlesSignals: true,
  ownFailure: 125,

  async run({ operands, flags, global, output, env }) {
    const [command, ...args] = operands;
    if (command === undefined) throw usageError('COMMAND is missing', 'write it after --: natsctl run -- npm test');
    refuseConnectionFlags(global, 'natsctl run brings a server of its own; flags of the command stand after its name');
    const workers = parseWorkerCount(flags.workers ?? '1');
    const services = flags.serve.map((text) => findSource(text));
    return runWithServices({ command, args, services, workers, env, output, trace: traceStyle(global) });
  },
});
