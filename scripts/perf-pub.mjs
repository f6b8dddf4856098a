#!/usr/bin/env node
/**
 * Measures how fast messages get from a shell to the server: `natsctl pub --lines` and `natsctl pub --count` against
 * the peer's `nats pub --send-on newline` and `nats pub --count`, in alternating runs on one server; then what natsctl
 * holds in memory over a long input. Prints medians, ratios and the targets of the project.
 *
 *     npm run build && npm run perf:pub -- --runs 5 --messages 200000 --size 128 --memory 5000000000 --strict
 *
 * The server is NATSCTL_NATS_SERVER, or that of `npm run tools`, or on the PATH; the peer NATSCTL_NATS, or that of
 * `npm run tools`, or on the PATH. Each run checks by the server's count that no message was lost. With --strict a
 * missed target is exit 1.
 */
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median, readCount, row, tellMissed } from './perf/figures.mjs';
import { end, env, folder, launcher, requireBuild, root, start, startNatsServer } from './perf/programs.mjs';

/** Of the peer's rate, at least. */
const TARGET = 1;
const MEGABYTES_TARGET = 150;
const SUBJECT = 'perf.subject';
const WARM_UP_RUNS = 1;
const HEADING = [32, 12, 7, 7, 7];
const SAMPLE_INTERVAL_MS = 50;

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    messages: { type: 'string', default: '200000' },
    size: { type: 'string', default: '128' },
    memory: { type: 'string', default: '1000000000' },
    strict: { type: 'boolean' },
  },
});
const runs = readCount(flags.runs, '--runs');
const messages = readCount(flags.messages, '--messages');
const size = readCount(flags.size, '--size');
const memoryBytes = readCount(flags.memory, '--memory');
requireBuild();

const ownPeer = join(root, '.tools', 'bin', 'nats');
const peer = process.env.NATSCTL_NATS ?? (existsSync(ownPeer) ? ownPeer : 'nats');
const body = 'x'.repeat(size);
const lines = join(folder, 'lines');
writeFileSync(lines, `${body}\n`.repeat(messages));
const count = ['--count', String(messages)];
const natsctl = [launcher, 'pub', SUBJECT];
/** The way of the peer stands before ours, which is measured by it. */
const ways = [
  { name: 'nats pub --send-on newline', program: peer, args: ['pub', SUBJECT, '--send-on', 'newline'], input: lines },
  { name: 'natsctl pub --lines', program: process.execPath, args: [...natsctl, '--lines'], input: lines },
  { name: 'nats pub --count', program: peer, args: ['pub', SUBJECT, body, ...count], input: '/dev/null' },
  { name: 'natsctl pub --count', program: process.execPath, args: [...natsctl, body, ...count], input: '/dev/null' },
];

const server = await startNatsServer(['-m', '-1']);
env.NATS_URL = server.url;

/** For each way, messages a second. @type {number[][]} */
const rates = ways.map(() => []);
for (let run = -WARM_UP_RUNS; run < runs; run++) {
  for (let turn = 0; turn < ways.length; turn++) {
    // Each goes first as often as the others.
    const which = (turn + run + WARM_UP_RUNS) % ways.length;
    const rate = await rateOf(which);
    if (run >= 0) rates[which]?.push(rate);
  }
}

let missed = 0;
console.log(`Node ${process.version}: medians of ${runs} alternating runs, ${messages} messages of ${size} B\n`);
console.log(row(HEADING, ['to the server, start-up included', 'messages/s', 'ratio', 'target']));
const medians = rates.map(median);
for (const [index, { name }] of ways.entries()) {
  const rate = medians[index] ?? Number.NaN;
  const ratio = index % 2 === 0 ? undefined : rate / (medians[index - 1] ?? Number.NaN);
  print(
    name,
    Math.round(rate).toLocaleString('en-GB'),
    ratio?.toFixed(2),
    TARGET.toFixed(2),
    !((ratio ?? TARGET) >= TARGET),
  );
}
await measureMemory();
await end(server);
console.log();
tellMissed(missed);
process.exit(flags.strict && missed > 0 ? 1 : 0);

/** @param {number} which */
async function rateOf(which) {
  const { name, program, args, input } = /** @type {typeof ways[number]} */ (ways[which]);
  const before = await messagesIn();
  const descriptor = openSync(input, 'r');
  const startedMs = performance.now();
  const { child } = start(program, args, [descriptor, 'ignore', 'ignore']);
  const [code] = await once(child, 'exit');
  const seconds = (performance.now() - startedMs) / 1_000;
  closeSync(descriptor);
  if (code !== 0) throw new Error(`${name}: exit ${code}`);
  const came = (await messagesIn()) - before;
  if (came !== messages) throw new Error(`${name}: ${came} messages of ${messages} came`);
  return messages / seconds;
}

async function messagesIn() {
  const page = await fetch(`http://127.0.0.1:${server.httpPort}/varz`);
  return Number(/** @type {{ in_msgs: number }} */ (await page.json()).in_msgs);
}

/** Pipes lines into natsctl, as a shell does, and looks at the most that was resident. */
async function measureMemory() {
  const pipe = 'yes "$1" | head -c "$2" | exec "$3" "$4" pub "$5" --lines --json';
  const program = start(
    'bash',
    ['-c', pipe, 'bash', body, String(memoryBytes), process.execPath, launcher, SUBJECT],
    ['ignore', 'ignore', 'pipe'],
  );
  let told = '';
  program.child.stderr?.on('data', (chunk) => {
    told += chunk;
  });
  let peak = 0;
  const watch = setInterval(() => {
    for (const pid of childrenNamed(program.pid, 'natsctl pub')) peak = Math.max(peak, peakMegabytesOf(pid));
  }, SAMPLE_INTERVAL_MS);
  const startedMs = performance.now();
  const [code] = await once(program.child, 'close');
  const seconds = (performance.now() - startedMs) / 1_000;
  clearInterval(watch);
  const { summary } = JSON.parse(told.trimEnd().split('\n').at(-1) ?? '');
  const expected = Math.ceil(memoryBytes / (size + 1));
  if (code !== 0 || summary.messages !== expected) throw new Error(`pipe of ${memoryBytes} bytes: ${told}`);
  const what = `pipe of ${(memoryBytes / 1e9).toLocaleString('en-GB')} GB`;
  print(what, Math.round(expected / seconds).toLocaleString('en-GB'));
  print(`${what}: at most MB`, peak.toFixed(0), '', String(MEGABYTES_TARGET), !(peak > 0 && peak <= MEGABYTES_TARGET));
}

/** @param {number} parent @param {string} title */
function childrenNamed(parent, title) {
  try {
    const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ').filter(Boolean);
    return children.map(Number).filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(title));
  } catch {
    // One that has just ended.
    return [];
  }
}

/** The most that was resident of a process, from Linux. @param {number} pid */
function peakMegabytesOf(pid) {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/**
 * @param {string} what
 * @param {string} figure
 * @param {string} [ratio]
 * @param {string} [target]
 * @param {boolean} [isMissed]
 */
function print(what, figure, ratio, target = '', isMissed = false) {
  if (isMissed) missed += 1;
  const verdict = ratio === undefined ? [] : [ratio, target, isMissed ? 'missed' : ''];
  console.log(row(HEADING, [what, figure, ...verdict]));
}
