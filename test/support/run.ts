import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type ProgramOptions,
  type RunningProgram,
  type RunOptions,
  type RunResult,
  runProgram,
  startProgram,
} from './program.js';
import { requireTool } from './tools.js';

interface NatsctlOptions {
  /** The Node that runs natsctl; default: the one that runs the tests. */
  readonly node?: string;
  /** A program and its arguments that runs what follows them in its own place, as `env` and `nsenter` do. */
  readonly through?: readonly string[];
}

/** Runs the built natsctl to its end. */
export function natsctl(
  args: readonly string[],
  { node, through, ...options }: RunOptions & NatsctlOptions = {},
): Promise<RunResult> {
  const [program, ...rest] = commandLine(args, node, through);
  return runProgram(program, rest, options);
}

/** Starts the built natsctl. */
export function startNatsctl(
  args: readonly string[],
  { node, through, ...options }: ProgramOptions & NatsctlOptions = {},
): RunningProgram {
  const [program, ...rest] = commandLine(args, node, through);
  return startProgram(program, rest, options);
}

/** Runs the peer command, `nats`, to its end. */
export function peer(args: readonly string[], options?: RunOptions): Promise<RunResult> {
  return runProgram(requireTool('nats'), args, options);
}

/** Starts the peer command, `nats`. */
export function startPeer(args: readonly string[], options?: ProgramOptions): RunningProgram {
  return startProgram(requireTool('nats'), args, options);
}

/** The program that runs natsctl, and its arguments. */
function commandLine(
  args: readonly string[],
  node = process.execPath,
  through: readonly string[] = [],
): [string, ...string[]] {
  return [...through, node, builtLauncher(), ...args] as [string, ...string[]];
}

function builtLauncher(): string {
  const launcher = fileURLToPath(new URL('../../bin/natsctl.js', import.meta.url));
  const built = fileURLToPath(new URL('../../dist/', import.meta.url));
  if (!existsSync(launcher) || !existsSync(built)) throw new Error('natsctl is not built: npm run build');
  return launcher;
}
