import { homedir } from 'node:os';
import {
  type ConnectionPlan,
  contextFor,
  type Environment,
  planConnection,
  type TraceStyle,
} from '../connection/index.js';
import type { GlobalFlags } from './global-flags.js';

/**
 * The connection that the global flags, the environment and the context in use ask for.
 *
 * @param name the connection's name where `--connection-name` gives none
 * @throws CliError `usage`
 */
export function planFromFlags(flags: GlobalFlags, env: Environment, name: string): ConnectionPlan {
  const home = homeOf(env);
  return planConnection({ flags, env, home, context: contextFor(flags, env, home), name, trace: traceStyle(flags) });
}

/** The directory that `~` means, and that contexts are kept in. */
export function homeOf(env: Environment): string {
  return env['HOME'] || homedir();
}

/** How to show the protocol; undefined without `--trace`. */
export function traceStyle({ trace, json }: GlobalFlags): TraceStyle | undefined {
  return trace ? { json } : undefined;
}
