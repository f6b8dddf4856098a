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
import { compareResponders } from './perf/compare-responders.mjs';
import { median, readCount, row, tellMissed } from './perf/figures.mjs';
import { childrenOf, end, folder, LoadProcess, requireBuild, startNatsctl, startNatsServer } from './perf/programs.mjs';

/** Rates as without, at least. */
const TARGET = 0.9;
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
  const asked = { load, client, subject: 'perf.nothing', messages: count, inFlight, runs };
  const results = await compareResponders(pools, asked, (which) => {
    if (which === 1) sent += count;
  });
  let missed = 0;
  for (const [index, { rate, cpuMicroseconds, ratio }] of results.entries()) {
    const goal = index === 0 ? undefined : TARGET;
    const isMissed = goal !== undefined && ratio < goal;
    if (isMissed) missed += 1;
    const figures = [Math.round(rate).toLocaleString('en-GB'), cpuMicroseconds.toFixed(2), ratio.toFixed(2)];
    const cells = [...figures, goal?.toFixed(2) ?? '', isMissed ? 'missed' : ''];
    console.log(row(HEADING, [`${CLIENTS[client].what}: ${pools[index]?.what}`, ...cells]));
  }
  return missed;
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
    pid: Number(childrenOf(pool.pid)[0]),
    healthUrl: pool.healthUrl,
    async stop() {
      await end(pool);
      await end(server);
    },
  };
}
