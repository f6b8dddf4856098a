import {
  type Fields,
  readAmount,
  readFields,
  readList,
  readMetadata,
  readName,
  readText,
  Unreadable,
} from './fields.js';

/** Who answers: an instance of a service. */
export interface Identity {
  readonly name: string;
  /** Of this instance alone. */
  readonly id: string;
  readonly version: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface DescribedEndpoint {
  readonly name: string;
  readonly subject: string;
  /** Empty where the instance does not tell. */
  readonly queue: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What an instance does. */
export interface Description extends Identity {
  readonly description: string;
  readonly endpoints: readonly DescribedEndpoint[];
}

export interface MeasuredEndpoint {
  readonly name: string;
  readonly subject: string;
  readonly queue: string;
  readonly requests: number;
  readonly errors: number;
  /** Of all requests together. */
  readonly processingMs: number;
  /** Empty where there was none. */
  readonly lastError: string;
}

/** What an instance has done. */
export interface Measurement extends Identity {
  /** As it says, RFC 3339; empty where it does not. */
  readonly started: string;
  readonly endpoints: readonly MeasuredEndpoint[];
}

/** A question to all services that speak as ADR-32 (NATS micro services) says, and how its answers are read. */
export interface Question<T extends Identity> {
  readonly verb: string;
  /** @throws Unreadable where ADR-32 has it otherwise */
  read(payload: Uint8Array): T;
}

export const PING: Question<Identity> = {
  verb: 'PING',
  read: (payload) => readIdentity(parse(payload, 'ping')),
};

export const INFO: Question<Description> = {
  verb: 'INFO',
  read(payload) {
    const fields = parse(payload, 'info');
    const endpoints = readList(fields, 'endpoints', (endpoint) => ({
      ...readAddress(endpoint),
      metadata: readMetadata(endpoint),
    }));
    return { ...readIdentity(fields), description: readText(fields, 'description'), endpoints };
  },
};

export const STATS: Question<Measurement> = {
  verb: 'STATS',
  read(payload) {
    const fields = parse(payload, 'stats');
    const endpoints = readList(fields, 'endpoints', (endpoint) => ({
      ...readAddress(endpoint),
      requests: readAmount(endpoint, 'num_requests'),
      errors: readAmount(endpoint, 'num_errors'),
      processingMs: readAmount(endpoint, 'processing_time') / NANOSECONDS,
      lastError: readLastError(endpoint['last_error']),
    }));
    return { ...readIdentity(fields), started: readText(fields, 'started'), endpoints };
  },
};

/** In a millisecond. */
const NANOSECONDS = 1e6;
/** ADR-32: "name … can only have A-Z, a-z, 0-9, dash, underscore". */
const SERVICE_NAME = /^[\w-]+$/;

/** Whether a service may have this name. */
export function isServiceName(name: string): boolean {
  return SERVICE_NAME.test(name);
}

function parse(payload: Uint8Array, kind: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    throw new Unreadable('it is no JSON');
  }
  const fields = readFields(value, 'it');
  const type = `io.nats.micro.v1.${kind}_response`;
  if (fields['type'] !== type) throw new Unreadable(`its type is not ${type}`);
  return fields;
}

function readIdentity(fields: Fields): Identity {
  const name = readName(fields, 'name');
  if (!isServiceName(name)) throw new Unreadable(`${JSON.stringify(name)} is no name of a service`);
  return {
    name,
    id: readName(fields, 'id'),
    version: readName(fields, 'version'),
    metadata: readMetadata(fields),
  };
}

function readAddress(endpoint: Fields): Pick<DescribedEndpoint, 'name' | 'subject' | 'queue'> {
  return {
    name: readName(endpoint, 'name'),
    subject: readName(endpoint, 'subject'),
    queue: readText(endpoint, 'queue_group'),
  };
}

/** A text; the Rust client has an object there, and others null. */
function readLastError(value: unknown): string {
  return typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value);
}
