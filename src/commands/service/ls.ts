import { STATS, serviceFields, serviceTable, sumStatistics } from '../../discovery/index.js';
import { askOnce, flagsOf, printReport, type Subcommand } from './subcommand.js';

export const ls: Subcommand = {
  usage: 'service ls [NAME]',
  aliases: ['list', 'l'],
  describe: 'List the services that answer, and what they have done',
  operands: { NAME: 'Of this name alone' },
  flags: flagsOf(),
  examples: [
    ['natsctl service ls', ''],
    ["natsctl service ls --json | jq -r 'select(.errors > 0).name'", 'those with errors'],
    ['natsctl service ls greeter', 'each version of one'],
  ],
  epilogue:
    'With --json an object for each version of a service: name, version, instances, endpoints, requests, errors, processing_ms, average_ms.',
  takes: [[], ['NAME']],

  run(scope) {
    return askOnce(scope, STATS, (answers) => {
      const services = sumStatistics(answers);
      return printReport(scope.output, services.map(serviceFields), serviceTable(services));
    });
  },
};
