import type { ConnectionPlan } from '../connection/index.js';
import { connect } from '../connection/index.js';
import { askServices, PING } from '../discovery/index.js';
import { CliError, usageError } from '../errors.js';
import type { Output } from '../output/index.js';
import type { RunningServer } from '../server/index.js';
import type { EndpointFace, ServiceSource } from '../services/index.js';
import { untilAborted } from '../until-aborted.js';
import {
  createPlainPool,
  type EmbeddedPolicy,
  type Pool,
  startEmbeddedServer,
  withEmbeddedHint,
} from '../workers/index.js';

export interface ServedPoolOptions {
  readonly source: ServiceSource;
  readonly workers: number;
  readonly plan: ConnectionPlan;
  readonly embedded: EmbeddedPolicy;
  readonly output: Output;
}

/** A pool that is there to be measured. */
export interface ServedPool {
  readonly endpoints: readonly EndpointFace[];
  /** Its address, where a development server was started for it. */
  readonly embeddedUrl: string | undefined;
  /** Rejects where no worker stays alive. */
  readonly failed: Promise<never>;
  /** Drains it, and ends the server that was started for it. */
  stop(): Promise<void>;
}

/**
 * Starts the pool of a service that is to be measured.
 *
 * @param signal ends it at once while it starts
 * @returns undefined where that came before the pool served: what had been started has ended
 * @throws CliError where the pool cannot serve; `usage` where the service is served on that server already: the figures
 *   would be those of both
 */
export async function startServedPool(
  options: ServedPoolOptions,
  signal: AbortSignal,
): Promise<ServedPool | undefined> {
  const { source, workers, plan, embedded, output } = options;
  let server: RunningServer | undefined;
  let pool: Pool | undefined;
  const stop = async (): Promise<void> => {
    await pool?.drain();
    await server?.stop();
  };
  try {
    server = await startEmbeddedServer(embedded, plan);
    signal.throwIfAborted();
    pool = createPlainPool({ source, workers, plan, programLog: output.style.json ? 'json' : 'text', output });
    await untilAborted(pool.start(), signal);
    signal.throwIfAborted();
    const { failed } = pool;
    failed.catch(() => undefined);
    const services = pool.services();
    for (const service of services) await requireAlone(service.name, workers, plan);
    signal.throwIfAborted();
    const endpoints = services.flatMap((service) => service.endpoints);
    return { endpoints, embeddedUrl: server?.url, failed, stop };
  } catch (error) {
    if (signal.aborted) {
      // Nothing was asked of it yet: it has nothing to answer.
      pool?.kill();
      await pool?.ended();
    }
    await stop();
    if (signal.aborted) return undefined;
    throw withEmbeddedHint(error, embedded);
  }
}

/** @throws CliError `usage` where others than so many of ours serve it, as far as discovery tells */
async function requireAlone(name: string, workers: number, plan: ConnectionPlan): Promise<void> {
  const connection = await connect(plan);
  let instances: number;
  try {
    instances = (await askServices(connection, PING, { name }, plan)).answers.length;
  } catch (error) {
    if (error instanceof CliError && error.mayPass) return;
    throw error;
  } finally {
    await connection.close();
  }
  if (instances <= workers) return;
  throw usageError(
    `${name} is served on this server already: the figures would be those of both`,
    'measure what runs there with natsctl bench request SUBJECT, or name another server',
  );
}

/**
 * The subject to send requests to, of an endpoint that may have wildcards in its own.
 *
 * @param name of the endpoint; undefined for the first one
 * @param subjectCount over how many subjects below it they are to be spread
 * @throws CliError `usage` where there is none, or where it does not serve those below it
 */
export function subjectOfEndpoint(
  endpoints: readonly EndpointFace[],
  name: string | undefined,
  subjectCount: number,
): string {
  const endpoint = name === undefined ? endpoints[0] : endpoints.find((candidate) => candidate.name === name);
  if (endpoint === undefined) {
    const names = endpoints.map((candidate) => candidate.name).join(', ');
    throw usageError(
      name === undefined ? 'the service has no endpoints' : `the service has no endpoint ${JSON.stringify(name)}`,
      names === '' ? undefined : `there are: ${names}`,
    );
  }
  if (subjectCount > 1 && !/(?:^|\.)>$/.test(endpoint.subject)) {
    throw usageError(
      `--subjects spreads over those below ${endpoint.subject}, which the endpoint does not serve`,
      'it goes with an endpoint whose subject ends with ">"',
    );
  }
  return endpoint.subject
    .split('.')
    .map((token) => (token === '*' || token === '>' ? 'bench' : token))
    .join('.');
}
