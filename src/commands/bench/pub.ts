import { benchmarkOfSubject, runBench } from './run-bench.js';
import { flagsOf, LOAD_FLAGS, type LoadSubcommand, REPORT_FLAGS, SENDING_FLAGS } from './subcommand.js';

export const pub: LoadSubcommand = {
  usage: 'bench pub SUBJECT',
  describe: 'Measure how fast a server takes messages',
  operands: { SUBJECT: 'Where to publish' },
  flags: flagsOf(...LOAD_FLAGS, ...SENDING_FLAGS, ...REPORT_FLAGS),
  examples: [
    ['natsctl bench pub orders.new --size 1KB', 'as fast as the server says that it has them'],
    ['natsctl bench pub orders.new --rate 5000 --duration 1m --strict-rate', 'each at its planned time'],
    ['natsctl bench pub orders --subjects 100 --body-lines orders.jsonl --clients 4', ''],
  ],
  takes: ['SUBJECT'],

  benchmark: (scope) => benchmarkOfSubject('pub', scope),

  run(scope) {
    return runBench(pub.benchmark(scope), scope);
  },
};
