import type { ServiceDefinition } from './define-service.js';
import type { EndpointStatistics } from './endpoint-statistics.js';

/** An endpoint of a running instance. */
export interface EndpointState {
  readonly name: string;
  readonly subject: string;
  readonly queue: string;
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
  return { name: definition.name, id, version: definition.version, metadata: {} };
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
    endpoints: instance.endpoints.map(({ name, subject, queue }) => ({
      name,
      subject,
      queue_group: queue,
      metadata: {},
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
      queue_group: queue,
      num_requests: statistics.requests,
      num_errors: statistics.errors,
      last_error: statistics.lastError,
      processing_time: statistics.processingNs,
      average_processing_time: statistics.averageNs,
    })),
  };
}
