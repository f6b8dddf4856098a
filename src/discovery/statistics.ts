import type { MeasuredEndpoint, Measurement } from './answers.js';

/** What happens now, as counters of two moments say. */
export interface Rates {
  readonly requestsPerS: number;
  readonly errorsPerS: number;
  /** Of all requests together, in each second. */
  readonly processingMsPerS: number;
}

/** What was done since the start, and, where there was an earlier moment, what is done now. */
export interface Totals {
  readonly requests: number;
  readonly errors: number;
  readonly processingMs: number;
  readonly rates?: Rates | undefined;
}

/** An endpoint over all instances that have it. */
export interface EndpointStatistics extends Totals {
  readonly name: string;
  readonly subject: string;
  readonly queue: string;
  readonly instances: number;
  /** Of the first instance that had one; empty where none had. */
  readonly lastError: string;
}

/** An instance over all its endpoints. */
export interface InstanceStatistics extends Totals {
  readonly id: string;
  readonly started: string;
}

/** A version of a service over all its instances. */
export interface ServiceStatistics extends Totals {
  readonly name: string;
  readonly version: string;
  readonly endpoints: readonly EndpointStatistics[];
  readonly instances: readonly InstanceStatistics[];
}

/** An instance's counters, with rates where there are any. */
export interface RatedMeasurement extends Measurement {
  readonly endpoints: ReadonlyArray<MeasuredEndpoint & Pick<Totals, 'rates'>>;
}

/** The mean time of a request; undefined where there was none. */
export function averageMs({ requests, processingMs }: Totals): number | undefined {
  return requests === 0 ? undefined : processingMs / requests;
}

/** The mean time of the requests of now; undefined where there are none, or nothing is known of it. */
export function recentAverageMs({ rates }: Totals): number | undefined {
  return rates === undefined || rates.requestsPerS === 0 ? undefined : rates.processingMsPerS / rates.requestsPerS;
}

/** Adds up what instances say of themselves, by name and version, in that order; endpoints as they are declared. */
export function sumStatistics(measurements: readonly RatedMeasurement[]): readonly ServiceStatistics[] {
  return groupByVersion(measurements).map((instances) => {
    const [{ name, version }] = instances;
    const endpoints = groupBy(
      instances.flatMap((instance) => instance.endpoints),
      ({ name, subject, queue }) => JSON.stringify([name, subject, queue]),
    );
    return {
      name,
      version,
      ...addTotals(instances.flatMap((instance) => instance.endpoints)),
      endpoints: endpoints.map((ofInstances) => ({
        name: ofInstances[0].name,
        subject: ofInstances[0].subject,
        queue: ofInstances[0].queue,
        instances: ofInstances.length,
        ...addTotals(ofInstances),
        lastError: ofInstances.find(({ lastError }) => lastError !== '')?.lastError ?? '',
      })),
      instances: instances.map(({ id, started, endpoints }) => ({ id, started, ...addTotals(endpoints) })),
    };
  });
}

/** One or more of the same kind. */
export type Group<T> = readonly [T, ...T[]];

/** The instances of each version of each service: by name, then by version with numbers as such, then by id. */
export function groupByVersion<T extends { readonly name: string; readonly version: string; readonly id: string }>(
  instances: readonly T[],
): ReadonlyArray<Group<T>> {
  const sorted = [...instances].sort(
    (a, b) => compare(a.name, b.name) || COLLATOR.compare(a.version, b.version) || compare(a.id, b.id),
  );
  return groupBy(sorted, ({ name, version }) => JSON.stringify([name, version]));
}

const COLLATOR = new Intl.Collator('en', { numeric: true });

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** In the order of the first of each. */
export function groupBy<T>(members: readonly T[], keyOf: (member: T) => string): ReadonlyArray<Group<T>> {
  const groups = new Map<string, [T, ...T[]]>();
  for (const member of members) {
    const key = keyOf(member);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [member]);
    else group.push(member);
  }
  return [...groups.values()];
}

function addTotals(parts: readonly Totals[]): Totals {
  const rated = parts.flatMap(({ rates }) => rates ?? []);
  return {
    requests: sum(parts, 'requests'),
    errors: sum(parts, 'errors'),
    processingMs: sum(parts, 'processingMs'),
    rates:
      rated.length === 0
        ? undefined
        : {
            requestsPerS: sum(rated, 'requestsPerS'),
            errorsPerS: sum(rated, 'errorsPerS'),
            processingMsPerS: sum(rated, 'processingMsPerS'),
          },
  };
}

function sum<K extends string>(parts: ReadonlyArray<{ readonly [key in K]: number }>, key: K): number {
  return parts.reduce((total, part) => total + part[key], 0);
}
