import type { DescribedEndpoint, Description, Identity } from './answers.js';
import { groupBy, groupByVersion } from './statistics.js';

/** A version of a service, as its instances describe it. */
export interface ServiceDescription {
  readonly name: string;
  readonly version: string;
  /** Of the first instance that has one; empty where none has. */
  readonly description: string;
  readonly endpoints: readonly DescribedEndpoint[];
  readonly instances: ReadonlyArray<Pick<Identity, 'id' | 'metadata'>>;
}

/** Puts together what instances say of themselves, by name and version, in that order. */
export function mergeDescriptions(descriptions: readonly Description[]): readonly ServiceDescription[] {
  return groupByVersion(descriptions).map((instances) => ({
    name: instances[0].name,
    version: instances[0].version,
    description: instances.find(({ description }) => description !== '')?.description ?? '',
    endpoints: groupBy(
      instances.flatMap(({ endpoints }) => endpoints),
      ({ name, subject, queue }) => JSON.stringify([name, subject, queue]),
    ).map(([endpoint]) => endpoint),
    instances: instances.map(({ id, metadata }) => ({ id, metadata })),
  }));
}
