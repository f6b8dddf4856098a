import { benchmarkOfSubject, runBench } from './run-bench.js';
import {
  flagsOf,
  LOAD_FLAGS,
  type LoadSubcommand,
  RECEIVING_FLAGS,
  REPORT_FLAGS,
  SENDING_FLAGS,
} from './subcommand.js';

export const pubsub: LoadSubcommand = {
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

  benchmark: (scope) => benchmarkOfSubject('pubsub', scope),

  run(scope) {
    return runBench(pubsub.benchmark(scope), scope);
  },
};
