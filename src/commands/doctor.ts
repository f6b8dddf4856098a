import { defineCommand, requireOperands } from './command.js';
import { homeOf, traceStyle } from './connection-plan.js';

export const doctor = defineCommand({
  usage: 'doctor',
  describe: 'Find out why a connection fails, and say what mends it',
  operands: {},
  flags: {},
  examples: [
    ['natsctl doctor', 'what every command would use, and whether it works'],
    ['natsctl doctor --context prod', 'the same with a context, though another is selected'],
    ['natsctl doctor --json | grep \'"status":"failure"\'', 'for programs: an object for each thing looked at'],
  ],
  epilogue:
    "Shows each setting and where it comes from, what the credentials and the certificates say, and then goes the way of a connection: the host's addresses, the socket, the server's greeting, TLS, the login, round trips, the user's permissions as nats-server 2.10 and later report them, and the services that answer. Each failure has its likely cause and what mends it. Secrets are masked, and go where every other command would send them.\n\nExit codes: 0 all is well, or there are but warnings; else that of the gravest failure: 2 settings or files, 4 refused or expired, 3 a server that is not reached, 6 no answer to a PING.",

  async run({ operands, global, output, env }) {
    requireOperands(operands, []);
    const { createReport, diagnose } = await import('../diagnosis/index.js');
    const patient = { flags: global, env, home: homeOf(env), trace: traceStyle(global) };
    const columns = output.dataIsForTerminal ? process.stdout.columns : undefined;
    await diagnose(patient, await createReport(output, columns));
    return 0;
  },
});
