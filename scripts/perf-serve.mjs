#!/usr/bin/env node
/**
 * Measures what a served handler costs: one worker of `natsctl serve` with a handler that does nothing, as it is served
 * by default and without its log, against a plain queue subscription of nats.js in one process, with the same client, in
 * alternating runs: nats.js, as users have it, and a plain socket, which leaves the work to who answers. Then how two workers share the work of a handler that burns 1 ms by the process's own CPU clock,
 * against what two idle busy loops reach beside one. Prints medians, ratios and the targets of the project.
 *
 *     npm run build && npm run perf:serve -- --runs 9 --messages 100000 --in-flight 256 --burns 2000 --strict
 *
 * The server is NATSCTL_NATS_SERVER, or the one of `npm run tools`, or on the PATH. With --strict a missed target is
 * exit 1.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, readCount, row, tellMissed } from './perf/figures.mjs';
import {
  childrenOf,
  cpuMsOf,
  end,
  env,
  folder,
  LoadProcess,
  requireBuild,
  startNatsctl,
  startNatsServer,
} from './perf/programs.mjs';

/** Rates as of the plain subscription, at least. */
const RATE_TARGET = 0.9;
/** Of what the machine gives two busy loops, at least. */
const SCALING_TARGET = 0.9;
const WARM_UP_RUNS = 2;
const BURN_MS = 1;
const HEADING = [46, 12, 14, 7, 7, 7];

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '9' },
    messages: { type: 'string', default: '100000' },
    'in-flight': { type: 'string', default: '256' },
    burns: { type: 'string', default: '2000' },
    strict: { type: 'boolean' },
  },
});
const runs = readCount(flags.runs, '--runs');
const messages = readCount(flags.messages, '--messages');
const inFlight = readCount(flags['in-flight'], '--in-flight');
const burns = readCount(flags.burns, '--burns');
requireBuild();

const module = join(folder, 'perf.mjs');
writeFileSync(
  module,
  `import { defineService } from 'natsctl';
  export default defineService({
    name: 'perf', version: '1.0.0',
    endpoints: {
      nothing: { subject: 'perf.nothing', handler: () => '' },
      burn: { subject: 'perf.burn', handler: () => {
        const start = process.cpuUsage();
        for (;;) {
          const { user, system } = process.cpuUsage(start);
          if (user + system >= ${BURN_MS * 1_000}) return '';
        }
      } },
    },
  });`,
);
const logFile = openSync(join(folder, 'log'), 'w');
const load = new LoadProcess();
let missed = 0;
console.log(`Node ${process.version}: medians of ${runs} alternating runs, ${inFlight} in flight\n`);
await measureRate();
await measureScaling();
tellMissed(missed);
process.exit(flags.strict && missed > 0 ? 1 : 0);

async function measureRate() {
  const plain = await startNatsServer();
  const bare = fork(
    fileURLToPath(import.meta.resolve('./perf/bare-responder.mjs')),
    [String(plain.port), 'perf.nothing'],
    { env },
  );
  await once(bare, 'message');
  /** @type {{ readonly what: string, readonly port: number, readonly pid: number, readonly target?: number }[]} */
  const ways = [{ what: 'plain queue subscription of nats.js', port: plain.port, pid: Number(bare.pid) }];
  const pools = [];
  const served = [
    {
      what: 'natsctl serve, its log to /dev/null',
      args: [],
      log: /** @type {const} */ ('ignore'),
      target: RATE_TARGET,
    },
    { what: 'natsctl serve, its log to a file', args: [], log: logFile },
    { what: 'natsctl serve --log off', args: ['--log', 'off'], log: logFile },
  ];
  for (const { args, log, ...way } of served) {
    const server = await startNatsServer();
    const pool = await startNatsctl(['serve', module, '-s', server.url, ...args], log);
    pools.push(pool, server);
    ways.push({ ...way, port: server.port, pid: Number(childrenOf(pool.pid)[0]) });
  }
  console.log(
    row(HEADING, ['a handler that does nothing, one process', 'requests/s', 'CPU us/request', 'ratio', 'target']),
  );
  await compare('nats', ways);
  await compare('socket', ways);
  bare.disconnect();
  for (const program of [...pools, plain]) await end(program);
}

/**
 * @param {'nats' | 'socket'} client
 * @param {readonly { readonly what: string, readonly port: number, readonly pid: number, readonly target?: number }[]} ways
 */
