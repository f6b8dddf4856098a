#!/usr/bin/env node
/**
 * Measures what measuring costs: `natsctl bench` with `--engine client` against a bare loop over nats.js of the same
 * shape that measures nothing, on one server and with the same fast responder, in alternating runs; prints medians,
 * the ratio and the target of the project. Beside each rate stands what a request costs the client of processor time:
 * a machine that others use as well changes it least.
 *
 *     npm run build && npm run perf:bench -- --runs 7 --seconds 2 --strict
 *
 * The server is NATSCTL_NATS_SERVER, or that of `npm run tools`, or on the PATH. With --strict a missed target is
 * exit 1.
 */
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { median, readCount, row, tellMissed } from './perf/figures.mjs';
import {
  cpuMsOf,
  end,
  LoadProcess,
  launcher,
  requireBuild,
  start,
  startNatsServer,
  startOwn,
} from './perf/programs.mjs';

/** Of the bare loop's rate, at least. */
const TARGET = 0.97;
const SUBJECT = 'perf.subject';
const SIZE = 128;
const WARM_UP_RUNS = 1;
/** Before each run is measured. */
const WARM_UP_SECONDS = 1;
const HEADING = [24, 12, 6, 14, 6, 6, 7, 7];

/** @typedef {{ readonly rate: number, readonly cpuMicroseconds: number }} Run */

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '2' },
    strict: { type: 'boolean' },
  },
});
const runs = readCount(flags.runs, '--runs');
const seconds = readCount(flags.seconds, '--seconds');
requireBuild();

const server = await startNatsServer();
const responder = await startOwn(import.meta.resolve('./perf/fast-responder.mjs'), [String(server.port), SUBJECT]);

let missed = 0;
console.log(`Node ${process.version}: medians of ${runs} alternating runs, ${SIZE} B, a second\n`);
console.log(row(HEADING, ['', 'bare nats.js', 'µs', 'natsctl bench', 'µs', 'ratio', 'target']));
for (const inFlight of [1, 16, 256]) await measure(inFlight);
console.log();
tellMissed(missed);
for (const program of [responder, server]) await end(program);
process.exit(flags.strict && missed > 0 ? 1 : 0);

/** @param {number} inFlight */
async function measure(inFlight) {
  const messages = Math.round((await runBare(inFlight, 20_000)).rate * seconds);
  const ways = [() => runBare(inFlight, messages), () => runOurs(inFlight)];
  /** For each way. @type {Run[][]} */
  const results = ways.map(() => []);
  for (let run = -WARM_UP_RUNS; run < runs; run++) {
    for (let turn = 0; turn < ways.length; turn++) {
      // Each goes first as often as the other.
      const which = (turn + run + WARM_UP_RUNS) % ways.length;
      const result = await /** @type {() => Promise<Run>} */ (ways[which])();
      if (run >= 0) results[which]?.push(result);
    }
  }
  const [bare = Number.NaN, ours = Number.NaN] = results.map((all) => median(all.map(({ rate }) => rate)));
  const [bareCpu, ourCpu] = results.map((all) => median(all.map((run) => run.cpuMicroseconds)).toFixed(2));
  const isMissed = !(ours / bare >= TARGET);
  if (isMissed) missed += 1;
  const [bareRate, ourRate] = [bare, ours].map((rate) => Math.round(rate).toLocaleString('en-GB'));
  const cells = [bareRate, bareCpu, ourRate, ourCpu, (ours / bare).toFixed(2), TARGET.toFixed(2)];
  console.log(row(HEADING, [`request, ${inFlight} in flight`, ...cells.map(String), isMissed ? 'missed' : '']));
}

/** @param {number} inFlight @param {number} messages @returns {Promise<Run>} */
async function runBare(inFlight, messages) {
  const task = { client: 'nats', task: 'ask', port: server.port, subject: SUBJECT, messages, size: SIZE, inFlight };
  // As much of it is compiled as of natsctl's own: each has a process of its own and a warm-up.
  const load = new LoadProcess();
  const warmUp = Math.round((messages / seconds) * WARM_UP_SECONDS);
  await load.run(/** @type {import('./perf/load.mjs').Assignment} */ ({ ...task, messages: warmUp }));
  const before = cpuMsOf(load.pid);
  const { count, startedMs, endedMs } = await load.run(/** @type {import('./perf/load.mjs').Assignment} */ (task));
  const cpuMs = cpuMsOf(load.pid) - before;
  await load.end();
  if (count !== messages) throw new Error(`${count} replies to ${messages} requests`);
  return { rate: (messages * 1_000) / (endedMs - startedMs), cpuMicroseconds: (cpuMs * 1_000) / messages };
}

/** @param {number} inFlight @returns {Promise<Run>} */
async function runOurs(inFlight) {
  const shape = ['--size', `${SIZE}B`, '--inflight', String(inFlight), '--engine', 'client'];
  const time = ['--duration', `${seconds}s`, '--warmup', `${WARM_UP_SECONDS}s`];
  const command = [launcher, 'bench', 'request', SUBJECT, '-s', server.url, ...shape, ...time, '--json'];
  const { child } = start(process.execPath, command);
  const complaint = text(/** @type {import('node:stream').Readable} */ (child.stderr));
  const output = text(/** @type {import('node:stream').Readable} */ (child.stdout));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`natsctl bench: exit ${code}: ${await complaint}`);
  /** @type {import('../src/bench/report/report.js').BenchReport} */
  const { rate, generator } = JSON.parse(await output);
  // Of one processor, in per cent.
  return { rate, cpuMicroseconds: (generator.cpu_percent * 10_000) / rate };
}
