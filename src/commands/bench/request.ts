import { benchmarkOfSubject, runBench } from './run-bench.js';
import { flagsOf, LOAD_FLAGS, type LoadSubcommand, REPORT_FLAGS, SENDING_FLAGS } from './subcommand.js';

export const request: LoadSubcommand = {
  usage: 'bench request SUBJECT',
  describe: 'Measure how fast requests are answered',
  operands: { SUBJECT: 'Whom to ask' },
  flags: flagsOf(...LOAD_FLAGS, 'inflight', ...SENDING_FLAGS, ...REPORT_FLAGS),
  examples: [
    ['natsctl bench request greeter.greet', 'closed loop: the next one when one is answered'],
    [
      'natsctl bench request greeter.greet --rate 2000 --slo p99=5ms',
      'open loop: what comes late counts from its plan',
    ],
    ['natsctl bench request a.b --body \'{"id":1}\' --clients 4 --inflight 64 --html report.html', ''],
  ],
  takes: ['SUBJECT'],

  benchmark: (scope) => benchmarkOfSubject('request', scope),

  run(scope) {
    return runBench(request.benchmark(scope), scope);
  },
};
