#!/usr/bin/env node
/**
 * Measures what health and metrics cost: one worker of `natsctl serve --health` with a handler that does nothing, asked
 * for `/readyz` and `/metrics` every second, against the same without `--health`, in alternating runs, for nats.js as a
 * client and for a plain socket, which leaves the work to who answers. Prints medians, ratios and the target of the
 * project, and how long a page of metrics takes.
 *
 *     npm run build && npm run perf:metrics -- --runs 9 --messages 100000 --in-flight 256 --strict
 *
 * Each pool has a nats-server of its own: NATSCTL_NATS_SERVER, or the one of `npm run tools`, or on the PATH. In the
 * end the metrics are held against what was sent. With --strict a missed target is exit 1.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median, readCount, row, tellMissed } from './perf/figures.mjs';
import {
  childrenOf,
  cpuMsOf,
  end,
  folder,
  LoadProcess,
  requireBuild,
  startNatsctl,
  startNatsServer,
} from './perf/programs.mjs';

/** Rates as without, at least. */
const TARGET = 0.9;
const WARM_UP_RUNS = 2;
const SCRAPE_INTERVAL_MS = 1_000;
/** The clients and how many requests each sends, to one of nats.js. */
const CLIENTS = /** @type {const} */ ({
  nats: { what: 'nats.js', share: 1 },
  socket: { what: 'plain socket', share: 2 },
});
const HEADING = [46, 12, 14, 7, 7, 7];

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '9' },
    messages: { type: 'string', default: '100000' },
    'in-flight': { type: 'string', default: '256' },
    strict: { type: 'boolean' },
  },
});
const runs = readCount(flags.runs, '--runs');
const messages = readCount(flags.messages, '--messages');
const inFlight = readCount(flags['in-flight'], '--in-flight');
requireBuild();

const module = join(folder, 'perf.mjs');
writeFileSync(module, "export const nothing = () => '';");
const load = new LoadProcess();
const pools = [await startPool('without'), await startPool('with --health, asked every second', '--health', '0')];
const health = String(pools[1]?.healthUrl);
/** How long each page took. @type {number[]} */
const scrapesMs = [];
const scraping = setInterval(async () => {
  const started = performance.now();
  const [, metrics] = await Promise.all(['/readyz', '/metrics'].map((page) => fetch(health + page)));
  await metrics?.text();
  scrapesMs.push(performance.now() - started);
}, SCRAPE_INTERVAL_MS);

console.log(`Node ${process.version}: medians of ${runs} alternating runs, one worker, ${inFlight} in flight\n`);
console.log(row(HEADING, ['a handler that does nothing', 'requests/s', 'CPU us/request', 'ratio', 'target']));
let missed = 0;
let sent = 0;
for (const client of /** @type {const} */ (['nats', 'socket'])) missed += await measure(client);
clearInterval(scraping);

const page = await (await fetch(`${health}/metrics`)).text();
const counted = Number(/^natsctl_requests_total\{.*\} (\d+)$/m.exec(page)?.[1]);
if (counted !== sent) throw new Error(`the metrics tell of ${counted} requests, not ${sent}`);
const worst = Math.max(...scrapesMs);
console.log(
  `\n${scrapesMs.length} times asked under load: ${median(scrapesMs).toFixed(1)} ms, at most ${worst.toFixed(1)} ms`,
);
for (const { stop } of pools) await stop();
tellMissed(missed);
process.exit(flags.strict && missed > 0 ? 1 : 0);

/**
 * @param {keyof typeof CLIENTS} client
 * @returns {Promise<number>} how many targets were missed
 */
async function measure(client) {
  const count = messages * CLIENTS[client].share;
  /** For each pool. @type {number[][]} */
  const rates = pools.map(() => []);
  /** @type {number[][]} */
  const cpu = pools.map(() => []);
  for (let run = -WARM_UP_RUNS; run < runs; run++) {
    // Each goes first as often as the other.
    for (let turn = 0; turn < pools.length; turn++) {
      const which = (turn + run + WARM_UP_RUNS) % pools.length;
      const { port = 0, worker = 0 } = pools[which] ?? {};
      const cpuBefore = cpuMsOf(worker);
      const assignment = { port, subject: 'perf.nothing', messages: count, inFlight, size: 16, replySize: 0 };
      const outcome = await load.run({ client, task: 'request', ...assignment });
      if (outcome.count !== count) throw new Error(`${outcome.count} replies to ${count} requests`);
      if (which === 1) sent += count;
      if (run < 0) continue;
      rates[which]?.push((count * 1_000) / (outcome.endedMs - outcome.startedMs));
      cpu[which]?.push(((cpuMsOf(worker) - cpuBefore) * 1_000) / count);
    }
  }
  for (const [index, { what }] of pools.entries()) {
    // Of each run with its neighbour: what the machine does besides passes.
    const ratio = median((rates[index] ?? []).map((rate, run) => rate / (rates[0]?.[run] ?? Number.NaN)));
    const goal = index === 0 ? undefined : TARGET;
    const rate = Math.round(median(rates[index] ?? [])).toLocaleString('en-GB');
    const isMissed = goal !== undefined && ratio < goal;
    const figures = [rate, median(cpu[index] ?? []).toFixed(2), ratio.toFixed(2), goal?.toFixed(2) ?? ''];
    console.log(row(HEADING, [`${CLIENTS[client].what}: ${what}`, ...figures, isMissed ? 'missed' : '']));
    if (isMissed) return 1;
  }
  return 0;
}

/**
 * @param {string} what
 * @param {readonly string[]} args
 */
async function startPool(what, ...args) {
  const server = await startNatsServer();
  const pool = await startNatsctl(['serve', module, '--log', 'off', '-s', server.url, ...args]);
  return {
    what,
    port: server.port,
    worker: Number(childrenOf(pool.pid)[0]),
    healthUrl: pool.healthUrl,
    async stop() {
      await end(pool);
      await end(server);
    },
  };
}
