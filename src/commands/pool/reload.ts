import type { ReloadResult } from '../../control/index.js';
import { countOf, formatDuration } from '../../units.js';
import { flagsOf, type Subcommand, tellPool } from './subcommand.js';

export const reload: Subcommand = {
  usage: 'pool reload [NAME]',
  describe: 'Replace the workers one by one with what there is to load now, no request lost',
  operands: { NAME: 'The pool, where several run' },
  flags: flagsOf('for'),
  examples: [
    ['natsctl pool reload', ''],
    ['git pull && npm ci && natsctl pool reload orders', 'a new version'],
    ['kill -HUP "$(jq .pid ready.json)"', 'the same, where the pool has no terminal'],
  ],
  epilogue:
    'A new worker serves before the old one drains. It ends when all new ones serve; old ones may still have requests in hand then. A module that cannot be loaded leaves the old workers serving: the exit code is 2, with file, line and reason. Flags, config file and environment are still those of the start. One that comes during another command waits for it.\n\nWith --json an object: name, replaced, took_ms.',
  offline: true,
  takes: [[], ['NAME']],

  run(scope) {
    const doing = (pool: string): string => `reloading pool ${pool}`;
    const [name] = scope.operands;
    return tellPool<ReloadResult>(scope, name, { command: 'reload' }, doing, async (pool, result) => {
      const { output } = scope;
      if (output.style.json) await output.record({ name: pool, ...result });
      else {
        const all = countOf(result.replaced, 'new worker serves', 'new workers serve');
        output.notice(`pool ${pool}: ${all} after ${formatDuration(result.took_ms)}`);
      }
    });
  },
};
