import { connect } from '../../connection/index.js';
import { waitForInstances } from '../../discovery/index.js';
import { untilSignal } from '../../lifecycle/index.js';
import { startSpinner } from '../../output/index.js';
import { formatDuration, parseDuration, parseWholeNumber } from '../../units.js';
import { planFromFlags } from '../connection-plan.js';
import { flagsOf, printReport, type Subcommand, serviceFlags, targetOf } from './subcommand.js';

const MOST_INSTANCES = 1_000_000;

export const wait: Subcommand = {
  usage: 'service wait NAME',
  describe: 'Wait until enough instances of a service answer',
  operands: { NAME: 'The service' },
  flags: flagsOf('instances', 'for'),
  examples: [
    ['natsctl service wait greeter', 'one at least'],
    ['natsctl service wait greeter --instances 3 --for 30s', 'exit code 6 where there are fewer by then'],
    ['natsctl service wait greeter --wait-server 30s && npm test', 'a server that is not there yet, too'],
  ],
  epilogue:
    '--for begins when the server is there, which --wait-server waits for. A connection that is lost meanwhile is waited for as well. --timeout bounds the wait for the answers to one question, which is asked again and again.\n\nWith --json an object: name, instances, waited_ms.\n\nExit codes: 0 they answer, 2 usage, 3 no connection, 4 refused or denied, 6 too few in time',
  takes: [['NAME'], []],

  run({ operands, flags, global, env, output }) {
    const { name = '' } = targetOf(operands);
    const instances = parseWholeNumber(flags.instances ?? serviceFlags.instances.default, '--instances', {
      min: 1,
      max: MOST_INSTANCES,
    });
    const forMs = parseDuration(flags.for ?? serviceFlags.for.default, '--for');
    const plan = planFromFlags(global, env, 'natsctl service');
    const many = instances === 1 ? 'an instance' : `${instances} instances`;
    const work = async (): Promise<void> => {
      const spinner = startSpinner(output, `waiting for ${many} of ${name}`);
      try {
        const connection = await connect(plan);
        try {
          const there = await waitForInstances(connection, { name, instances, forMs, timeoutMs: plan.timeoutMs });
          spinner.stop();
          output.detail(`${many} of ${name} answered after ${formatDuration(there.waitedMs)}`);
          await printReport(output, [{ name, instances, waited_ms: Math.round(there.waitedMs) }], []);
        } finally {
          await connection.close();
        }
      } finally {
        spinner.stop();
      }
    };
    return untilSignal(work, async () => undefined);
  },
};
