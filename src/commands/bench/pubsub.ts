import { measureSubject } from './run-bench.js';
import { flagsOf, LOAD_FLAGS, RECEIVING_FLAGS, REPORT_FLAGS, SENDING_FLAGS, type Subcommand } from './subcommand.js';

export const pubsub: Subcommand = {
  usage: 'bench pubsub SUBJECT',
  describe: 'Measure how messages get from publishers to subscribers',
  operands: { SUBJECT: 'Where to publish, and what to receive' },
  flags: flagsOf(...LOAD_FLAGS, ...RECEIVING_FLAGS, ...SENDING_FLAGS, ...REPORT_FLAGS),
  examples: [
    ['natsctl bench pubsub orders.new --rate 5000 --slo p99=5ms,lost=0', 'latency from the planned time on'],
    ['natsctl bench pubsub orders.new --subscribers 4 --size 1KB', 'a copy of each to all four'],
    ['natsctl bench pubsub orders.new --clients 2 --subscribers 4 --queue q', 'each message to one of four'],
  ],
  takes: ['SUBJECT'],

  run(scope) {
    return measureSubject('pubsub', scope);
  },
};