async function compare(client, ways) {
  /** For each way. @type {number[][]} */
  const rates = ways.map(() => []);
  /** Of the process that answers, for each request. @type {number[][]} */
  const cpu = ways.map(() => []);
  for (let run = -WARM_UP_RUNS; run < runs; run++) {
    // Each goes first as often as the others.
    for (let turn = 0; turn < ways.length; turn++) {
      const which = (turn + run + WARM_UP_RUNS) % ways.length;
      const { port = 0, pid = 0 } = ways[which] ?? {};
      const cpuBefore = cpuMsOf(pid);
      const rate = await rateOf(client, 'perf.nothing', port, messages, inFlight);
      if (run < 0) continue;
      rates[which]?.push(rate);
      cpu[which]?.push(((cpuMsOf(pid) - cpuBefore) * 1_000) / messages);
    }
  }
  for (const [index, { what, target }] of ways.entries()) {
    // Of each run with its neighbours: what the machine does besides passes.
    const ratio = median((rates[index] ?? []).map((rate, run) => rate / (rates[0]?.[run] ?? Number.NaN)));
    const rate = Math.round(median(rates[index] ?? [])).toLocaleString('en-GB');
    const goal = client === 'nats' ? target : undefined;
    print(`${client}: ${what}`, [rate, median(cpu[index] ?? []).toFixed(2)], ratio, goal);
  }
}

async function measureScaling() {
  const servers = [await startNatsServer(), await startNatsServer()];
  const pools = [];
  for (const [index, server] of servers.entries()) {
    pools.push(await startNatsctl(['serve', module, '-s', server.url, '-w', String(index + 1)], logFile));
  }
  /** @type {number[]} */
  const served = [];
  /** @type {number[]} */
  const loops = [];
  for (let run = -1; run < runs; run++) {
    const loopRatio = (await loopRate(2)) / (await loopRate(1));
    // The server draws a worker for each request: only with many in flight has neither one nothing to do.
    const one = await rateOf('socket', 'perf.burn', servers[0]?.port ?? 0, burns, inFlight);
    const two = await rateOf('socket', 'perf.burn', servers[1]?.port ?? 0, burns, inFlight);
    if (run < 0) continue;
    served.push(two / one);
    loops.push(loopRatio);
  }
  const [workers, machine] = [median(served), median(loops)];
  console.log(
    `\n${row(HEADING, [`a handler that burns ${BURN_MS} ms of CPU, 1 to 2 workers`, '', '', 'ratio', 'target'])}`,
  );
  print('two idle busy loops beside one', ['', ''], machine);
  print('two workers beside one', ['', ''], workers, machine * SCALING_TARGET);
  for (const program of [...pools, ...servers]) await end(program);
}

/**
 * @param {'nats' | 'socket'} client
 * @param {string} subject
 * @param {number} port
 * @param {number} count
 * @param {number} window
 * @returns {Promise<number>} requests a second
 */
async function rateOf(client, subject, port, count, window) {
  const outcome = await load.run({
    client,
    task: 'request',
    port,
    subject,
    messages: count,
    inFlight: window,
    size: 16,
    replySize: 0,
  });
  if (outcome.count !== count) throw new Error(`${outcome.count} replies to ${count} requests`);
  return (count * 1_000) / (outcome.endedMs - outcome.startedMs);
}

/**
 * How much CPU time so many processes get that do nothing but turn, together.
 *
 * @param {number} count
 * @returns {Promise<number>} turns a second
 */
async function loopRate(count) {
  const results = Array.from({ length: count }, async () => {
    const child = fork(fileURLToPath(import.meta.resolve('./perf/busy-loop.mjs')), { env });
    const [turns] = await once(child, 'message');
    return Number(turns);
  });
  return (await Promise.all(results)).reduce((sum, turns) => sum + turns, 0);
}

/**
 * @param {string} what
 * @param {readonly string[]} figures
 * @param {number} ratio
 * @param {number} [target]
 */
function print(what, figures, ratio, target) {
  const isMissed = target !== undefined && ratio < target;
  if (isMissed) missed += 1;
  console.log(row(HEADING, [what, ...figures, ratio.toFixed(2), target?.toFixed(2) ?? '', isMissed ? 'missed' : '']));
}
