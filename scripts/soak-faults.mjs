#!/usr/bin/env node
/**
 * What callers see of a pool to which something happens: of two callers at a steady rate, one sends each request once,
 * the other tries a second time where no reply comes within 3 s.
 *
 *     npm run build && npm run soak:faults -- --rate 500
 *
 * Exit 1 where the one who tries again has seen a failure. Where nobody is left to answer it hears that at once, both
 * times: that is no failure of the pool's.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { readCount } from './perf/figures.mjs';
import { end, env, folder, launcher, requireBuild, startNatsctl, startUntil } from './perf/programs.mjs';
import { PacedLoad } from './support/paced-load.mjs';

const { values: flags } = parseArgs({ options: { rate: { type: 'string', default: '500' } } });
const ratePerS = readCount(flags.rate, '--rate');
const WORKERS = 3;
const PATIENCE_MS = 3_000;
const SETTLE_MS = 1_000;
/** How long a server, or a supervisor, is away. */
const AWAY_MS = 500;
const NO_RESPONDERS = '503';
requireBuild();

/** @typedef {Awaited<ReturnType<typeof startNatsctl>>} Pool */

const module = join(folder, 'soak.mjs');
const leaky = join(folder, 'leaky.mjs');
writeFileSync(module, "export const say = ({ text }) => 'v1 ' + text();\n");
writeFileSync(
  leaky,
  "const kept = [];\nexport const say = ({ text }) => (kept.push(Buffer.alloc(64 * 1024, 1)), 'v1 ' + text());\n",
);
const port = await freePort();
let server = await startServer();
const url = `nats://127.0.0.1:${port}`;
/** @type {string[]} */
const problems = [];

await fault('a worker is killed', [], async (pool) => process.kill(workersOf(pool)[0] ?? 0, 'SIGKILL'));
await fault('a worker is stopped, --watchdog 1s', ['--watchdog', '1s'], async (pool) => {
  process.kill(workersOf(pool)[0] ?? 0, 'SIGSTOP');
  await pause(1_000);
});
await fault('a worker is drained with SIGTERM', [], async (pool) => process.kill(workersOf(pool)[0] ?? 0, 'SIGTERM'));
await fault('each worker leaks, --memory-limit 160MB', ['--memory-limit', '160MB'], () => pause(4_000), leaky);
await fault('natsctl pool reload', [], () => run('pool', 'reload'));
await fault('natsctl pool scale 6, and back', [], async () => {
  await run('pool', 'scale', '6');
  await run('pool', 'scale', String(WORKERS));
});
await fault(`the server is away for ${AWAY_MS} ms`, [], async () => {
  await end(server);
  await pause(AWAY_MS);
  server = await startServer();
});
await fault(`the supervisor is killed, and started again after ${AWAY_MS} ms`, [], async (pool) => {
  const gone = new Promise((resolve) => pool.child.once('exit', resolve));
  pool.child.kill('SIGKILL');
  await gone;
  await pause(AWAY_MS);
  return serve([], module);
});
await end(server);
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);

/**
 * Serves under load while something happens.
 *
 * @param {string} what
 * @param {readonly string[]} args of the pool
 * @param {(pool: Pool) => Promise<Pool | unknown>} happen gives another pool where it has started one
 * @param {string} [file]
 */
async function fault(what, args, happen, file = module) {
  const pool = await serve(args, file);
  const subject = file === leaky ? 'leaky.say' : 'soak.say';
  const start = (/** @type {number} */ retries) =>
    PacedLoad.start({ url, subject, ratePerS, retries, timeoutMs: PATIENCE_MS });
  const [once, twice] = await Promise.all([start(0), start(1)]);
  await pause(SETTLE_MS);
  const other = await happen(pool);
  await pause(2 * SETTLE_MS);
  const [single, double] = await Promise.all([once.stop(), twice.stop()]);
  const running = other !== undefined && other !== null && typeof other === 'object' && 'child' in other ? other : pool;
  await end(/** @type {Pool} */ (running));
  console.log(
    `${what}: without a retry ${tell(single)}; with one ${tell(double)}, ${double.retried} tried again, ` +
      `longest ${double.longestMs.toFixed(0)} ms`,
  );
  if (Object.keys(double.failures).some((code) => code !== NO_RESPONDERS))
    problems.push(`${what}: failures in spite of a retry: ${tell(double)}`);
}

/** @param {import('./support/paced-load.mjs').LoadReport} report */
function tell({ sent, failures }) {
  const parts = Object.entries(failures).map(([code, count]) => `${count} x ${code}`);
  return `${parts.length === 0 ? 'no failure' : parts.join(', ')} of ${sent}`;
}

/** @param {readonly string[]} args @param {string} file @returns {Promise<Pool>} */
function serve(args, file) {
  return startNatsctl(['serve', file, '-s', url, '-w', String(WORKERS), '--log', 'off', ...args]);
}

/** @param {Pool} pool @returns {readonly number[]} */
function workersOf({ pid }) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

/** @param {readonly string[]} args */
async function run(...args) {
  await promisify(execFile)(process.execPath, [launcher, ...args], { env, timeout: 60_000 });
}

function startServer() {
  const own = join(new URL('..', import.meta.url).pathname, '.tools', 'bin', 'nats-server');
  return startUntil(process.env.NATSCTL_NATS_SERVER ?? own, ['-a', '127.0.0.1', '-p', String(port)], /Server is ready/);
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const listener = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = /** @type {import('node:net').AddressInfo} */ (listener.address());
      listener.close(() => resolve(free));
    });
  });
}
