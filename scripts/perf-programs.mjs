#!/usr/bin/env node
/**
 * Measures how many requests a second a program answers: `natsctl serve --stdio` with a co-process in Python and one in
 * JavaScript, and `natsctl serve --exec`, against `nats reply --command` of the peer, which starts a program for each
 * request and does one at a time. The same client, a plain socket, and alternating runs; prints medians, ratios and the
 * target of the project.
 *
 *     npm run build && npm run perf:programs -- --runs 5 --messages 20000 --in-flight 64 --strict
 *
 * --messages is for the co-processes; of what starts a program for each request a fortieth is asked. Server and peer
 * are those of NATSCTL_NATS_SERVER and NATSCTL_NATS, or of `npm run tools`, or on the PATH. With --strict a missed
 * target is exit 1.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median, readCount, row, stop, tellMissed } from './perf/figures.mjs';
import {
  end,
  folder,
  LoadProcess,
  requireBuild,
  root,
  start,
  startNatsctl,
  startNatsServer,
} from './perf/programs.mjs';

/** Of the peer's rate, at least. */
const TARGET = 20;
const WARM_UP_RUNS = 1;
/** What starts a program for each request is asked so many times less. */
const FEWER = 40;
/** What each of them answers. */
const REPLY = 'pong';
const HEADING = [44, 12, 7, 7, 7];

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    messages: { type: 'string', default: '20000' },
    'in-flight': { type: 'string', default: '64' },
    strict: { type: 'boolean' },
  },
});
const runs = readCount(flags.runs, '--runs');
const messages = readCount(flags.messages, '--messages');
const inFlight = readCount(flags['in-flight'], '--in-flight');
requireBuild();

const python = join(folder, 'pong.py');
writeFileSync(
  python,
  `import json, sys
for line in sys.stdin:
    print(json.dumps({"id": json.loads(line)["id"], "data": "${REPLY}"}), flush=True)
`,
);
const script = join(folder, 'pong.mjs');
writeFileSync(
  script,
  `import { createInterface } from 'node:readline';
createInterface({ input: process.stdin }).on('line', (line) => {
  process.stdout.write(JSON.stringify({ id: JSON.parse(line).id, data: '${REPLY}' }) + '\\n');
});
`,
);
const ownPeer = join(root, '.tools', 'bin', 'nats');
const peer = process.env.NATSCTL_NATS ?? (existsSync(ownPeer) ? ownPeer : 'nats');
const server = await startNatsServer(['-m', '-1']);
const load = new LoadProcess();

const peerProgram = start(
  'env',
  [`NATS_URL=${server.url}`, peer, 'reply', 'perf.peer', '--command', `echo -n ${REPLY}`],
  'ignore',
);
await untilSubscribed('perf.peer');
const serve = (/** @type {readonly string[]} */ ...args) =>
  startNatsctl(['serve', '-s', server.url, '--log', 'off', ...args]);
const pools = [
  await serve('--exec', '--subject', 'perf.exec', '--', 'echo', '-n', REPLY),
  await serve('--stdio', '--subject', 'perf.python', '--', 'python3', python),
  await serve('--stdio', '--subject', 'perf.script', '--', process.execPath, script),
];
/** @type {{ readonly what: string, readonly subject: string, readonly count: number, readonly target?: number }[]} */
const ways = [
  { what: 'nats reply --command', subject: 'perf.peer', count: Math.ceil(messages / FEWER) },
  { what: 'natsctl serve --exec', subject: 'perf.exec', count: Math.ceil(messages / FEWER) },
  { what: 'natsctl serve --stdio, Python', subject: 'perf.python', count: messages, target: TARGET },
  { what: 'natsctl serve --stdio, JavaScript', subject: 'perf.script', count: messages, target: TARGET },
];

/** For each way. @type {number[][]} */
const rates = ways.map(() => []);
for (let run = -WARM_UP_RUNS; run < runs; run++) {
  for (let turn = 0; turn < ways.length; turn++) {
    // Each goes first as often as the others.
    const which = (turn + run + WARM_UP_RUNS) % ways.length;
    const { subject = '', count = 0 } = ways[which] ?? {};
    const rate = await rateOf(subject, count);
    if (run >= 0) rates[which]?.push(rate);
  }
}

console.log(`Node ${process.version}: medians of ${runs} alternating runs, ${inFlight} in flight, one worker\n`);
console.log(row(HEADING, ['', 'requests/s', 'ratio', 'target']));
let missed = 0;
for (const [index, { what, target }] of ways.entries()) {
  const ratio = median((rates[index] ?? []).map((rate, run) => rate / (rates[0]?.[run] ?? Number.NaN)));
  const isMissed = target !== undefined && !(ratio >= target);
  if (isMissed) missed += 1;
  const rate = Math.round(median(rates[index] ?? [])).toLocaleString('en-GB');
  console.log(row(HEADING, [what, rate, ratio.toFixed(1), target?.toFixed(1) ?? '', isMissed ? 'missed' : '']));
}
console.log();
for (const program of [...pools, peerProgram, server]) await end(program);
tellMissed(missed);
process.exit(flags.strict && missed > 0 ? 1 : 0);

/**
 * @param {string} subject
 * @param {number} count
 * @returns {Promise<number>} requests a second
 */
async function rateOf(subject, count) {
  const assignment = { client: /** @type {const} */ ('socket'), task: /** @type {const} */ ('request') };
  const outcome = await load.run({
    ...assignment,
    port: server.port,
    subject,
    messages: count,
    inFlight,
    size: 16,
    replySize: REPLY.length,
  });
  if (outcome.count !== count) stop(`${subject}: ${outcome.count} replies to ${count} requests`);
  return (count * 1_000) / (outcome.endedMs - outcome.startedMs);
}

/** @param {string} subject */
async function untilSubscribed(subject) {
  for (;;) {
    const page = await fetch(`http://127.0.0.1:${server.httpPort}/connz?subs=1`);
    if ((await page.text()).includes(subject)) return;
  }
}
