import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionPlan, Environment } from '../connection/index.js';
import { CliError, usageError } from '../errors.js';
import type { RunningServer } from '../server/index.js';

/** Whether a pool may bring a server of its own. */
export type EmbeddedPolicy =
  /** Where none answers on the default address, and none was named. */
  | { readonly kind: 'where_missing' }
  /** Never; `hint` tells a person how to have one all the same. */
  | { readonly kind: 'never'; readonly hint: string | undefined };

export interface EmbeddedFlags {
  readonly embedded: boolean;
  readonly noEmbedded: boolean;
}

const TLS_HINT = 'leave out --tlsca, --tlscert, --tlskey and --tlsfirst (NATS_CA, NATS_CERT, NATS_KEY)';

/** While `--wait-server` lasts, look for a server this often. */
const PROBE_PAUSE_MS = 200;

/**
 * Decides whether this pool may start a server. Pure.
 *
 * A server that was named is never replaced by another; and surroundings that say production get none without
 * being asked for one: a pod that forgot its NATS_URL must not become an island that reports ready.
 *
 * @throws CliError `usage` where the flags contradict each other
 */
export function embeddedPolicy(flags: EmbeddedFlags, env: Environment, plan: ConnectionPlan): EmbeddedPolicy {
  if (flags.embedded && flags.noEmbedded) throw usageError('--embedded and --no-embedded exclude each other');
  const named = plan.context === undefined ? plan.serversFrom : `context ${plan.context}`;
  if (named !== 'default') {
    if (flags.embedded) throw usageError(`--embedded: a server is named already, by ${named}`);
    return { kind: 'never', hint: undefined };
  }
  if (flags.embedded && plan.tls !== undefined) {
    // Its own workers would refuse it.
    throw usageError('--embedded: the server that it starts speaks no TLS, and TLS was asked for', TLS_HINT);
  }
  if (flags.embedded) return { kind: 'where_missing' };
  if (flags.noEmbedded || env['NATSCTL_EMBEDDED'] === '0') {
    const forbiddenBy = flags.noEmbedded ? '--no-embedded' : 'NATSCTL_EMBEDDED=0';
    const hint = `${forbiddenBy} forbids to start one: name a server with --server or NATS_URL, or say --embedded instead`;
    return { kind: 'never', hint };
  }
  const production = env['NODE_ENV'] === 'production' ? 'NODE_ENV' : 'KUBERNETES_SERVICE_HOST';
  if (env['NODE_ENV'] === 'production' || env['KUBERNETES_SERVICE_HOST']) {
    const hint = `${production} says production: name a server with NATS_URL, or start one for development with --embedded`;
    return { kind: 'never', hint };
  }
  if (plan.auth.method !== 'none' || plan.tls !== undefined) {
    // Whoever gives credentials means a server that asks for them.
    const hint =
      plan.tls === undefined
        ? 'credentials were given, so no server is started for development; --embedded does'
        : 'TLS was asked for, so no server is started for development';
    return { kind: 'never', hint };
  }
  return { kind: 'where_missing' };
}

/**
 * Starts the development server on the default address if the policy allows it and none answers there, not
 * before `waitServerMs` is over.
 *
 * @returns undefined where there is a server already, or may be none of ours
 */
export async function startEmbeddedServer(
  policy: EmbeddedPolicy,
  plan: ConnectionPlan,
): Promise<RunningServer | undefined> {
  const [address] = plan.servers;
  if (policy.kind === 'never' || address === undefined) return undefined;
  const deadline = performance.now() + plan.waitServerMs;
  for (;;) {
    if (await answers(address.host, address.port)) return undefined;
    const remaining = deadline - performance.now();
    if (remaining <= 0) break;
    await delay(Math.min(PROBE_PAUSE_MS, remaining));
  }
  const { startServer } = await import('../server/index.js');
  try {
    return await startServer({ host: address.host, port: address.port });
  } catch (error) {
    // Another pool was quicker: its server is there for both.
    if (await answers(address.host, address.port)) return undefined;
    throw error;
  }
}

async function answers(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** The error of a pool that found no server, with how to have one for development. */
export function withEmbeddedHint(error: unknown, policy: EmbeddedPolicy): unknown {
  if (!(error instanceof CliError) || error.kind !== 'connection') return error;
  if (policy.kind !== 'never' || policy.hint === undefined) return error;
  const { kind, message, details } = error;
  return new CliError(kind, message, { hint: policy.hint, details, cause: error });
}
