#!/usr/bin/env node
/**
 * Holds what `natsctl bench` reports against what is known: latencies of responders that are late by design, in a closed
 * loop and an open one; and rates, which the server's own counters confirm, with how late requests arrive against their
 * plan. Prints tables of Markdown, those of docs/bench.md.
 *
 *     npm run build && npm run perf:truth -- --seconds 10 --only latencies,rates --engine wire --realtime --strict
 *
 * With --realtime server, generator and responder are of the scheduler's realtime class (by `chrt` of util-linux, for root only):
 * without it, Linux lets a program that wakes up wait for some milliseconds now and then until another has had its
 * slice, which is in what the generator sees of a reply, and not in what the responder can know of it. On a machine that does other things at the same time latencies are longer than the responder's part of them: each
 * is measured up to three times, and the truest one is shown. The server is NATSCTL_NATS_SERVER, or that of
 * `npm run tools`, or on the PATH. With --strict an untrue figure is exit 1.
 */
import { execFile, execFileSync } from 'node:child_process';
import { cpus, release } from 'node:os';
import { parseArgs, promisify } from 'node:util';
import { readChoice, readCount, tellMissed } from './perf/figures.mjs';
import { end, env, launcher, requireBuild, startNatsServer, startOwn } from './perf/programs.mjs';
import { isTrue, latenessesUs, quantile, SHARES, startTruthResponder, trueLatencies } from './perf/truth.mjs';

/** @typedef {import('../src/bench/report/report.js').BenchReport} BenchReport */

const TRIES = 3;
/** A rate is right within so much of it. */
const RATE_TOLERANCE = 0.01;
const OPEN_RATE = 500;
const INFLIGHT = 4;
const STALL_MS = 2_000;
/** The responder is stalled when it has taken so many. */
const STALL_AT = 500;
/** @type {ReadonlyArray<readonly [what: string, behaviour: string]>} */
const BEHAVIOURS = [
  ['5 ms', 'fixed'],
  ['5 ms, 1 % at 100 ms', 'slow'],
  [`5 ms, one stall of ${STALL_MS / 1_000} s`, `stall:${STALL_AT}:${STALL_MS}`],
];
/** Of each workload that sends, how many messages the server reads for one, and its rates. */
const WORKLOADS = /** @type {const} */ ({
  request: { messagesOfServer: 2, rates: [100, 1_000, 5_000, 20_000] },
  pub: { messagesOfServer: 1, rates: [100, 1_000, 10_000, 50_000] },
});
/** In the scheduler's realtime class. The responder, whose loop turns, gives way to the others. */
const PRIORITY = 2;
const RESPONDER_PRIORITY = 1;
const ARRIVAL_RATES = [100, 1_000, 5_000];

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    only: { type: 'string' },
    engine: { type: 'string', default: 'wire' },
    realtime: { type: 'boolean' },
    strict: { type: 'boolean' },
  },
});
const seconds = readCount(flags.seconds, '--seconds');
const parts = readChoice(flags.only, /** @type {const} */ (['latencies', 'rates', 'arrivals']));
requireBuild();
const server = await startNatsServer(['-m', '-1']);
if (flags.realtime) hurry(server.pid, PRIORITY);
let missed = 0;
let subjects = 0;
console.log(`Node ${process.version}, ${cpus().length} processors (${cpus()[0]?.model.trim()}), Linux ${release()};`);
console.log(`${seconds} s each, engine ${flags.engine}${flags.realtime ? ', realtime' : ''}`);
if (parts.includes('latencies')) await holdLatencies();
if (parts.includes('rates')) await holdRates();
if (parts.includes('arrivals')) await holdArrivals();
console.log();
tellMissed(missed);
await end(server);
process.exit(flags.strict && missed > 0 ? 1 : 0);

/** @param {number | undefined} pid @param {number} priority */
function hurry(pid, priority) {
  execFileSync('chrt', ['--all-tasks', '--fifo', '--pid', String(priority), String(pid)]);
}

async function holdLatencies() {
  const names = Object.keys(SHARES).map((name) => (name === 'p999' ? 'p99.9' : name));
  console.log(`\n| ms | | ${names.join(' | ')} | |\n|---|---|${'--:|'.repeat(names.length)}---|`);
  for (const [what, behaviour] of BEHAVIOURS) {
    for (const rate of [undefined, OPEN_RATE]) {
      const { latencies, sorted, untrue } = await truest(() => measureLatencies(behaviour, rate));
      const cells = Object.entries(SHARES).map(([name, share]) => {
        const reported = latencies[/** @type {keyof typeof SHARES} */ (name)];
        return `${formatMs(reported)} (${formatMs(quantile(sorted, share))})`;
      });
      const loop = rate === undefined ? `closed, ${INFLIGHT} in flight` : `open, ${rate} a second`;
      console.log(`| ${what} | ${loop} | ${cells.join(' | ')} | ${tell(untrue)} |`);
    }
  }
}

