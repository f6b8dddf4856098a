import { MOST_WORKERS, type ScaleResult } from '../../control/index.js';
import { countOf, formatDuration, parseWholeNumber } from '../../units.js';
import { flagsOf, type Subcommand, tellPool } from './subcommand.js';

export const scale: Subcommand = {
  usage: 'pool scale N [NAME]',
  describe: 'Have a pool run with so many workers; those that go are drained',
  operands: { N: `How many, 1 to ${MOST_WORKERS}`, NAME: 'The pool, where several run' },
  completes: [undefined, 'pool'],
  flags: flagsOf('for'),
  examples: [
    ['natsctl pool scale 8', ''],
    ['natsctl pool scale 2 orders', 'where several pools run'],
    ['natsctl pool scale 20 orders --for 1m', 'exit code 6 where it takes longer'],
  ],
  epilogue:
    'It ends when the new ones serve, or those that go have answered what they had in hand: they have the grace (serve --grace), or the deadline of the slowest handler where that is longer. The first new one is started alone: where it does not come to serve the pool stays as it was. It counts until the pool ends.\n\nWith --json an object: name, workers, was, unanswered, lost, took_ms.',
  offline: true,
  takes: [['N'], ['NAME']],

  run(scope) {
    const [text = '', name] = scope.operands;
    const workers = parseWholeNumber(text, 'N', { min: 1, max: MOST_WORKERS });
    const doing = (pool: string): string => `scaling pool ${pool} to ${countOf(workers, 'worker', 'workers')}`;
    return tellPool<ScaleResult>(scope, name, { command: 'scale', workers }, doing, async (pool, result) => {
      const { output } = scope;
      if (result.unanswered > 0) {
        output.warn(
          `${countOf(result.unanswered, 'request', 'requests')} not answered in time (serve --grace, --handler-timeout)`,
        );
      }
      if (result.lost > 0) output.warn(`${countOf(result.lost, 'worker', 'workers')} ended before all was answered`);
      if (output.style.json) await output.record({ name: pool, ...result });
      else {
        const now = `pool ${pool} has ${countOf(workers, 'worker', 'workers')}`;
        output.notice(`${now} after ${formatDuration(result.took_ms)}; it had ${result.was}`);
      }
    });
  },
};
