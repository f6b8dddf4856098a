import type { Identity } from './answers.js';
import type { Answer } from './ask.js';
import type { ServiceDescription } from './descriptions.js';
import { averageMs, recentAverageMs, type ServiceStatistics, type Totals } from './statistics.js';

/** A version of a service as `service ls --json` has it. */
export function serviceFields(service: ServiceStatistics): object {
  const { name, version, instances, endpoints } = service;
  return { name, version, instances: instances.length, endpoints: endpoints.length, ...totalsFields(service) };
}

/** The same as `service stats --json` has it: with what it is the sum of. */
export function statisticsFields(service: ServiceStatistics): object {
  return {
    ...serviceFields(service),
    by_endpoint: service.endpoints.map((endpoint) => ({
      name: endpoint.name,
      subject: endpoint.subject,
      queue_group: endpoint.queue || undefined,
      instances: endpoint.instances,
      ...totalsFields(endpoint),
      last_error: endpoint.lastError || undefined,
    })),
    by_instance: service.instances.map((instance) => ({
      id: instance.id,
      started: instance.started || undefined,
      ...totalsFields(instance),
    })),
  };
}

/** A version of a service as `service info --json` has it. */
export function descriptionFields({ name, version, description, endpoints, instances }: ServiceDescription): object {
  return {
    name,
    version,
    description: description || undefined,
    instances: instances.length,
    endpoints: endpoints.length,
    by_endpoint: endpoints.map(({ queue, ...endpoint }) => ({
      name: endpoint.name,
      subject: endpoint.subject,
      queue_group: queue || undefined,
      metadata: endpoint.metadata,
    })),
    by_instance: instances,
  };
}

/** An instance as `service ping --json` has it. */
export function pingFields({ name, version, id, metadata, rttMs }: Answer<Identity>): object {
  return { name, version, id, metadata, rtt_ms: round(rttMs, 3) };
}

function totalsFields(totals: Totals): object {
  const { requests, errors, processingMs, rates } = totals;
  return {
    requests,
    errors,
    processing_ms: round(processingMs, 3),
    average_ms: round(averageMs(totals), 3),
    requests_per_s: round(rates?.requestsPerS, 1),
    errors_per_s: round(rates?.errorsPerS, 1),
    recent_average_ms: round(recentAverageMs(totals), 3),
  };
}

function round(value: number | undefined, digits: number): number | undefined {
  return value === undefined ? undefined : Number(value.toFixed(digits));
}
