#!/usr/bin/env node
/**
 * Measures `natsctl bench`, with both engines, against `nats bench` of the peer: the same shape on one nats-server, in
 * alternating runs; prints medians, ratios to the peer, and the targets of the project, as a table of Markdown.
 *
 *     npm run build && npm run perf:peer -- --runs 5 --seconds 1 --only request,pub --strict
 *
 * Requests are answered by scripts/perf/fast-responder.mjs, a plain socket. The peer's bench asks one at a time at each
 * client, so it is compared with as many clients. The server is NATSCTL_NATS_SERVER, or that of `npm run tools`, or on
 * the PATH; the peer NATSCTL_NATS, and so on. With --strict a missed target is exit 1.
 */
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { median, readChoice, readCount, stop, tellMissed } from './perf/figures.mjs';
import { end, folder, launcher, requireBuild, root, start, startNatsServer, startOwn } from './perf/programs.mjs';

/**
 * @typedef {object} Shape
 * @property {string} what
 * @property {'pub' | 'pubsub' | 'request'} workload
 * @property {number} clients
 * @property {number} size
 * @property {number} [subscribers]
 * @property {number} [inflight]
 * @property {number} target of the peer's rate, for the faster of the engines; 0 where there is none
 *
 * @typedef {{ readonly rate: number, readonly megabytes: number }} Run
 */

const SUBJECT = 'perf.subject';
const WARM_UP_RUNS = 1;
/** V8 compiles what is hot before it is measured; the peer is compiled. */
const WARM_UP = '500ms';
const RUN_TIMEOUT_MS = 60_000;
/** What the peer says at its end. */
const PEER_RATE = /stats: ([\d,]+) msgs\/sec/g;
const ENGINES = /** @type {const} */ (['client', 'wire']);

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    only: { type: 'string' },
    strict: { type: 'boolean' },
  },
});
const runs = readCount(flags.runs, '--runs');
const seconds = readCount(flags.seconds, '--seconds');
const workloads = readChoice(flags.only, /** @type {const} */ (['request', 'pub', 'pubsub']));
requireBuild();

const ownPeer = join(root, '.tools', 'bin', 'nats');
const peer = process.env.NATSCTL_NATS ?? (existsSync(ownPeer) ? ownPeer : 'nats');

/** @type {readonly Shape[]} */
const shapes = [1, 4].flatMap((clients) => [
  ...[1, 16, 256].map((inflight) => shape('request', clients, 128, { inflight, target: inflight === 1 ? 0 : 3 })),
  ...[16, 128, 4_096].map((size) => shape('pub', clients, size, { target: 1 })),
  ...[1, 4].map((subscribers) => shape('pubsub', clients, 128, { subscribers, target: 1 })),
]);

const config = join(folder, 'nats-server.conf');
// Whoever publishes is faster than those who receive: what waits for them is not to end them.
writeFileSync(config, 'max_pending: 4GB\nwrite_deadline: "60s"\n');
const server = await startNatsServer(['-m', '-1', '-c', config]);

let missed = 0;
console.log(`Node ${process.version}, ${cpus().length} processors (${cpus()[0]?.model.trim()}), Linux ${release()};`);
console.log(`medians of ${runs} alternating runs, messages a second, and MB resident of \`natsctl\`\n`);
console.log('| | `nats bench` | `--engine client` | ratio | `--engine wire` | ratio | MB |');
console.log('|---|--:|--:|--:|--:|--:|--:|');
for (const each of shapes) if (workloads.includes(each.workload)) await measure(each);
console.log();
tellMissed(missed);
await end(server);
process.exit(flags.strict && missed > 0 ? 1 : 0);

/**
 * @param {Shape['workload']} workload
 * @param {number} clients
 * @param {number} size
 * @param {{ subscribers?: number, inflight?: number, target: number }} rest
 * @returns {Shape}
 */
function shape(workload, clients, size, rest) {
  const of = `${clients} ${clients === 1 ? 'client' : 'clients'}`;
  const { subscribers, inflight } = rest;
  const receivers = subscribers === 1 ? '1 subscriber' : `${subscribers} subscribers`;
  const what = {
    request: `request ${size} B, ${of}, ${inflight} in flight at each`,
    pub: `publish ${size} B, ${of}`,
    pubsub: `publish ${size} B, ${of}, received by ${receivers}`,
  }[workload];
  return { what, workload, clients, size, ...rest };
}

