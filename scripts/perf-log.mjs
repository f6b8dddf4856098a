#!/usr/bin/env node
/**
 * Measures what the log of requests costs: pools of one worker that log to a file, as text and as JSON, against one
 * that does not log, in alternating runs; prints medians, ratios and the target of the project.
 *
 *     npm run build && npm run perf:log -- --runs 9 --messages 30000 --in-flight 256 --strict
 *
 * Each pool has a nats-server of its own: NATSCTL_NATS_SERVER, or the one of `npm run tools`, or on the PATH. Each run
 * checks that every request was answered, and in the end that each is in the log. With --strict a missed target is
 * exit 1.
 */
import { closeSync, openSync, readFileSync } from 'node:fs';
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

/** Rates as without a log, at least. @type {Record<string, number>} */
const TARGETS = { 'nats text': 0.8, 'nats json': 0.8, 'socket text': 0.8, 'socket json': 0.8 };
/** The clients and how many requests each sends, to one of nats.js: a plain socket leaves the work to the worker. */
const CLIENTS = /** @type {const} */ ({
  nats: { what: 'nats.js', share: 1 },
  socket: { what: 'plain socket', share: 4 },
});
const FORMATS = /** @type {const} */ (['off', 'text', 'json']);
const WARM_UP_RUNS = 2;
/** As long as a name is that greeter is told. */
const BODY_BYTES = 12;
const HEADING = [34, 10, 5, 14, 7];

/** @typedef {Awaited<ReturnType<typeof startPool>>} Pool */
/** @typedef {{ readonly rate: number, readonly cpuMicroseconds: number }} Run */

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '9' },
    messages: { type: 'string', default: '30000' },
    'in-flight': { type: 'string', default: '256' },
    strict: { type: 'boolean' },
  },
});
const runs = readCount(flags.runs, '--runs');
const messages = readCount(flags.messages, '--messages');
const inFlight = readCount(flags['in-flight'], '--in-flight');
requireBuild();

const load = new LoadProcess();
/** @type {Pool[]} */
const pools = [];
for (const format of FORMATS) pools.push(await startPool(format));

let missed = 0;
console.log(`Node ${process.version}: medians of ${runs} alternating runs, one worker, ${inFlight} in flight\n`);
console.log(row(HEADING, ['log of requests, to a file', 'requests/s', 'ratio', 'CPU us/request', 'target']));
missed += await measure('nats');
missed += await measure('socket');
for (const { format, requests, logged, stop } of pools) {
  await stop();
  const expected = format === 'off' ? 0 : requests.sent;
  if (logged() !== expected) throw new Error(`--log ${format}: ${logged()} requests in the log, not ${expected}`);
}
console.log();
tellMissed(missed);
process.exit(flags.strict && missed > 0 ? 1 : 0);

/**
 * @param {keyof typeof CLIENTS} client
 * @returns {Promise<number>} how many targets were missed
 */
async function measure(client) {
  const { what, share } = CLIENTS[client];
  /** For each pool. @type {Run[][]} */
  const results = pools.map(() => []);
  for (let run = -WARM_UP_RUNS; run < runs; run++) {
    // Each goes first as often as the others.
    for (let turn = 0; turn < pools.length; turn++) {
      const which = (turn + run + WARM_UP_RUNS) % pools.length;
      const result = await runOnce(client, /** @type {Pool} */ (pools[which]), messages * share);
      if (run >= 0) results[which]?.push(result);
    }
  }
  const rates = results.map((all) => median(all.map(({ rate }) => rate)));
  let missed = 0;
  for (const [index, { format }] of pools.entries()) {
    const rate = rates[index] ?? Number.NaN;
    const ratio = rate / (rates[0] ?? Number.NaN);
    const cpu = median((results[index] ?? []).map(({ cpuMicroseconds }) => cpuMicroseconds));
    const target = TARGETS[`${client} ${format}`];
    const isMissed = target !== undefined && ratio < target;
    if (isMissed) missed += 1;
    const cells = [Math.round(rate).toLocaleString('en-GB'), ratio.toFixed(2), cpu.toFixed(1)];
    const verdict = [target?.toFixed(2) ?? '', isMissed ? 'missed' : ''];
    console.log(row(HEADING, [`${what}: --log ${format}`, ...cells, ...verdict]));
  }
  return missed;
}

/**
 * @param {keyof typeof CLIENTS} client
 * @param {Pool} pool
 * @param {number} count
 * @returns {Promise<Run>}
 */
async function runOnce(client, { port, worker, requests }, count) {
  const cpuBefore = cpuMsOf(worker);
  const task = /** @type {const} */ ('request');
  const replySize = 'Hello, !'.length + BODY_BYTES;
  const body = { size: BODY_BYTES, replySize };
  const outcome = await load.run({ client, task, port, subject: 'greeter.greet', messages: count, inFlight, ...body });
  const cpuMs = cpuMsOf(worker) - cpuBefore;
  if (outcome.count !== count) throw new Error(`${outcome.count} replies to ${count} requests`);
  requests.sent += count;
  const seconds = (outcome.endedMs - outcome.startedMs) / 1_000;
  return { rate: count / seconds, cpuMicroseconds: (cpuMs * 1_000) / count };
}

/** @param {(typeof FORMATS)[number]} format */
async function startPool(format) {
  const server = await startNatsServer();
  const logFile = join(folder, `${format}.log`);
  const descriptor = openSync(logFile, 'w');
  const pool = await startNatsctl(['serve', 'greeter', '--log', format, '--server', server.url], descriptor);
  closeSync(descriptor);
  return {
    format,
    port: server.port,
    worker: Number(childrenOf(pool.pid)[0]),
    requests: { sent: 0 },
    /** How many requests are in the log. */
    logged: () => readFileSync(logFile, 'latin1').split('Received request for ').length - 1,
    async stop() {
      await end(pool);
      await end(server);
    },
  };
}
