import { connect } from '../../connection/index.js';
import {
  type ServiceStatistics,
  STATS,
  statisticsFields,
  statisticsText,
  sumStatistics,
  watchStatistics,
} from '../../discovery/index.js';
import { untilSignal } from '../../lifecycle/index.js';
import { LiveText } from '../../output/index.js';
import { planFromFlags } from '../connection-plan.js';
import {
  askOnce,
  flagsOf,
  printReport,
  type ServiceScope,
  type Subcommand,
  targetOf,
  warnOfUnreadable,
} from './subcommand.js';

export const stats: Subcommand = {
  usage: 'service stats NAME [ID]',
  describe: 'Show what a service has done, by endpoint and by instance',
  operands: { NAME: 'The service', ID: 'One instance of it alone' },
  flags: flagsOf('watch'),
  examples: [
    ['natsctl service stats greeter', ''],
    ['natsctl service stats greeter --watch', 'a live table'],
    ["natsctl service stats greeter --watch --json | jq '.requests_per_s // empty'", 'a rate a second'],
  ],
  epilogue:
    'AVERAGE is that of all time, NOW that of the last second. With --json an object for each version: what service ls has, by_endpoint (name, subject, queue_group, …, last_error), by_instance (id, started, …); with --watch also time, requests_per_s, errors_per_s, recent_average_ms. In a pipe --watch prints the table anew each second.',
  takes: [['NAME'], ['ID']],

  run(scope) {
    if (scope.flags.watch) return watch(scope);
    return askOnce(scope, STATS, (answers) => {
      const services = sumStatistics(answers);
      return printReport(scope.output, services.map(statisticsFields), statisticsText(services));
    });
  },
};

/** Ctrl-C is its ordinary end; on a terminal the last table stays. */
async function watch({ operands, global, env, output }: ServiceScope): Promise<number> {
  const target = targetOf(operands);
  const plan = planFromFlags(global, env, 'natsctl service');
  const isLive = output.dataIsForTerminal && !output.style.json && env['TERM'] !== 'dumb';
  const live = isLive ? new LiveText(process.stdout) : undefined;
  const stop = new AbortController();
  const ended = (): string[] => [`no instance of ${target.name} answers`];
  let last: readonly string[] | undefined;
  let hasWarned = false;

  const show = async (services: readonly ServiceStatistics[]): Promise<void> => {
    const text = services.length === 0 ? ended() : statisticsText(services);
    if (live !== undefined) live.show(text);
    else {
      const nobody = { name: target.name, instances: 0 };
      const objects = services.length === 0 ? [nobody] : services.map(statisticsFields);
      const time = new Date().toISOString();
      await printReport(
        output,
        objects.map((object) => ({ time, ...object })),
        last === undefined ? text : ['', ...text],
      );
    }
    last = text;
  };
  const work = async (): Promise<void> => {
    const connection = await connect(plan);
    try {
      const watched = {
        target,
        timeoutMs: plan.timeoutMs,
        show,
        tellLost() {
          live?.clear();
          output.warn(`the connection to ${connection.server()} was lost; reconnecting`);
        },
        tellUnreadable(unreadable: Parameters<typeof warnOfUnreadable>[2]) {
          if (hasWarned || unreadable === undefined) return;
          hasWarned = true;
          live?.clear();
          warnOfUnreadable(output, STATS.verb, unreadable);
        },
      };
      await watchStatistics(connection, watched, stop.signal);
    } finally {
      live?.clear();
      await connection.close();
    }
  };
  await untilSignal(work, async () => {
    stop.abort();
    live?.clear();
    if (live !== undefined && last !== undefined) await output.data(last.map((line) => `${line}\n`).join(''));
  });
  return 0;
}
