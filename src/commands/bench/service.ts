import { retarget, type Setting, startServedPool, subjectOfEndpoint } from '../../bench/index.js';
import { findSource } from '../../services/index.js';
import { embeddedPolicy, parseWorkerCount } from '../../workers/index.js';
import { planFromFlags } from '../connection-plan.js';
import { readLoad } from './read-load.js';
import { runBench } from './run-bench.js';
import { flagsOf, LOAD_FLAGS, type LoadSubcommand, REPORT_FLAGS, SENDING_FLAGS } from './subcommand.js';

/** What a load is read for before the pool says on what it serves. */
const UNKNOWN_SUBJECT = 'service';

export const service: LoadSubcommand = {
  usage: 'bench service SERVICE',
  describe: 'Start a pool of a service, measure how fast it answers, and stop it',
  operands: { SERVICE: 'A module, ./orders.ts, or one that comes with natsctl: echo, greeter, time' },
  flags: flagsOf('workers', 'endpoint', ...LOAD_FLAGS, 'inflight', ...SENDING_FLAGS, ...REPORT_FLAGS),
  completes: ['service'],
  examples: [
    ['natsctl bench service greeter', 'starts a server too, where none answers'],
    ['natsctl bench service ./orders.ts --endpoint new --body \'{"id":1}\' --workers 4', ''],
    ['natsctl bench service ./orders.ts --runs 5 --against base.json --tolerance 5%', 'in CI'],
  ],
  takes: ['SERVICE'],

  benchmark({ operands, flags, global, env, output }) {
    const plan = planFromFlags(global, env, 'natsctl bench');
    const task = readLoad('service', UNKNOWN_SUBJECT, flags, plan);
    const source = findSource(operands[0] as string);
    const workers = parseWorkerCount(flags.workers ?? '1');
    const embedded = embeddedPolicy({ embedded: false, noEmbedded: false }, env, plan);
    const shaped = { ...task, shape: { ...task.shape, workers } };
    const setUp = async (signal: AbortSignal): Promise<Setting | undefined> => {
      const pool = await startServedPool({ source, workers, plan, embedded, output }, signal);
      if (pool === undefined) return undefined;
      return {
        task: retarget(shaped, subjectOfEndpoint(pool.endpoints, flags.endpoint, task.shape.subjects)),
        failed: pool.failed,
        stop: () => pool.stop(),
        ...(pool.embeddedUrl === undefined
          ? {}
          : { warning: 'a development server was started for it: nats-server gives other figures' }),
      };
    };
    return { task: shaped, setUp };
  },

  async run(scope) {
    return runBench(service.benchmark(scope), scope);
  },
};
