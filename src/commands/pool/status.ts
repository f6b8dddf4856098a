import { setTimeout as pause } from 'node:timers/promises';
import { choosePool, type PoolStatus, ratesBetween, statusText } from '../../control/index.js';
import { CliError } from '../../errors.js';
import { untilSignal } from '../../lifecycle/index.js';
import { LiveText } from '../../output/index.js';
import { flagsOf, type PoolScope, poolsOf, type Subcommand, statusOf } from './subcommand.js';

const EVERY_MS = 1_000;

export const status: Subcommand = {
  usage: 'pool status [NAME]',
  describe: 'Show how a pool and each of its workers are',
  operands: { NAME: 'The pool, where several run' },
  flags: flagsOf('watch'),
  examples: [
    ['natsctl pool status', ''],
    ['natsctl pool status orders --watch', 'a live table'],
    ["natsctl pool status --json | jq '.by_worker[].pid'", 'the processes of the workers'],
  ],
  epilogue:
    'Requests, errors and times are those since the pool was started, with those of workers that have ended; with --watch the rates are those of the last second. MEMORY is resident, that of the pool includes the supervisor; LAG is how late the event loop was at most in the last seconds, as where a handler blocks it.\n\nWith --json an object: what pool ls has, by_endpoint (service, endpoint, requests, errors, in_flight, p50_ms, p99_ms) and by_worker (worker, pid, state, connected, uptime_ms, restarts, requests, …, rss_bytes, loop_lag_ms); with --watch also time, requests_per_s, errors_per_s.',
  offline: true,
  takes: [[], ['NAME']],

  async run(scope) {
    if (scope.flags.watch) return watch(scope);
    const { output, operands } = scope;
    const found = statusOf(choosePool(await poolsOf(scope), operands[0]));
    if (output.style.json) await output.record(found);
    else await output.data(linesOf(statusText(found)));
    return 0;
  },
};

/** Ctrl-C is its ordinary end; on a terminal the last table stays. A pool that has ended is waited for, by its name. */
async function watch(scope: PoolScope): Promise<number> {
  const { output, operands, env } = scope;
  const isLive = output.dataIsForTerminal && !output.style.json && env['TERM'] !== 'dumb';
  const live = isLive ? new LiveText(process.stdout) : undefined;
  const stop = new AbortController();
  let last: readonly string[] | undefined;
  let before: PoolStatus | undefined;
  let name = operands[0];

  const look = async (): Promise<void> => {
    let text: readonly string[];
    let record: object;
    try {
      const found = statusOf(choosePool(await poolsOf(scope), name));
      name ??= found.name;
      const rates = ratesBetween(before, found);
      before = found;
      text = statusText(found, rates);
      record = { ...found, ...rates };
    } catch (error) {
      const mayPass = error instanceof CliError && ['no_responders', 'timeout'].includes(error.kind);
      if (!mayPass || last === undefined) throw error;
      text = [error.message];
      record = { name, state: error.kind === 'timeout' ? 'silent' : 'ended' };
    }
    if (stop.signal.aborted) return;
    if (live !== undefined) live.show(text);
    else if (output.style.json) await output.record({ time: new Date().toISOString(), ...record });
    else await output.data(linesOf(last === undefined ? text : ['', ...text]));
    last = text;
  };
  const work = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const startedMs = performance.now();
      await look();
      await pause(startedMs + EVERY_MS - performance.now(), undefined, stop).catch(() => undefined);
    }
  };
  await untilSignal(work, async () => {
    stop.abort();
    live?.clear();
    if (live !== undefined && last !== undefined) await output.data(linesOf(last));
  });
  return 0;
}

function linesOf(text: readonly string[]): string {
  return text.map((line) => `${line}\n`).join('');
}