/** @param {Shape} shape */
async function measure(shape) {
  const responder =
    shape.workload === 'request'
      ? await startOwn(import.meta.resolve('./perf/fast-responder.mjs'), [String(server.port), SUBJECT])
      : undefined;
  // How many the peer sends in the time: it is told no time.
  const messages = Math.max(1_000, Math.round((await runPeer(shape, 20_000)).rate * seconds));
  const ways = [() => runPeer(shape, messages), ...ENGINES.map((engine) => () => runOurs(shape, engine))];
  /** For each way. @type {Run[][]} */
  const results = ways.map(() => []);
  for (let run = -WARM_UP_RUNS; run < runs; run++) {
    for (let turn = 0; turn < ways.length; turn++) {
      // Each goes first as often as the others.
      const which = (turn + run + WARM_UP_RUNS) % ways.length;
      const result = await /** @type {() => Promise<Run>} */ (ways[which])();
      if (run >= 0) results[which]?.push(result);
    }
  }
  if (responder !== undefined) await end(responder);
  const [theirs = Number.NaN, ...ours] = results.map((all) => median(all.map(({ rate }) => rate)));
  const megabytes = Math.max(...results.slice(1).map((all) => median(all.map((run) => run.megabytes))));
  const isMissed = !(Math.max(...ours) / theirs >= shape.target);
  if (isMissed) missed += 1;
  const cells = ours.flatMap((rate) => [grouped(rate), (rate / theirs).toFixed(2)]);
  console.log(
    `| ${[shape.what, grouped(theirs), ...cells, megabytes.toFixed(0)].join(' | ')} |${isMissed ? ' missed' : ''}`,
  );
}

/**
 * @param {Shape} shape
 * @param {typeof ENGINES[number]} engine
 * @returns {Promise<Run>}
 */
async function runOurs({ workload, clients, size, subscribers, inflight }, engine) {
  const own = [
    ...(inflight === undefined ? [] : ['--inflight', String(inflight)]),
    ...(subscribers === undefined ? [] : ['--subscribers', String(subscribers)]),
  ];
  const common = ['--clients', String(clients), '--size', `${size}B`, '--engine', engine, ...own];
  const time = ['--duration', `${seconds}s`, '--warmup', WARM_UP];
  const output = await run([process.execPath, launcher, 'bench', workload, SUBJECT, ...common, ...time, '--json']);
  /** @type {import('../src/bench/report/report.js').BenchReport} */
  const report = JSON.parse(output);
  if (report.lost > 0 || Object.keys(report.errors).length > 0) {
    throw new Error(`natsctl bench: ${report.lost} lost, ${JSON.stringify(report.errors)}`);
  }
  return { rate: report.rate, megabytes: report.generator.most_memory_bytes / 1024 ** 2 };
}

/**
 * @param {Shape} shape
 * @param {number} messages of all clients
 * @returns {Promise<Run>}
 */
async function runPeer({ workload, clients, size, subscribers }, messages) {
  const common = [SUBJECT, '--size', `${size}B`, '--no-progress'];
  const send = ['--clients', String(clients), '--msgs', String(messages)];
  if (workload !== 'pubsub') {
    const command = workload === 'pub' ? ['pub'] : ['service', 'request'];
    return { rate: peerRate(await run([peer, 'bench', ...command, ...common, ...send])), megabytes: 0 };
  }
  const receive = ['--clients', String(subscribers), '--msgs', String(messages)];
  const receiver = start('env', [`NATS_URL=${server.url}`, peer, 'bench', 'sub', ...common, ...receive]);
  const received = text(/** @type {import('node:stream').Readable} */ (receiver.child.stdout));
  await untilSubscribed(Number(subscribers));
  await run([peer, 'bench', 'pub', ...common, ...send]);
  return { rate: peerRate(await received), megabytes: 0 };
}

/** @param {string} output @returns {number} of all its clients */
function peerRate(output) {
  const rates = [...output.matchAll(PEER_RATE)].map(([, rate = '']) => Number(rate.replaceAll(',', '')));
  const last = rates.at(-1);
  if (last === undefined) throw new Error(`the peer tells no rate: ${output}`);
  return last;
}

/** @param {readonly string[]} command @returns {Promise<string>} what it prints */
async function run(command) {
  const { child } = start('env', [`NATS_URL=${server.url}`, ...command]);
  const timer = setTimeout(
    () => stop(`${command.join(' ')}: not at its end after ${RUN_TIMEOUT_MS} ms`),
    RUN_TIMEOUT_MS,
  );
  const complaint = text(/** @type {import('node:stream').Readable} */ (child.stderr));
  const output = text(/** @type {import('node:stream').Readable} */ (child.stdout));
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  if (code !== 0) throw new Error(`${command.join(' ')}: exit ${code}: ${await complaint}`);
  return output;
}

/** @param {number} count of subscriptions */
async function untilSubscribed(count) {
  for (;;) {
    const page = await fetch(`http://127.0.0.1:${server.httpPort}/connz?subs=1`);
    if ((await page.text()).split(`"${SUBJECT}"`).length > count) return;
  }
}

function grouped(rate = Number.NaN) {
  return Math.round(rate).toLocaleString('en-GB');
}