/** @param {string} behaviour @param {number | undefined} rate */
async function measureLatencies(behaviour, rate) {
  const subject = freshSubject();
  const responder = await startTruthResponder(server.port, subject, behaviour);
  if (flags.realtime) hurry(responder.pid, RESPONDER_PRIORITY);
  const load = rate === undefined ? ['--inflight', String(INFLIGHT)] : ['--rate', String(rate)];
  const { latency_ms } = await bench('request', subject, load);
  const latencies = /** @type {NonNullable<typeof latency_ms>} */ (latency_ms);
  const sorted = trueLatencies(await responder.record(), rate);
  await responder.end();
  const untrue = Object.entries(SHARES).filter(
    ([name, share]) => !isTrue(latencies[/** @type {keyof typeof SHARES} */ (name)], sorted, share),
  ).length;
  return { latencies, sorted, untrue };
}

async function holdRates() {
  console.log('\n| workload | planned a second | sent | by the server | the latest, ms | CPU % | |');
  console.log('|---|--:|--:|--:|--:|--:|---|');
  const subject = freshSubject();
  const responder = await startOwn(import.meta.resolve('./perf/fast-responder.mjs'), [String(server.port), subject]);
  for (const [workload, { messagesOfServer, rates }] of Object.entries(WORKLOADS)) {
    for (const rate of rates) {
      const { report, reported, read, untrue } = await truest(async () => {
        const before = await messagesRead();
        const measured = await bench(workload, workload === 'pub' ? `${subject}.pub` : subject, [
          ...['--rate', String(rate)],
        ]);
        const kept = (measured.plan?.kept ?? Number.NaN) * rate;
        // In the time that the report says it took.
        const counted = (((await messagesRead()) - before) / messagesOfServer / measured.sent) * kept;
        const off = [kept, counted].filter((actual) => !(Math.abs(actual / rate - 1) <= RATE_TOLERANCE)).length;
        return { report: measured, reported: kept, read: counted, untrue: off };
      });
      const { plan, generator } = report;
      const cells = [formatCount(rate), formatRate(reported), formatRate(read)];
      const late = (plan?.most_behind_ms ?? Number.NaN).toFixed(1);
      console.log(
        `| \`${workload}\` | ${cells.join(' | ')} | ${late} | ${Math.round(generator.cpu_percent)} | ${tell(untrue)} |`,
      );
    }
  }
  await end(responder);
}

/** By how much requests arrive later than at their planned times, beyond the least of all. */
async function holdArrivals() {
  console.log('\n| requests a second | p50, µs | p90 | p99 | max |\n|--:|--:|--:|--:|--:|');
  for (const rate of ARRIVAL_RATES) {
    const subject = freshSubject();
    const responder = await startTruthResponder(server.port, subject, 'fixed');
    if (flags.realtime) hurry(responder.pid, RESPONDER_PRIORITY);
    await bench('request', subject, ['--rate', String(rate)]);
    const sorted = latenessesUs(await responder.record(), rate);
    await responder.end();
    const cells = [0.5, 0.9, 0.99, 1].map((share) => formatCount(quantile(sorted, share)));
    console.log(`| ${formatCount(rate)} | ${cells.join(' | ')} |`);
  }
}

/**
 * @template {{ readonly untrue: number }} T
 * @param {() => Promise<T>} measure
 * @returns {Promise<T>} the one with the fewest untrue figures
 */
async function truest(measure) {
  let best = await measure();
  for (let tries = 1; tries < TRIES && best.untrue > 0; tries++) {
    const again = await measure();
    if (again.untrue < best.untrue) best = again;
  }
  return best;
}

/** @param {string} workload @param {string} subject @param {readonly string[]} load @returns {Promise<BenchReport>} */
async function bench(workload, subject, load) {
  const through = flags.realtime ? ['chrt', '--fifo', String(PRIORITY)] : [];
  const words = ['bench', workload, subject, '-s', server.url, '--json', '--duration', `${seconds}s`];
  const commandLine = [...through, process.execPath, launcher, ...words, '--engine', flags.engine, ...load];
  const [program, ...args] = /** @type {[string, ...string[]]} */ (commandLine);
  const { stdout } = await promisify(execFile)(program, args, { env });
  return JSON.parse(stdout);
}

/** How many messages the server has read from its clients so far. @returns {Promise<number>} */
async function messagesRead() {
  const response = await fetch(`http://127.0.0.1:${server.httpPort}/varz`);
  return /** @type {{ in_msgs: number }} */ (await response.json()).in_msgs;
}

function freshSubject() {
  subjects += 1;
  return `truth.${subjects}`;
}

/** @param {number} untrue */
function tell(untrue) {
  if (untrue > 0) missed += 1;
  return untrue === 0 ? 'true' : `**${untrue} untrue**`;
}

/** @param {number} ms */
function formatMs(ms) {
  return ms < 100 ? ms.toFixed(1) : formatCount(ms);
}

/** @param {number} rate */
function formatRate(rate) {
  return rate < 999.95 ? rate.toFixed(1) : formatCount(rate);
}

/** @param {number} count */
function formatCount(count) {
  return Math.round(count).toLocaleString('en-GB');
}
