import { type ConnectionPlan, formatServer, hostPort, type PlannedServer } from '../connection/index.js';
import { CliError, gravestOf } from '../errors.js';
import { serverNameOf } from './describe-way.js';
import { isOfAddress } from './finding.js';
import { type Probe, probe, type TlsSession } from './probe.js';
import { type Resolve, resolveServer } from './resolve.js';
import { measureRoundTrips, type RoundTrips } from './round-trips.js';

/** What was measured at one address of a server, or why nothing was. */
export type Measurement =
  | {
      readonly kind: 'measured';
      readonly server: string;
      readonly address: string;
      readonly roundTrips: RoundTrips;
      /** From the socket's begin until the login's answer, TLS included. */
      readonly connectMs: number;
      readonly serverName: string | undefined;
      readonly version: string | undefined;
      readonly tls: TlsSession | undefined;
      readonly auth: AuthStatus;
    }
  | {
      readonly kind: 'failed';
      readonly server: string;
      /** Undefined where the host has none. */
      readonly address: string | undefined;
      readonly failure: CliError;
    };

export interface AuthStatus {
  readonly method: PlannedServer['auth']['method'];
  readonly user: string | undefined;
  /** `not_asked`: the server lets everybody in. */
  readonly status: 'accepted' | 'not_asked';
}

export interface RttOptions {
  readonly plan: ConnectionPlan;
  /** Round trips to each address. */
  readonly count: number;
  readonly resolve?: Resolve;
}

/** Connects to each address of each server, one after the other, so that none disturbs another, and measures. */
export async function* measureServers({ plan, count, resolve }: RttOptions): AsyncGenerator<Measurement> {
  for (const server of plan.servers) {
    const name = formatServer(server);
    try {
      for (const address of await resolveServer(server, plan.timeoutMs, resolve)) {
        yield await measureAddress(plan, server, address, count);
      }
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      yield { kind: 'failed', server: name, address: undefined, failure: withHint(error) };
    }
  }
}

async function measureAddress(
  plan: ConnectionPlan,
  server: PlannedServer,
  host: string,
  count: number,
): Promise<Measurement> {
  const probed = await probe(plan, server, host);
  const where = { server: formatServer(server), address: hostPort({ host, port: server.port }) };
  const { connection, failure } = probed;
  if (connection === undefined) {
    return {
      kind: 'failed',
      ...where,
      failure: withHint(failure ?? new CliError('internal', 'no connection, and no reason')),
    };
  }
  try {
    const roundTrips = await measureRoundTrips(connection, count, plan.timeoutMs);
    return { kind: 'measured', ...where, roundTrips, ...factsOf(probed, server) };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { kind: 'failed', ...where, failure: withHint(error) };
  } finally {
    await connection.close();
  }
}

/** Where nothing better is known, a diagnosis finds it. */
function withHint(failure: CliError): CliError {
  if (failure.hint !== undefined) return failure;
  const { kind, message, details } = failure;
  return new CliError(kind, message, { hint: 'natsctl doctor looks closer', details, cause: failure });
}

function factsOf({ dial, reachedMs, tls }: Probe, { auth }: PlannedServer) {
  const info = dial?.info ?? {};
  return {
    connectMs: reachedMs.ready ?? Number.NaN,
    serverName: serverNameOf(info),
    version: info.version,
    tls,
    auth: {
      method: auth.method,
      user: auth.method === 'user' ? auth.user : undefined,
      status: info.auth_required === true ? 'accepted' : 'not_asked',
    },
  } as const;
}

/**
 * What the measurements end with: undefined where each server was reached at one of its addresses at least, and
 * refused us at none; else the gravest failure. Pure.
 */
export function judgeMeasurements(measurements: readonly Measurement[]): CliError | undefined {
  const reached = new Set(measurements.filter(({ kind }) => kind === 'measured').map(({ server }) => server));
  const servers = new Set(measurements.map(({ server }) => server));
  const failures = measurements.flatMap((measurement) =>
    measurement.kind === 'failed' && !(reached.has(measurement.server) && isOfAddress(measurement.failure))
      ? measurement.failure
      : [],
  );
  const gravest = gravestOf(failures);
  if (gravest === undefined || servers.size === 1) return gravest;
  const { kind, message, hint, details } = gravest;
  const unreached = servers.size - reached.size;
  const told = `${countOf(failures.length)} at ${servers.size} servers; the gravest: ${message}`;
  return new CliError(kind, told, { hint, details: { ...details, servers: servers.size, unreached }, cause: gravest });
}

function countOf(failures: number): string {
  return `${failures} failure${failures === 1 ? '' : 's'}`;
}
