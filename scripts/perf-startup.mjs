#!/usr/bin/env node
/**
 * Measures what start-up costs: natsctl against hand-written scripts and against Node itself, in alternating runs
 * against a nats-server that it starts, and prints medians, ratios and the targets of the project.
 *
 *     npm run build && npm run perf:startup -- --runs 25 --only request,version --strict
 *
 * Further Nodes than the running one stand in NATSCTL_NODES, with colons between them; the server is
 * NATSCTL_NATS_SERVER, or the one of `npm run tools`, or on the PATH. With --strict a missed target is exit 1.
 */
import { spawnSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { median, readChoice, readCount, tellMissed } from './perf/figures.mjs';
import {
  childrenOf,
  end,
  env,
  folder,
  launcher,
  megabytesOf,
  requireBuild,
  root,
  startNatsServer,
  startUntil,
} from './perf/programs.mjs';

/**
 * @typedef {{ readonly natsctl: number, readonly other: number }} Pair what both took in one round
 * @typedef {object} Comparison
 * @property {string} what
 * @property {string} unit
 * @property {(major: number) => number} target the largest ratio, for a release line of Node
 * @typedef {object} Measurement one round of runs, natsctl's and the other's by turns
 * @property {Record<string, Comparison>} comparisons
 * @property {(node: string) => Record<string, Pair> | Promise<Record<string, Pair>>} round
 */

const TIMEOUT_MS = 20_000;
/** Before the measured runs: the first one fills the cache of compiled code. */
const WARM_UP_RUNS = 2;

const REQUEST_SCRIPT = `
import { connect, StringCodec } from 'nats';

const codec = StringCodec();
const connection = await connect({ servers: process.env.NATS_URL });
const reply = await connection.request('greeter.greet', codec.encode('World'), { timeout: 5000 });
console.log(codec.decode(reply.data));
await connection.close();
`;

const SERVE_SCRIPT = `
import { connect, StringCodec } from 'nats';

const codec = StringCodec();
const connection = await connect({ servers: process.env.NATS_URL });
const callback = (error, message) => message.respond(codec.encode('Hello, ' + codec.decode(message.data) + '!'));
connection.subscribe('greeter.greet', { queue: 'greeters', callback });
await connection.flush();
console.log('ready');
`;

const REQUEST = ['request', 'greeter.greet', 'World'];
const SERVE = ['serve', 'greeter', '--workers', '3', '--log', 'off'];

const { values: flags } = parseArgs({
  options: { runs: { type: 'string', default: '25' }, only: { type: 'string' }, strict: { type: 'boolean' } },
});

const requestScript = join(folder, 'request.mjs');
const serveScript = join(folder, 'serve.mjs');

/** By the names that `--only` takes. @type {Record<string, Measurement>} */
const measurements = {
  request: {
    comparisons: { time: { what: 'request, to a script that does the same', unit: 'ms', target: () => 0.85 } },
    round: (node) => ({
      time: { natsctl: timeOf(node, [launcher, ...REQUEST]), other: timeOf(node, [requestScript]) },
    }),
  },
  version: {
    comparisons: {
      time: { what: '--version, to node -e 0', unit: 'ms', target: (major) => (major === 20 ? 1.25 : 1.45) },
    },
    round: (node) => ({
      time: { natsctl: timeOf(node, [launcher, '--version']), other: timeOf(node, ['-e', '0']) },
    }),
  },
  help: {
    comparisons: { time: { what: '--help, to node -e 0', unit: 'ms', target: (major) => (major === 20 ? 1.7 : 1.9) } },
    round: (node) => ({
      time: { natsctl: timeOf(node, [launcher, '--help']), other: timeOf(node, ['-e', '0']) },
    }),
  },
  serve: {
    comparisons: {
      time: { what: 'serve --workers 3 until ready, to a script with one', unit: 'ms', target: () => 4 },
      memory: { what: 'memory of a worker, to that script', unit: 'MB', target: () => 1.3 },
    },
    async round(node) {
      const pool = await startUntilReady(node, [launcher, ...SERVE], /^serving greeter/m);
      const script = await startUntilReady(node, [serveScript], /^ready/m);
      return {
        time: { natsctl: pool.readyMs, other: script.readyMs },
        memory: { natsctl: median(pool.workerMegabytes), other: script.megabytes },
      };
    },
  },
};

const nodes = [process.execPath, ...(process.env.NATSCTL_NODES ?? '').split(delimiter)].filter((path) => path !== '');
const chosen = readChoice(flags.only, Object.keys(measurements));
const runs = readCount(flags.runs, '--runs');
requireBuild();

symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
writeFileSync(requestScript, REQUEST_SCRIPT.trimStart());
writeFileSync(serveScript, SERVE_SCRIPT.trimStart());
env.NATS_URL = (await startNatsServer()).url;
await startUntil(process.execPath, [serveScript], /^ready/m);

let missed = 0;
console.log(`Medians of ${runs} alternating runs\n`);
for (const node of new Set(nodes)) missed += await measure(node);
tellMissed(missed);
process.exit(flags.strict && missed > 0 ? 1 : 0);

/**
 * Measures all that was chosen on one Node and prints it.
 *
 * @param {string} node
 * @returns {Promise<number>} how many targets were missed
 */
async function measure(node) {
  const version = String(spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout).trim();
  const major = Number(/^v(\d+)/.exec(version)?.[1]);
  let missed = 0;
  console.log(`${`Node ${version}`.padEnd(54)}  natsctl     other  ratio  target`);
  for (const { comparisons, round } of chosen.map((name) => /** @type {Measurement} */ (measurements[name]))) {
    /** @type {Record<string, Pair>[]} */
    const rounds = [];
    for (let run = -WARM_UP_RUNS; run < runs; run++) {
      const pairs = await round(node);
      if (run >= 0) rounds.push(pairs);
    }
    for (const [name, { what, unit, target }] of Object.entries(comparisons)) {
      const pairs = rounds.map((pairs) => /** @type {Pair} */ (pairs[name]));
      const natsctl = median(pairs.map((pair) => pair.natsctl));
      const other = median(pairs.map((pair) => pair.other));
      const ratio = natsctl / other;
      const isMissed = ratio > target(major);
      if (isMissed) missed += 1;
      const columns = [what.padEnd(52), quantity(natsctl, unit), quantity(other, unit), ratio.toFixed(2).padStart(5)];
      console.log(`${columns.join('  ')}  ${target(major).toFixed(2).padStart(6)}${isMissed ? '  missed' : ''}`);
    }
  }
  console.log();
  return missed;
}

/**
 * Runs a program to its end.
 *
 * @param {string} node
 * @param {string[]} args
 * @returns {number} milliseconds
 */
function timeOf(node, args) {
  const started = performance.now();
  const { status, stderr, error } = spawnSync(node, args, { env, cwd: folder, timeout: TIMEOUT_MS });
  const milliseconds = performance.now() - started;
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return milliseconds;
}

/**
 * Starts a program, waits until it says that it is ready, looks at its memory and ends it.
 *
 * @param {string} node
 * @param {string[]} args
 * @param {RegExp} ready
 */
async function startUntilReady(node, args, ready) {
  const started = performance.now();
  const program = await startUntil(node, args, ready);
  const readyMs = performance.now() - started;
  const workerMegabytes = childrenOf(program.pid).map(megabytesOf);
  const megabytes = megabytesOf(program.pid);
  await end(program);
  return { readyMs, megabytes, workerMegabytes };
}

/** @param {number} value @param {string} unit */
function quantity(value, unit) {
  return `${value.toFixed(1).padStart(6)} ${unit}`;
}
