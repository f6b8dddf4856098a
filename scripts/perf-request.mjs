#!/usr/bin/env node
/**
 * Measures many requests out of a shell: `natsctl request --lines` against a loop that runs the peer's `nats request`
 * for each line, with the same server and the same responder, in alternating runs; then what natsctl holds in memory
 * over a long input. Prints medians, the ratio and the targets of the project.
 *
 *     npm run build && npm run perf:request -- --runs 5 --lines 100000 --loop 200 --memory-lines 1000000 --strict
 *
 * The server is NATSCTL_NATS_SERVER, or the one of `npm run tools`, or on the PATH; the peer likewise, NATSCTL_NATS.
 * Each run checks that every line has its reply, in order. With --strict a missed target is exit 1.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median, readCount, row, tellMissed } from './perf/figures.mjs';
import {
  end,
  env,
  folder,
  LoadProcess,
  launcher,
  megabytesOf,
  requireBuild,
  root,
  start,
  startNatsServer,
} from './perf/programs.mjs';

/** As many times the requests of the loop, at least. */
const RATIO_TARGET = 20;
const MEGABYTES_TARGET = 150;
/** What is held in the last fifth of the input, to what is held in the second one, at most. */
const GROWTH_TARGET = 1.2;
const SUBJECT = 'perf.request';
const SAMPLE_INTERVAL_MS = 100;
const HEADING = [44, 12, 10, 7];

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    lines: { type: 'string', default: '100000' },
    loop: { type: 'string', default: '200' },
    'memory-lines': { type: 'string', default: '1000000' },
    strict: { type: 'boolean' },
  },
});
const runs = readCount(flags.runs, '--runs');
const lines = readCount(flags.lines, '--lines');
const loopLines = readCount(flags.loop, '--loop');
const memoryLines = readCount(flags['memory-lines'], '--memory-lines');
requireBuild();

const ownPeer = join(root, '.tools', 'bin', 'nats');
const peer = process.env.NATSCTL_NATS ?? (existsSync(ownPeer) ? ownPeer : 'nats');
const server = await startNatsServer();
env.NATS_URL = server.url;
const responder = new LoadProcess();
const finish = await responder.listen({ client: 'nats', task: 'respond', port: server.port, subject: SUBJECT });

let missed = 0;
console.log(`Node ${process.version}: medians of ${runs} alternating runs\n`);
console.log(row(HEADING, ['requests out of a shell', 'requests/s', 'ratio', 'target']));
await measureRate();
await measureMemory();
await finish();
await end(server);
console.log();
tellMissed(missed);
process.exit(flags.strict && missed > 0 ? 1 : 0);

async function measureRate() {
  const loop = `while read -r line; do "$NATS" request --raw ${SUBJECT} "$line" </dev/null 2>/dev/null; done`;
  const ways = [
    { what: 'loop over nats request', count: loopLines, program: '/bin/sh', args: ['-c', loop] },
    {
      what: 'natsctl request --lines',
      count: lines,
      program: process.execPath,
      args: [launcher, 'request', SUBJECT, '--lines'],
    },
  ];
  /** For each way. @type {number[][]} */
  const rates = ways.map(() => []);
  for (let run = -1; run < runs; run++) {
    for (const [index, { count, program, args }] of ways.entries()) {
      const rate = await rateOf(count, program, args);
      if (run >= 0) rates[index]?.push(rate);
    }
  }
  const [slow = Number.NaN, fast = Number.NaN] = rates.map(median);
  const ratio = fast / slow;
  print(ways[0]?.what ?? '', slow, '');
  print(ways[1]?.what ?? '', fast, ratio.toFixed(1), RATIO_TARGET.toFixed(1), ratio < RATIO_TARGET);
}

/**
 * @param {number} count of requests
 * @param {string} program reads them as lines on its stdin and prints their replies
 * @param {readonly string[]} args
 * @returns {Promise<number>} requests a second, start-up included
 */
async function rateOf(count, program, args) {
  const input = join(folder, 'input');
  const output = join(folder, 'output');
  const text = Array.from({ length: count }, (_, index) => `request number ${index}\n`).join('');
  writeFileSync(input, text);
  const descriptors = [openSync(input, 'r'), openSync(output, 'w')];
  const startedMs = performance.now();
  const child = spawn(program, args, { env: { ...env, NATS: peer }, stdio: [...descriptors, 'ignore'] });
  const [code] = await once(child, 'exit');
  const seconds = (performance.now() - startedMs) / 1_000;
  for (const descriptor of descriptors) closeSync(descriptor);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: exit ${code}`);
  // The peer prints empty lines behind each reply.
  const replies = readFileSync(output, 'utf8').replace(/\n+/g, '\n');
  if (replies !== text) throw new Error(`${program} ${args.join(' ')}: these are not the replies`);
  return count / seconds;
}

async function measureMemory() {
  const seq = start('seq', [String(memoryLines)], ['ignore', 'pipe', 'ignore']);
  const args = [launcher, 'request', SUBJECT, '--lines', '--json'];
  const sink = openSync('/dev/null', 'w');
  const child = spawn(process.execPath, args, { env, stdio: [seq.child.stdout, sink, 'pipe'] });
  let told = '';
  child.stderr?.on('data', (chunk) => {
    told += chunk;
  });
  /** @type {number[]} */
  const samples = [];
  const timer = setInterval(() => samples.push(megabytesOf(/** @type {number} */ (child.pid))), SAMPLE_INTERVAL_MS);
  const startedMs = performance.now();
  await once(child, 'close');
  clearInterval(timer);
  closeSync(sink);
  const { summary } = JSON.parse(told);
  if (summary.replies !== memoryLines) throw new Error(`${summary.replies} replies to ${memoryLines} requests`);
  const fifth = Math.floor(samples.length / 5);
  const peak = Math.max(...samples);
  const growth = median(samples.slice(-fifth)) / median(samples.slice(fifth, 2 * fifth));
  const what = `${memoryLines.toLocaleString('en-GB')} lines`;
  print(what, (memoryLines * 1_000) / (performance.now() - startedMs), '');
  print(`${what}: at most MB`, peak, '', String(MEGABYTES_TARGET), peak > MEGABYTES_TARGET);
  print(`${what}: last fifth to second`, '', growth.toFixed(2), GROWTH_TARGET.toFixed(2), growth > GROWTH_TARGET);
}

/**
 * @param {string} what
 * @param {number | ''} figure
 * @param {string} ratio
 * @param {string} [target]
 * @param {boolean} [isMissed]
 */
function print(what, figure, ratio, target = '', isMissed = false) {
  if (isMissed) missed += 1;
  const shown = figure === '' ? '' : Math.round(figure).toLocaleString('en-GB');
  console.log(row(HEADING, [what, shown, ratio, target, isMissed ? 'missed' : '']));
}
