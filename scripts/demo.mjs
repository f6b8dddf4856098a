#!/usr/bin/env node
/**
 * Shows natsctl at work: a server of its own on a free port, a pool of three workers, requests, a worker killed,
 * the others carrying on, and the orderly end. Everything shown has happened; the exit code is 0 only if each
 * step did what it says.
 *
 *     npm ci && npm run demo
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Chalk } from 'chalk';

const STEP_TIMEOUT_MS = 10_000;
const NAMES = ['Anna', 'Ben', 'Chloé', 'Đorđe', 'Emeka', 'Fumiko'];
const NAMES_AFTERWARDS = ['Gabriela', 'Hans', 'Ines'];

const launcher = fileURLToPath(new URL('../bin/natsctl.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'natsctl-demo-'));
const isPlain = !process.stdout.isTTY || Boolean(process.env.NO_COLOR);
const colors = new Chalk({ level: isPlain ? 0 : 1 });
/** The demo's own server and none of the surroundings' settings. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NATS')));
/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** @param {string} text */
const say = (text) => process.stdout.write(`${text}\n`);
/** @param {string} text */
const heading = (text) => say(`\n${colors.bold(text)}`);
/** @param {string} text */
const command = (text) => say(`${colors.dim('$')} ${colors.cyan(text)}`);

/**
 * Starts natsctl.
 *
 * @param {readonly string[]} args
 * @param {(line: string) => void} onLine each line of its stderr
 */
function start(args, onLine = () => undefined) {
  const child = spawn(process.execPath, [launcher, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  createInterface({ input: child.stderr }).on('line', onLine);
  child.once('exit', () => running.delete(child));
  return child;
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {string} what
 * @returns {Promise<T>}
 */
async function inTime(promise, what) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${STEP_TIMEOUT_MS / 1000} s`)), STEP_TIMEOUT_MS);
  });
  try {
    return /** @type {T} */ (await Promise.race([promise, late]));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Reads a ready file once it is there.
 *
 * @param {string} path
 * @param {import('node:child_process').ChildProcess} child
 */
function ready(path, child) {
  const written = new Promise((resolve, reject) => {
    const look = () => {
      try {
        resolve(JSON.parse(readFileSync(path, 'utf8')));
      } catch {
        return;
      }
      watcher.close();
    };
    const watcher = watch(folder, look);
    child.once('exit', (code) => {
      watcher.close();
      reject(new Error(`natsctl ended with ${code}`));
    });
    look();
  });
  return inTime(/** @type {Promise<Record<string, unknown>>} */ (written), 'the start');
}

/**
 * Sends one request with natsctl.
 *
 * @param {string} url
 * @param {string} name
 */
async function greet(url, name) {
  const child = start([
    'request',
    'greeter.greet',
    name,
    '-s',
    url,
    '--no-context',
    '--timeout',
    '1s',
    '--retries',
    '3',
  ]);
  let reply = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    reply += text;
  });
  const [code] = await inTime(once(child, 'close'), `the request for ${name}`);
  if (code !== 0 || reply !== `Hello, ${name}!\n`)
    throw new Error(`the request for ${name} ended with ${code}: ${reply}`);
  return reply.trim();
}

/** @param {import('node:child_process').ChildProcess} child */
async function stop(child) {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = await inTime(exited, 'the end');
  if (code !== 0) throw new Error(`natsctl ended with ${code}`);
}

/** Which worker answered whom, out of the pool's log. */
class AnswerBook {
  /** @type {Map<string, number>} */
  #workers = new Map();
  /** @type {Array<() => void>} */
  #waiting = [];

  /** @param {string} line a line of the pool's JSON log */
  read(line) {
    const { message, worker } = JSON.parse(line);
    const name = /^Received request for (.*), sending: /.exec(message)?.[1];
    if (name !== undefined) this.#workers.set(name, worker);
    for (const look of this.#waiting.splice(0)) look();
  }

  /**
   * @param {string} name
   * @returns {Promise<number>}
   */
  async workerOf(name) {
    for (;;) {
      const worker = this.#workers.get(name);
      if (worker !== undefined) return worker;
      await inTime(new Promise((resolve) => this.#waiting.push(() => resolve(undefined))), 'the log');
    }
  }
}

async function demo() {
  heading('A server for development, in Node, on a free port');
  const serverFile = join(folder, 'server.json');
  command('natsctl server --port 0');
  const server = start(['server', '--port', '0', '--ready-file', serverFile, '--log', 'off']);
  const url = String((await ready(serverFile, server)).url);
  say(`  listening at ${url}`);

  heading('A service with three workers');
  const poolFile = join(folder, 'pool.json');
  const answers = new AnswerBook();
  /** @type {(line: string) => void} */
  let onPoolLine = () => undefined;
  command('natsctl serve greeter --workers 3');
  const flags = ['-s', url, '--no-context', '--json', '--ready-file', poolFile];
  const pool = start(['serve', 'greeter', '--workers', '3', ...flags], (line) => {
    answers.read(line);
    onPoolLine(line);
  });
  const { subjects, workers, worker_pids: pids } = await ready(poolFile, pool);
  say(`  ${workers} workers serve ${subjects}`);

  heading('Requests, each answered by one of them');
  for (const name of NAMES) {
    command(`natsctl request greeter.greet ${name}`);
    const reply = await greet(url, name);
    say(`  ${colors.green(reply)}  ${colors.dim(`worker ${await answers.workerOf(name)}`)}`);
  }

  heading('A worker is killed: the others carry on, and it is replaced');
  const victim = await answers.workerOf(/** @type {string} */ (NAMES.at(-1)));
  const replaced = new Promise((resolve) => {
    onPoolLine = (line) => {
      if (line.includes(`worker-${victim} serves greeter again`)) resolve(undefined);
    };
  });
  const pid = Number(/** @type {number[]} */ (pids)[victim - 1]);
  command(`kill -9 ${pid}  ${colors.dim(`# worker ${victim}`)}`);
  process.kill(pid, 'SIGKILL');
  for (const name of NAMES_AFTERWARDS) {
    const reply = await greet(url, name);
    say(`  ${colors.green(reply)}  ${colors.dim(`worker ${await answers.workerOf(name)}`)}`);
  }
  await inTime(replaced, 'the replacement');
  say(`  worker ${victim} was replaced`);

  heading('The orderly end: what is in hand is answered first');
  command('kill -TERM the pool, then the server');
  await stop(pool);
  await stop(server);
  say('  both ended with exit code 0\n');
}

const impatience = setTimeout(() => {
  process.stderr.write('the demo took too long\n');
  process.exit(1);
}, 60_000);
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
try {
  await demo();
  process.exitCode = 0;
} catch (error) {
  process.stderr.write(`${colors.red('the demo failed:')} ${/** @type {Error} */ (error).message}\n`);
  process.exitCode = 1;
}
clearTimeout(impatience);
for (const child of running) child.kill('SIGKILL');
