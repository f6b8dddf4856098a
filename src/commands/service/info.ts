import { descriptionFields, descriptionText, INFO, mergeDescriptions } from '../../discovery/index.js';
import { askOnce, flagsOf, printReport, type Subcommand } from './subcommand.js';

export const info: Subcommand = {
  usage: 'service info NAME [ID]',
  aliases: ['i'],
  describe: 'Show what a service is, where it listens, and its instances',
  operands: { NAME: 'The service', ID: 'One instance of it alone' },
  flags: flagsOf(),
  examples: [
    ['natsctl service info greeter', ''],
    ["natsctl service info greeter --json | jq -r '.by_endpoint[].subject'", 'its subjects'],
    ["natsctl service info greeter --json | jq -r '.by_instance[].id'", 'the ids of its instances'],
  ],
  epilogue:
    'With --json an object for each version: name, version, description, instances, endpoints, by_endpoint (name, subject, queue_group, metadata), by_instance (id, metadata).',
  takes: [['NAME'], ['ID']],

  run(scope) {
    return askOnce(scope, INFO, (answers) => {
      const services = mergeDescriptions(answers);
      return printReport(scope.output, services.map(descriptionFields), descriptionText(services));
    });
  },
};
