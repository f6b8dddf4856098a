import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stop } from './figures.mjs';

/** @typedef {{ readonly child: import('node:child_process').ChildProcess, readonly pid: number }} Program */

const START_TIMEOUT_MS = 20_000;
const PORTS_OF_SERVER =
  /(?:http monitor on 127\.0\.0\.1:(\d+)[\s\S]*)?Listening for client connections on 127\.0\.0\.1:(\d+)/;

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const launcher = join(root, 'bin', 'natsctl.js');

/** What a measurement writes; removed at the end. */
export const folder = mkdtempSync(join(tmpdir(), 'natsctl-perf-'));

/**
 * A clean environment: a cache of compiled code and a folder for the sockets of pools that are this run's own.
 *
 * @type {NodeJS.ProcessEnv}
 */
export const env = { PATH: process.env.PATH, HOME: folder, NATSCTL_RUNTIME_DIR: join(folder, 'run') };

/** What was started and still runs. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

export function requireBuild() {
  if (!existsSync(join(root, 'dist', 'cli.cjs'))) stop('natsctl is not built: run `npm run build`');
}

/**
 * Starts a program that stays.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').StdioOptions} [stdio]
 * @returns {Program}
 */
export function start(program, args, stdio = ['ignore', 'pipe', 'pipe']) {
  return keep(spawn(program, args, { env, cwd: folder, stdio }));
}

/**
 * Starts a program that stays and waits until it has printed what is awaited.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RegExp} awaited
 * @returns {Promise<Program & { readonly match: RegExpExecArray }>}
 */
export async function startUntil(program, args, awaited) {
  const { child, pid } = start(program, args);
  let printed = '';
  const match = await new Promise((resolve, reject) => {
    const fail = () => reject(new Error(`${program} ${args.join(' ')} did not get ready: ${printed}`));
    const timer = setTimeout(fail, START_TIMEOUT_MS);
    /** @param {Buffer} chunk */
    const look = (chunk) => {
      printed += chunk;
      const found = awaited.exec(printed);
      if (found === null) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('error', reject).once('exit', fail);
  });
  return { child, pid, match };
}

/**
 * Starts a program of these measurements and waits until it has told that it is ready.
 *
 * @param {string} url of its file
 * @param {readonly string[]} args
 */
export async function startOwn(url, args) {
  const program = keep(fork(fileURLToPath(url), args, { env }));
  await Promise.race([
    once(program.child, 'message'),
    once(program.child, 'exit').then(() => {
      throw new Error(`${url} did not get ready`);
    }),
  ]);
  return program;
}

/**
 * Starts the nats-server of NATSCTL_NATS_SERVER, or that of `npm run tools`, or that on the PATH.
 *
 * @param {readonly string[]} [args]
 */
export async function startNatsServer(args = []) {
  const own = join(root, '.tools', 'bin', 'nats-server');
  const server = process.env.NATSCTL_NATS_SERVER ?? (existsSync(own) ? own : 'nats-server');
  const program = await startUntil(server, ['-a', '127.0.0.1', '-p', '-1', ...args], PORTS_OF_SERVER);
  const [, httpPort, port] = program.match;
  return { ...program, port: Number(port), httpPort: Number(httpPort), url: `nats://127.0.0.1:${port}` };
}

let readyFiles = 0;

/**
 * Starts a natsctl that stays and waits for its ready file.
 *
 * @param {readonly string[]} args
 * @param {string | number} [stderr] where its log goes
 */
export async function startNatsctl([command = '', ...args], stderr = 'ignore') {
  readyFiles += 1;
  const readyFile = join(folder, `ready-${readyFiles}.json`);
  const program = start(
    process.execPath,
    [launcher, command, '--ready-file', readyFile, ...args],
    ['ignore', 'ignore', /** @type {number} */ (stderr)],
  );
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!existsSync(readyFile)) {
    if (program.child.exitCode !== null || performance.now() > deadline) {
      throw new Error(`natsctl ${command} ${args.join(' ')} did not get ready`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  /** @type {{ readonly url: string, readonly port: number, readonly http_port?: number, readonly health_url?: string }} */
  const ready = JSON.parse(readFileSync(readyFile, 'utf8'));
  return {
    ...program,
    url: ready.url,
    port: ready.port,
    httpPort: Number(ready.http_port),
    healthUrl: ready.health_url,
  };
}

/** @param {Program} program */
export async function end({ child }) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

/**
 * A process of its own that puts load on a server: the tasks are in load.mjs.
 */
export class LoadProcess {
  #program = keep(fork(fileURLToPath(import.meta.resolve('./load.mjs')), { env, cwd: root }));

  get pid() {
    return this.#program.pid;
  }

  end() {
    return end(this.#program);
  }

  /**
   * @param {import('./load.mjs').Assignment} assignment to publish, or to request
   * @returns {Promise<import('./load.mjs').Outcome>} when it is done
   */
  async run(assignment) {
    this.#program.child.send(assignment);
    return /** @type {import('./load.mjs').Outcome} */ (await this.#hear());
  }

  /**
   * @param {import('./load.mjs').Assignment} assignment to subscribe, or to respond
   * @returns {Promise<() => Promise<import('./load.mjs').Outcome>>} once it listens; ends it when nothing more comes
   */
  async listen(assignment) {
    this.#program.child.send(assignment);
    await this.#hear();
    return async () => {
      this.#program.child.send('finish');
      return /** @type {import('./load.mjs').Outcome} */ (await this.#hear());
    };
  }

  /** @returns {Promise<unknown>} the next that it says */
  #hear() {
    const { child } = this.#program;
    return new Promise((resolve, reject) => {
      /** @param {{ readonly error?: string }} message */
      const onMessage = (message) => settle(message.error, message);
      const onExit = () => settle('it died');
      const timer = setTimeout(() => settle(`not done within ${RUN_TIMEOUT_MS / 1_000} s`), RUN_TIMEOUT_MS);
      /** @param {string | undefined} error @param {unknown} [message] */
      const settle = (error, message) => {
        clearTimeout(timer);
        child.off('message', onMessage).off('exit', onExit);
        if (error === undefined) resolve(message);
        else reject(new Error(`a load process: ${error}`));
      };
      child.on('message', onMessage).on('exit', onExit);
    });
  }
}

/** No run takes as long, by far. */
const RUN_TIMEOUT_MS = 120_000;

/** @param {number} pid */
export function childrenOf(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

/** What is resident of a process, from Linux. @param {number} pid */
export function megabytesOf(pid) {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

/** What a process has had of the processors so far, in and outside of the system, in steps of 10 ms. @param {number} pid */
export function cpuMsOf(pid) {
  // utime and stime, 14th and 15th, in 1/100 s; the second field, the name in parentheses, may hold blanks.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** @param {import('node:child_process').ChildProcess} child @returns {Program} */
function keep(child) {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return { child, pid: /** @type {number} */ (child.pid) };
}
