import type { Msg, Subscription } from 'nats';
import type { Connection } from '../connection/index.js';
import { CliError } from '../errors.js';
import type { ServiceDefinition } from './define-service.js';
import type { EndpointStatistics } from './endpoint-statistics.js';

/** An endpoint of a running instance. */
export interface EndpointState {
  readonly name: string;
  readonly subject: string;
  /** Undefined where every instance gets every request. */
  readonly queue: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly statistics: EndpointStatistics;
}

/** A running instance of a service, as ADR-32 (NATS micro services) describes it. */
export interface Instance {
  readonly definition: ServiceDefinition;
  readonly id: string;
  readonly started: Date;
  readonly endpoints: readonly EndpointState[];
}

function identity({ definition, id }: Instance): object {
  return { name: definition.name, id, version: definition.version, metadata: definition.metadata ?? {} };
}

/** The answer to `$SRV.PING`. */
export function describePing(instance: Instance): object {
  return { type: 'io.nats.micro.v1.ping_response', ...identity(instance) };
}

/** The answer to `$SRV.INFO`. */
export function describeInfo(instance: Instance): object {
  return {
    type: 'io.nats.micro.v1.info_response',
    ...identity(instance),
    description: instance.definition.description ?? '',
    endpoints: instance.endpoints.map(({ name, subject, queue, metadata }) => ({
      name,
      subject,
      queue_group: queue ?? '',
      metadata,
    })),
  };
}

/** The answer to `$SRV.STATS`; times in nanoseconds. */
export function describeStats(instance: Instance): object {
  return {
    type: 'io.nats.micro.v1.stats_response',
    ...identity(instance),
    started: instance.started.toISOString(),
    endpoints: instance.endpoints.map(({ name, subject, queue, statistics }) => ({
      name,
      subject,
      queue_group: queue ?? '',
      num_requests: statistics.requests,
      num_errors: statistics.errors,
      last_error: statistics.lastError,
      processing_time: statistics.processingNs,
      average_processing_time: statistics.averageNs,
    })),
  };
}

/**
 * Answers the discovery subjects: of all services, of this name, and of this instance.
 *
 * @param subscriptions takes what was subscribed
 * @returns the subject that the server's permissions keep from us; undefined where all is well
 */
export async function subscribeDiscovery(
  connection: Connection,
  instance: Instance,
  subscriptions: Subscription[],
): Promise<string | undefined> {
  const { name } = instance.definition;
  const verbs = { PING: describePing, INFO: describeInfo, STATS: describeStats };
  for (const [verb, describe] of Object.entries(verbs)) {
    const callback = (error: Error | null, message: Msg): void => {
      if (error === null && message.reply) message.respond(JSON.stringify(describe(instance)));
    };
    for (const subject of [`$SRV.${verb}`, `$SRV.${verb}.${name}`, `$SRV.${verb}.${name}.${instance.id}`]) {
      subscriptions.push(connection.nats.subscribe(subject, { callback }));
    }
  }
  try {
    await connection.confirm();
    return undefined;
  } catch (error) {
    // Discovery is a convenience: a service that may not be found is served all the same.
    if (error instanceof CliError && error.kind === 'authorization') return String(error.details['subject']);
    throw error;
  }
}
