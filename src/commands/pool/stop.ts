import type { StopResult } from '../../control/index.js';
import { CliError } from '../../errors.js';
import { countOf } from '../../units.js';
import { flagsOf, type Subcommand, tellPool } from './subcommand.js';

export const stop: Subcommand = {
  usage: 'pool stop [NAME]',
  describe: 'Have a pool answer what it has in hand and end',
  operands: { NAME: 'The pool, where several run' },
  flags: flagsOf('for'),
  examples: [
    ['natsctl pool stop', ''],
    ['natsctl pool stop orders', 'where several pools run'],
    ['natsctl pool stop 4711 --for 15s', "by the supervisor's process id"],
  ],
  epilogue:
    'As SIGTERM does, and it ends when the pool has ended. Exit code 9 where requests were left unanswered, which the grace of the pool bounds (serve --grace).\n\nWith --json an object: name, unanswered, lost.',
  offline: true,
  takes: [[], ['NAME']],

  run(scope) {
    const doing = (pool: string): string => `waiting for pool ${pool} to answer what it has in hand`;
    const [name] = scope.operands;
    return tellPool<StopResult>(scope, name, { command: 'stop' }, doing, async (pool, { unanswered, lost }) => {
      const { output } = scope;
      if (output.style.json) await output.record({ name: pool, unanswered, lost });
      else output.notice(`pool ${pool} has ended`);
      if (unanswered + lost === 0) return;
      const requests = countOf(unanswered, 'request', 'requests');
      const workers = countOf(lost, 'worker', 'workers');
      throw new CliError('pool', `pool ${pool} left ${requests} unanswered, ${workers} ended without a word`, {
        hint: 'serve --grace says how long they may take',
        details: { unanswered, lost },
      });
    });
  },
};
