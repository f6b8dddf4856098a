#!/usr/bin/env node
/**
 * Reloads and scales a pool of `natsctl serve` under load, of a client that sends each request once, at a steady rate,
 * and waits 5 s for its reply: nothing may be lost, and nothing may be an error.
 *
 * - ten reloads in a row, each with a new version of the module, which must be all that answers afterwards;
 * - the same with a module that takes 2 s to load;
 * - the same with a version that throws as it is loaded: the old one is to serve on;
 * - 2 workers to 20 to 1.
 *
 *     npm run build && npm run soak:reload -- --reloads 10 --rate 5000 --workers 2 --only reload,slow,broken,scale
 *
 * Exit 1 where a request was lost or answered with an error, or the client sent less than 0.9 of the rate.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { readChoice, readCount } from './perf/figures.mjs';
import { end, env, folder, launcher, requireBuild, startNatsctl, startNatsServer } from './perf/programs.mjs';
import { PacedLoad } from './support/paced-load.mjs';

const { values: flags } = parseArgs({
  options: {
    reloads: { type: 'string', default: '10' },
    rate: { type: 'string', default: '5000' },
    workers: { type: 'string', default: '2' },
    only: { type: 'string' },
  },
});
const reloads = readCount(flags.reloads, '--reloads');
const ratePerS = readCount(flags.rate, '--rate');
const workers = readCount(flags.workers, '--workers');
const SENT_TARGET = 0.9;
const SLOW_LOAD_MS = 2_000;
const SETTLE_MS = 500;
/** So that a worker which is drained has something in hand: this share of the requests takes so long. */
const PAUSING_SHARE = 0.2;
const HANDLER_MS = 10;
const BROKEN = "throw new Error('this version is broken');";
requireBuild();

const module = join(folder, 'soak.mjs');
const server = await startNatsServer();
/** @type {string[]} */
const problems = [];

/** @type {Readonly<Record<'reload' | 'slow' | 'broken' | 'scale', () => Promise<void>>>} */
const phases = {
  reload: () => phase(`${reloads} reloads`, () => reloadAll('')),
  slow: () =>
    phase(`${reloads} reloads of a module that takes ${SLOW_LOAD_MS / 1_000} s to load`, () =>
      reloadAll(`await new Promise((resolve) => setTimeout(resolve, ${SLOW_LOAD_MS}));`),
    ),
  broken: () =>
    phase(`${reloads} reloads of a module that throws`, async () => {
      for (let version = 2; version <= reloads + 1; version++) {
        writeModule(version, BROKEN);
        const { code, stderr } = await pool('reload');
        if (code !== 2 || !stderr.includes('this version is broken')) problems.push(`reload: exit ${code}, ${stderr}`);
      }
      return 'v1';
    }),
  scale: () =>
    phase('2 workers to 20 to 1', async () => {
      for (const count of [2, 20, 1]) await succeed('scale', String(count));
      return 'v1';
    }),
};
for (const name of readChoice(flags.only, ['reload', 'slow', 'broken', 'scale'])) await phases[name]();
await end(server);
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);

/**
 * Serves under load while something is done to the pool.
 *
 * @param {string} what
 * @param {() => Promise<string>} work gives the version that is to answer in the end
 */
async function phase(what, work) {
  writeModule(1, '');
  const serving = await startNatsctl(['serve', module, '-s', server.url, '-w', String(workers), '--log', 'off']);
  const load = await PacedLoad.start({ url: server.url, subject: 'soak.say', ratePerS });
  await settle();
  const startedMs = performance.now();
  const last = await work();
  const tookMs = performance.now() - startedMs;
  await settle();
  const report = await load.stop();
  await checkLast(last);
  await end(serving);
  const failures = Object.entries(report.failures).map(([code, count]) => `${count} x ${code}`);
  const lost = report.sent - report.answered;
  console.log(
    `${what}: ${(tookMs / 1_000).toFixed(1)} s, ${report.sent} requests at ${report.ratePerS}/s, ` +
      `${lost} lost or failed${failures.length > 0 ? ` (${failures.join(', ')})` : ''}; ` +
      `p50 ${report.p50Ms.toFixed(1)} ms, p99 ${report.p99Ms.toFixed(1)} ms, longest ${report.longestMs.toFixed(0)} ms`,
  );
  if (lost > 0) problems.push(`${what}: ${lost} lost or failed`);
  if (report.ratePerS < SENT_TARGET * ratePerS) problems.push(`${what}: the client sent ${report.ratePerS}/s only`);
}

/** All that answers is the last version. @param {string} version */
async function checkLast(version) {
  const load = await PacedLoad.start({ url: server.url, subject: 'soak.say', ratePerS: 200 });
  await settle();
  const { firstWords } = await load.stop();
  const others = Object.keys(firstWords).filter((word) => word !== version);
  if (others.length > 0 || !firstWords[version]) problems.push(`${version} was to answer, not ${others.join(', ')}`);
}

/** @param {string} first what each version does as it is loaded @returns {Promise<string>} the last version */
async function reloadAll(first) {
  for (let version = 2; version <= reloads + 1; version++) await reload(version, first);
  return `v${reloads + 1}`;
}

/** @param {number} version @param {string} first what it does as it is loaded */
async function reload(version, first) {
  writeModule(version, first);
  await succeed('reload');
}

/** @param {number} version @param {string} first */
function writeModule(version, first) {
  writeFileSync(
    module,
    `${first}
    const pause = () => new Promise((resolve) => setTimeout(resolve, ${HANDLER_MS}));
    export const say = async ({ text }) => {
      if (Math.random() < ${PAUSING_SHARE}) await pause();
      return \`v${version} \${text()}\`;
    };`,
  );
}

/** @param {readonly string[]} args */
async function succeed(...args) {
  const { code, stderr } = await pool(...args);
  if (code !== 0) problems.push(`natsctl pool ${args.join(' ')}: exit ${code}: ${stderr}`);
}

/** @param {readonly string[]} args @returns {Promise<{ readonly code: number, readonly stderr: string }>} */
async function pool(...args) {
  const options = { env, timeout: 120_000 };
  return promisify(execFile)(process.execPath, [launcher, 'pool', ...args], options).then(
    ({ stderr }) => ({ code: 0, stderr }),
    (/** @type {{ readonly code: number, readonly stderr: string }} */ error) => error,
  );
}

function settle() {
  return new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}
