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
import { compareResponders, requestRate } from './perf/compare-responders.mjs';
import { median, readCount, row, tellMissed } from './perf/figures.mjs';
import {
  childrenOf,
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
  const asked = { load, client, subject: 'perf.nothing', messages, inFlight, runs };
  for (const [index, { rate, cpuMicroseconds, ratio }] of (await compareResponders(ways, asked)).entries()) {
    const { what = '', target } = ways[index] ?? {};
    const figures = [Math.round(rate).toLocaleString('en-GB'), cpuMicroseconds.toFixed(2)];
    print(`${client}: ${what}`, figures, ratio, client === 'nats' ? target : undefined);
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
    const burning = /** @type {const} */ ({ client: 'socket', subject: 'perf.burn', messages: burns, inFlight });
    const one = await requestRate(load, { ...burning, port: servers[0]?.port ?? 0 });
    const two = await requestRate(load, { ...burning, port: servers[1]?.port ?? 0 });
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
