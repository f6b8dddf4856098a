import { poolFields, poolTable } from '../../control/index.js';
import { flagsOf, poolsOf, type Subcommand } from './subcommand.js';

export const ls: Subcommand = {
  usage: 'pool ls',
  aliases: ['list', 'l'],
  describe: 'List the pools of this user that run on this machine',
  operands: {},
  flags: flagsOf(),
  examples: [
    ['natsctl pool ls', ''],
    [
      `natsctl pool ls --json | jq -r 'select(.state != "serving" or .connected < .ready).name'`,
      'those that start, drain, or have lost the server',
    ],
    [
      `natsctl pool ls --json | jq -r '"\\(.pid)/\\(.name)"' | xargs -d '\\n' -n1 natsctl pool reload`,
      'all, also those that share a supervisor',
    ],
  ],
  epilogue:
    'With --json an object for each: name, pid, state (starting, serving, reloading, scaling, draining, silent), workers, ready, connected (how many of those have their connection to the server), restarts, started, uptime_ms, requests, errors, in_flight, p50_ms, p99_ms, rss_bytes, url, context, services, version. One that does not answer within 5 s is silent: of it pid and state are known.',
  offline: true,
  takes: [[], []],

  async run(scope) {
    const { output } = scope;
    const pools = await poolsOf(scope);
    if (output.style.json) for (const pool of pools) await output.record(poolFields(pool));
    else if (pools.length > 0)
      await output.data(
        poolTable(pools)
          .map((line) => `${line}\n`)
          .join(''),
      );
    if (pools.length === 0) output.notice('no pool of yours runs on this machine: natsctl serve starts one');
    return 0;
  },
};
