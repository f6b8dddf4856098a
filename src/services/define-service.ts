import type { MsgHdrs } from 'nats';

/** A request as a handler gets it. */
export interface ServiceRequest {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: MsgHdrs | undefined;
  /**
   * The body as text.
   *
   * @throws ServiceError 400 where it is no valid UTF-8
   */
  text(): string;
}

/** What a handler answers with: the reply's body. */
export type HandlerResult = string | Uint8Array;

export type Handler = (request: ServiceRequest) => HandlerResult | Promise<HandlerResult>;

export interface Endpoint {
  readonly subject: string;
  readonly handler: Handler;
}

/** A service: the same value for those that come with natsctl and for a user's. */
export interface ServiceDefinition {
  /** Letters, digits, `-` and `_`, as ADR-32 asks. */
  readonly name: string;
  /** Semantic, such as `1.0.0`. */
  readonly version: string;
  readonly description?: string;
  /** The queue group that all instances share, so that each request is answered by one of them. */
  readonly queue: string;
  readonly endpoints: Readonly<Record<string, Endpoint>>;
}

/** Says that the value is a service, and has TypeScript check it. */
export function defineService(definition: ServiceDefinition): ServiceDefinition {
  return definition;
}

/** What a handler throws to answer with an error: the caller reads code and message in the reply's headers. */
export class ServiceError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
  }
}
