import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { type ProgramOptions, type RunningProgram, type RunOptions, type RunResult, startProgram } from './program.js';
import { natsctl, startNatsctl } from './run.js';

/**
 * A network where nothing listens yet, so that a test may use the default port; whatever this machine runs there.
 * The test itself is not in it: it sees only what programs say.
 */
export interface Network extends AsyncDisposable {
  /** Runs the built natsctl in it, to its end. */
  natsctl(args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Starts the built natsctl in it. */
  startNatsctl(args: readonly string[], options?: ProgramOptions): RunningProgram;
  /** Starts any program in it. */
  start(program: string, args: readonly string[], options?: ProgramOptions): RunningProgram;
}

/** Loopback is down in a new network namespace. */
const ENTER = ['-Urn', 'sh', '-c', 'ip link set lo up && echo up && exec cat'] as const;

const hasNamespaces =
  process.platform === 'linux' &&
  spawnSync('unshare', [...ENTER], { input: '' }).stdout?.toString() === 'up\n' &&
  spawnSync('nsenter', ['--version']).status === 0;

/** Why no test can have a network of its own; undefined where it can. */
export const noNetwork: string | undefined =
  hasNamespaces || (await isFree(4222))
    ? undefined
    : 'port 4222 is in use, and unshare, nsenter and ip give no network namespace';

/**
 * Opens a network namespace of its own; where the system has none, this machine's network, whose default port
 * is free then (see {@link noNetwork}).
 */
export async function openNetwork(): Promise<Network> {
  if (!hasNamespaces) {
    return { natsctl, startNatsctl, start: startProgram, [Symbol.asyncDispose]: async () => undefined };
  }
  // It lasts as long as a process is in it.
  const holder = startProgram('unshare', ENTER, { stdin: { open: true } });
  await holder.waitForLine('stdout', /^up$/);
  const enter = ['-t', String(holder.pid), '-U', '-n', '--preserve-credentials'];
  const through = ['nsenter', ...enter];
  return {
    natsctl: (args, options) => natsctl(args, { ...options, through }),
    startNatsctl: (args, options) => startNatsctl(args, { ...options, through }),
    start: (program, args, options) => startProgram('nsenter', [...enter, program, ...args], options),
    [Symbol.asyncDispose]: () => holder[Symbol.asyncDispose](),
  };
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
