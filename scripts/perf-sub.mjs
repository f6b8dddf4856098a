#!/usr/bin/env node
/**
 * Measures how fast `natsctl sub --raw` carries messages from the server to a pipe, against `nats sub --raw` of the
 * peer, in alternating runs on one server; prints medians, the ratio and the target of the project.
 *
 *     npm run build && npm run perf:sub -- --runs 7 --messages 400000 --size 128 --strict
 *
 * The server is NATSCTL_NATS_SERVER, or that of `npm run tools`, or on the PATH; the peer NATSCTL_NATS, or that of
 * `npm run tools`, or on the PATH. The publisher is a plain socket, the reader `wc -c`: each run checks that no
 * message was lost. With --strict a missed target is exit 1.
 *
 * The peer is slower than the publisher, and throws away what its client would have to keep beyond 524,288 messages or
 * 64 MB: there are to be no more than these in a run.
 */
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { median, readCount, row, stop, tellMissed } from './perf/figures.mjs';
import { now } from './perf/nats-client.mjs';
import {
  folder,
  LoadProcess,
  launcher,
  megabytesOf,
  requireBuild,
  root,
  start,
  startNatsServer,
} from './perf/programs.mjs';

/** Of the peer's rate, at least. */
const TARGET = 2;
const SUBJECT = 'perf.subject';
const WARM_UP_RUNS = 1;
const MOST_MESSAGES = 524_288;
const MOST_BYTES = 64 * 1024 ** 2;
const RUN_TIMEOUT_MS = 60_000;
const HEADING = [20, 12, 12, 7, 7, 7];

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '7' },
    messages: { type: 'string', default: '400000' },
    size: { type: 'string', default: '128' },
    strict: { type: 'boolean' },
  },
});
const runs = readCount(flags.runs, '--runs');
const messages = readCount(flags.messages, '--messages');
const size = readCount(flags.size, '--size');
if (messages > MOST_MESSAGES || messages * size > MOST_BYTES) {
  stop(`the peer would lose some: at most ${MOST_MESSAGES} messages, and ${MOST_BYTES} bytes of bodies`);
}
requireBuild();

const ownPeer = join(root, '.tools', 'bin', 'nats');
const peer = process.env.NATSCTL_NATS ?? (existsSync(ownPeer) ? ownPeer : 'nats');
const count = ['--raw', '--count', String(messages)];
const programs = [
  { name: 'nats sub --raw', command: [peer, 'sub', SUBJECT, ...count] },
  { name: 'natsctl sub --raw', command: [process.execPath, launcher, 'sub', SUBJECT, ...count] },
];

const config = join(folder, 'nats-server.conf');
// The publisher is faster than both: what waits for them is not to end them.
writeFileSync(config, 'max_pending: 4GB\nwrite_deadline: "60s"\n');
const server = await startNatsServer(['-m', '-1', '-c', config]);
const load = new LoadProcess();

/** For each program. @type {{ rate: number, megabytes: number }[][]} */
const results = programs.map(() => []);
for (let run = -WARM_UP_RUNS; run < runs; run++) {
  for (let turn = 0; turn < programs.length; turn++) {
    // Each goes first as often as the other.
    const which = (turn + run + WARM_UP_RUNS) % programs.length;
    const result = await runOnce(programs[which]?.command ?? []);
    if (run >= 0) results[which]?.push(result);
  }
}

console.log(`Node ${process.version}: medians of ${runs} alternating runs, ${messages} messages of ${size} B\n`);
console.log(row(HEADING, ['to a pipe', 'messages/s', 'MB resident', 'ratio', 'target']));
const rates = results.map((all) => median(all.map(({ rate }) => rate)));
const ratio = (rates[1] ?? Number.NaN) / (rates[0] ?? Number.NaN);
const isMissed = !(ratio >= TARGET);
for (const [index, { name }] of programs.entries()) {
  const megabytes = median((results[index] ?? []).map((result) => result.megabytes));
  const cells = [Math.round(rates[index] ?? Number.NaN).toLocaleString('en-GB'), megabytes.toFixed(0)];
  const verdict = index === 0 ? [] : [ratio.toFixed(2), TARGET.toFixed(2), isMissed ? 'missed' : ''];
  console.log(row(HEADING, [name, ...cells, ...verdict]));
}
console.log();
tellMissed(isMissed ? 1 : 0);
process.exit(flags.strict && isMissed ? 1 : 0);

/** @param {readonly string[]} command */
async function runOnce(command) {
  const counter = start('wc', ['-c'], ['pipe', 'pipe', 'ignore']).child;
  const environment = `NATS_URL=${server.url}`;
  const program = start(
    'env',
    [environment, ...command],
    ['ignore', /** @type {import('node:stream').Writable} */ (counter.stdin), 'ignore'],
  );
  // The program alone holds the pipe from here on.
  counter.stdin?.destroy();
  const counted = text(/** @type {import('node:stream').Readable} */ (counter.stdout));
  const ended = once(program.child, 'exit');
  await untilSubscribed();
  let megabytes = 0;
  const watch = setInterval(() => {
    // Of one that has just ended there is nothing to read.
    if (program.child.exitCode === null) megabytes = Math.max(megabytes, megabytesOf(program.pid) || 0);
  }, 50);
  const timer = setTimeout(
    () => stop(`${command.join(' ')}: not at its end after ${RUN_TIMEOUT_MS} ms`),
    RUN_TIMEOUT_MS,
  );
  const { startedMs } = await publish();
  const bytes = Number(await counted);
  const endedMs = now();
  clearInterval(watch);
  clearTimeout(timer);
  await ended;
  const expected = messages * (size + 1);
  if (bytes !== expected) throw new Error(`${command.join(' ')}: ${bytes} bytes of ${expected} came`);
  return { rate: (messages / (endedMs - startedMs)) * 1_000, megabytes };
}

/** @returns {Promise<import('./perf/load.mjs').Outcome>} */
function publish() {
  return load.run({ client: 'socket', task: 'publish', port: server.port, subject: SUBJECT, messages, size });
}

async function untilSubscribed() {
  for (;;) {
    const page = await fetch(`http://127.0.0.1:${server.httpPort}/connz?subs=1`);
    if ((await page.text()).includes(SUBJECT)) return;
  }
}
