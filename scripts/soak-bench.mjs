#!/usr/bin/env node
/**
 * Lets `natsctl bench` run for long at full rate, and watches what it keeps in memory: requests with 256 in flight, then
 * publishing, both with `--engine wire`, which is the faster one. Then a thousand clients in one process. The memory of
 * the second half of a run may be no more than a tenth above the most of its first one.
 *
 *     npm run build && npm run soak:bench -- --seconds 600 --clients 1000
 *
 * The server is NATSCTL_NATS_SERVER, or the one of `npm run tools`, or on the PATH. Memory that grows, or a message that
 * is lost, is exit 1.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { readCount, stop } from './perf/figures.mjs';
import { end, launcher, megabytesOf, requireBuild, start, startNatsServer, startOwn } from './perf/programs.mjs';

const SAMPLE_MS = 500;
/** Of the most in the first half. */
const GROWTH = 1.1;

const { values: flags } = parseArgs({
  options: { seconds: { type: 'string', default: '600' }, clients: { type: 'string', default: '1000' } },
});
const seconds = readCount(flags.seconds, '--seconds');
const clients = readCount(flags.clients, '--clients');
if (seconds < 10) stop('--seconds: from 10 on, or nothing is seen to grow');
requireBuild();

const server = await startNatsServer();
const responder = await startOwn(import.meta.resolve('./perf/fast-responder.mjs'), [String(server.port), 'soak.a']);
let failed = 0;
await soak('requests, 256 in flight', ['request', 'soak.a', '--inflight', '256', '--duration', `${seconds}s`]);
await soak('publishing 128 B', ['pub', 'soak.b', '--duration', `${seconds}s`]);
await soak(`${clients} clients`, [
  'request',
  'soak.a',
  '--clients',
  String(clients),
  '--inflight',
  '1',
  '--duration',
  '10s',
]);
await end(responder);
await end(server);
process.exit(failed > 0 ? 1 : 0);

/**
 * @param {string} what
 * @param {readonly string[]} args
 */
async function soak(what, args) {
  const bench = start(process.execPath, [launcher, 'bench', ...args, '--engine', 'wire', '-s', server.url, '--json']);
  /** @type {Buffer[]} */
  const printed = [];
  bench.child.stdout?.on('data', (chunk) => printed.push(chunk));
  bench.child.stderr?.on('data', (chunk) => process.stderr.write(chunk));
  /** In MB. @type {number[]} */
  const samples = [];
  const sampling = setInterval(() => samples.push(megabytesOf(bench.pid)), SAMPLE_MS);
  const [code] = await once(bench.child, 'close').finally(() => clearInterval(sampling));
  const report = JSON.parse(Buffer.concat(printed).toString());
  // What it takes to start, and to stop, is not what it keeps.
  const kept = samples.slice(2, -2);
  const first = Math.max(...kept.slice(0, kept.length / 2));
  const second = Math.max(...kept.slice(kept.length / 2));
  const isGood = code === 0 && report.lost === 0 && second <= first * GROWTH;
  if (!isGood) failed += 1;
  console.log(
    `${what}: ${Math.round(report.rate).toLocaleString('en-GB')} a second for ${report.duration_s.toFixed(0)} s, ` +
      `${report.lost} lost, at most ${first.toFixed(0)} MB and then ${second.toFixed(0)} MB${isGood ? '' : ': FAILED'}`,
  );
}
