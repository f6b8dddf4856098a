import { benchmarkOfSubject, runBench } from './run-bench.js';
import { flagsOf, LOAD_FLAGS, RECEIVING_FLAGS, REPORT_FLAGS, type Subcommand } from './subcommand.js';

export const sub: Subcommand = {
  usage: 'bench sub SUBJECT',
  describe: 'Measure what arrives of a load that is made elsewhere, from its first message on',
  operands: { SUBJECT: 'What to receive; * and > as in a subscription' },
  flags: flagsOf(...LOAD_FLAGS, ...RECEIVING_FLAGS, 'subjects', ...REPORT_FLAGS),
  examples: [
    ['natsctl bench sub orders.new --duration 30s', 'here, and on another machine: natsctl bench pub orders.new'],
    ['natsctl bench sub orders.new --messages 1000000 --slo lost=0', 'exit code 8 where some are missing'],
    ["natsctl bench sub 'orders.>' --subscribers 4 --queue workers", 'each message to one of four'],
  ],
  takes: ['SUBJECT'],

  run(scope) {
    return runBench(benchmarkOfSubject('sub', scope), scope);
  },
};
