import { groupByVersion, PING, pingFields, pingTable } from '../../discovery/index.js';
import { askOnce, flagsOf, printReport, type Subcommand } from './subcommand.js';

export const ping: Subcommand = {
  usage: 'service ping [NAME]',
  describe: 'Ask all instances whether they are there, and how long they take to say so',
  operands: { NAME: 'Those of this service alone' },
  flags: flagsOf(),
  examples: [
    ['natsctl service ping', ''],
    ['natsctl service ping greeter', 'exit code 5 where none is there'],
    ["natsctl service ping --json | jq 'select(.rtt_ms > 100)'", 'the slow ones'],
  ],
  epilogue: 'With --json an object for each instance: name, version, id, metadata, rtt_ms.',
  takes: [[], ['NAME']],

  run(scope) {
    return askOnce(scope, PING, (answers) => {
      const instances = groupByVersion(answers).flat();
      return printReport(scope.output, instances.map(pingFields), pingTable(instances));
    });
  },
};
