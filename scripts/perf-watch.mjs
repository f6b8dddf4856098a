#!/usr/bin/env node
/**
 * Measures `natsctl serve --watch`: saves a changed module again and again, as editors do, while requests run, and
 * takes the time from the save to the first reply of the new version and to replies of it from all workers. No request
 * may be lost. Prints medians, maxima and the targets of the project.
 *
 *     npm run build && npm run perf:watch -- --saves 10 --workers 4 --pause 2000 --strict
 *
 * The server is NATSCTL_NATS_SERVER, or the one of `npm run tools`, or on the PATH. With --strict a missed target is
 * exit 1.
 */
import { openSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connect } from 'nats';
import { median, readCount, row, tellMissed } from './perf/figures.mjs';
import { end, folder, requireBuild, startNatsctl, startNatsServer } from './perf/programs.mjs';

const FIRST_TARGET_MS = 300;
const ALL_TARGET_MS = 1_000;
/** So many callers, each with a request at a time. */
const CALLERS = 8;
/** What a caller waits between two: it is to see a new version, and not to keep the processors busy. */
const CALL_PAUSE_MS = 2;
const SAVE_TIMEOUT_MS = 20_000;
const HEADING = [44, 10, 10, 10, 7];

const { values: flags } = parseArgs({
  options: {
    saves: { type: 'string', default: '10' },
    workers: { type: 'string', default: '4' },
    pause: { type: 'string', default: '2000' },
    strict: { type: 'boolean' },
  },
});
const saves = readCount(flags.saves, '--saves');
const workers = readCount(flags.workers, '--workers');
const pauseMs = readCount(flags.pause, '--pause');
requireBuild();

const module = join(folder, 'perf.ts');
const helper = join(folder, 'version.ts');
/** @param {number} version */
function save(version) {
  writeFileSync(`${helper}~`, `export const current: number = ${version};\n`);
  renameSync(`${helper}~`, helper);
}
save(0);
writeFileSync(
  module,
  "import { current } from './version.js';\nexport const version = () => current + ' ' + process.pid;\n",
);

const server = await startNatsServer();
const log = openSync(join(folder, 'log'), 'w');
const pool = await startNatsctl(
  ['serve', module, '-s', server.url, '--workers', String(workers), '--log', 'off', '--watch'],
  log,
);
const connection = await connect({ servers: server.url, noAsyncTraces: true });

let requests = 0;
let lost = 0;
let isOver = false;
/** @type {(version: number, pid: string) => void} */
let hear = () => undefined;
const callers = Array.from({ length: CALLERS }, async () => {
  while (!isOver) {
    requests += 1;
    try {
      const [version, pid = ''] = (await connection.request('perf.version', '', { timeout: 5_000 }))
        .string()
        .split(' ');
      hear(Number(version), pid);
    } catch {
      lost += 1;
    }
    await delay(CALL_PAUSE_MS);
  }
});

/** @type {number[]} */
const first = [];
/** @type {number[]} */
const all = [];
for (let version = 1; version <= saves; version++) {
  await delay(pauseMs);
  const savedMs = performance.now();
  save(version);
  const pids = new Set();
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`version ${version} is not served`)), SAVE_TIMEOUT_MS);
    hear = (heard, pid) => {
      if (heard !== version) return;
      if (pids.size === 0) first.push(performance.now() - savedMs);
      pids.add(pid);
      if (pids.size < workers) return;
      clearTimeout(timer);
      hear = () => undefined;
      all.push(performance.now() - savedMs);
      resolve(undefined);
    };
  });
}
isOver = true;
await Promise.all(callers);
await connection.close();
await end(pool);
await end(server);

let missed = 0;
console.log(
  `Node ${process.version}, ${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)}: ${saves} saves, ${requests} requests\n`,
);
console.log(row(HEADING, ['from a save, in ms', 'median', 'max', 'target']));
print('to the first reply of the new version', first, FIRST_TARGET_MS);
print(`to replies of it from all ${workers} workers`, all, ALL_TARGET_MS);
console.log(row(HEADING, ['requests lost', '', String(lost), '0', lost > 0 ? 'missed' : '']));
if (lost > 0) missed += 1;
tellMissed(missed);
process.exit(flags.strict && missed > 0 ? 1 : 0);

/**
 * @param {string} what
 * @param {readonly number[]} times
 * @param {number} target
 */
function print(what, times, target) {
  const isMissed = median(times) > target;
  if (isMissed) missed += 1;
  const cells = [median(times), Math.max(...times), target].map((time) => time.toFixed(0));
  console.log(row(HEADING, [what, ...cells, isMissed ? 'missed' : '']));
}
