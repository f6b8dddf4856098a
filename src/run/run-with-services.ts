import { planConnection, type TraceStyle } from '../connection/index.js';
import type { Output } from '../output/index.js';
import { startServer } from '../server/index.js';
import { nameOfSource, type ServiceSource } from '../services/index.js';
import { createPlainPool, type Pool } from '../workers/index.js';
import { runChild } from './child.js';
import { exitCodeOfSignal } from './exit-codes.js';
import { relaySignals } from './signal-relay.js';

export interface RunOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Ready on the server before the command starts. */
  readonly services: readonly ServiceSource[];
  /** Of each service. */
  readonly workers: number;
  readonly env: NodeJS.ProcessEnv;
  readonly output: Output;
  /** How to show what the services and the server say to each other; undefined where nobody asked for it. */
  readonly trace: TraceStyle | undefined;
}

/**
 * Runs a command with a development server on a free port and services ready on it; ends them when it has ended.
 *
 * @returns the exit code for it, see {@link runChild}; 128 and the signal's number where one came before it started
 * @throws CliError where the server or a service does not start
 */
export async function runWithServices(options: RunOptions): Promise<number> {
  const { command, args, services, env, output } = options;
  const signals = relaySignals();
  const server = await startServer({ port: 0 });
  const pools = services.map((source) => createPool(source, { ...options, url: server.url }));
  try {
    const ready = Promise.all(pools.map((pool) => pool.start()));
    const interrupted = await Promise.race([ready.then(() => undefined), signals.interrupted]);
    if (interrupted !== undefined) return exitCodeOfSignal(interrupted);
    for (const pool of pools) pool.failed.catch((error: Error) => output.warn(error.message));
    return await runChild(command, args, environmentFor(env, server.url), signals, (error) => output.error(error));
  } finally {
    await Promise.all(pools.map((pool) => pool.drain()));
    await server.stop();
    signals.release();
  }
}

function createPool(
  source: ServiceSource,
  { url, workers, output, trace }: Pick<RunOptions, 'workers' | 'output' | 'trace'> & { readonly url: string },
): Pool {
  const name = nameOfSource(source);
  const flags = { server: url };
  const plan = planConnection({ flags, env: {}, home: '', context: undefined, name: `natsctl run ${name}`, trace });
  return createPlainPool({ source, workers, plan, programLog: 'text', output });
}

/** The caller's environment with this server as the only one. */
function environmentFor(env: NodeJS.ProcessEnv, url: string): NodeJS.ProcessEnv {
  const others = Object.entries(env).filter(([name]) => !name.startsWith('NATS_'));
  return { ...Object.fromEntries(others), NATS_URL: url };
}
