import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { MsgHdrs, NatsConnection } from 'nats';
import type { CallOptions, ServiceReply } from './calling.js';

// biome-ignore lint/suspicious/noExplicitAny: where a service is not known, its handlers and hooks are all the same
type Any = any;

/** A request as a handler gets it. Members may be taken out of it: `({ json, signal }) => …`. */
export interface ServiceRequest<Body = unknown, Context = unknown> {
  readonly subject: string;
  /** What the subject has in place of the endpoint's wildcards, in their order; for `>` all the rest, with its dots. */
  readonly tokens: readonly string[];
  /** The body as it came. */
  readonly data: Uint8Array;
  /** As they stand, also with names that the client would not send. */
  readonly headers: MsgHdrs | undefined;
  /**
   * Aborts when the caller has been told that it took too long (its reason is a {@link ServiceError} 504), and when
   * the worker begins to drain (503), so that long work and streams may end early. A handler that does not look at it
   * may still answer in the drain.
   */
  readonly signal: AbortSignal;
  /** What the service's `context` made, once in each worker. */
  readonly context: Context;
  /**
   * The body as text.
   *
   * @throws ServiceError 400 where it is no valid UTF-8
   */
  readonly text: () => string;
  /**
   * The body as a JSON value; with a schema for requests, what the schema made of it.
   *
   * @throws ServiceError 400 where it is no JSON
   */
  readonly json: <T = Body>() => T;
  /**
   * Calls another service, within what is left of this request's deadline, which the other one is told; where the
   * request is part of a trace (`traceparent`, `tracestate`), the call is a child of it.
   *
   * @throws ServiceError as the other service answered; 503 where nobody serves the subject, 504 where no reply came
   */
  readonly request: (subject: string, body?: unknown, options?: CallOptions) => Promise<ServiceReply>;
}

/** What a handler answers with: text and bytes as they are, anything else as JSON. */
export type HandlerResult = string | number | boolean | null | object;

/** A result, or a stream of replies that ends with an empty message (ADR-47). */
type Answer<Result> = Result | AsyncIterable<Result>;

export type Handler<Body = unknown, Result = HandlerResult, Context = Any> = (
  request: ServiceRequest<Body, Context>,
) => Answer<Result> | Promise<Answer<Result>>;

/** A plain function around a handler: it may look at the request, answer itself, or hand it on. */
export type Middleware = (handler: Handler) => Handler;

/** What the JSON of requests and replies must be, by any library that has Standard Schema (zod, valibot, arktype…). */
export interface EndpointSchema {
  readonly request?: StandardSchemaV1;
  readonly response?: StandardSchemaV1;
}

type BodyOf<Schema> = Schema extends { readonly request: infer Request extends StandardSchemaV1 }
  ? StandardSchemaV1.InferOutput<Request>
  : unknown;
type ResultOf<Schema> = Schema extends { readonly response: infer Response extends StandardSchemaV1 }
  ? StandardSchemaV1.InferInput<Response>
  : HandlerResult;

export interface Endpoint<Schema = Any, Context = Any> {
  /** May have the wildcards `*` and `>`. Default: the names of service and endpoint, `orders.new`. */
  readonly subject?: string;
  /** Another queue group than the service's; false: no group, so that every instance gets every request. */
  readonly queue?: string | false;
  /** At most so many requests at a time in each worker; more wait in their order. Default: no limit. */
  readonly concurrency?: number;
  /** The deadline, in milliseconds or as in `'5s'`; a caller gets error 504 then. Default: `--handler-timeout`. */
  readonly timeout?: number | string;
  /** A request that does not fit is answered with error 400, a reply with error 500. */
  readonly schema?: Schema & EndpointSchema;
  /** What discovery (ADR-32) tells of it. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly handler: Handler<BodyOf<Schema>, ResultOf<Schema>, Context>;
}

/** An instance of a service, for its hooks. */
export interface ServiceScope<Context = Any> {
  readonly context: Context;
  /** A connection of the worker, which natsctl closes. */
  readonly nats: NatsConnection;
}

interface ServiceBase<Context> {
  /** Letters, digits, `-` and `_`, as ADR-32 asks. */
  readonly name: string;
  /** Semantic, such as `1.0.0`. */
  readonly version: string;
  readonly description?: string;
  /** The queue group that all instances share, so that each request is answered by one of them. Default: `q` (ADR-32). */
  readonly queue?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Makes what handlers share, such as a database pool: once in each worker, before it serves. */
  readonly context?: () => Context | Promise<Context>;
  /** Around every handler; the first one is the outermost. */
  readonly middleware?: readonly Middleware[];
  /** Runs before the first request; where it throws, the worker does not serve. */
  readonly start?: (scope: ServiceScope<Context>) => void | Promise<void>;
  /** Runs when the last request is answered. */
  readonly stop?: (scope: ServiceScope<Context>) => void | Promise<void>;
  /** Asked every 10 s: a worker that throws or says false three times in a row is drained and replaced. */
  readonly health?: (scope: ServiceScope<Context>) => unknown;
}

interface ServiceOptions<Schemas, Context> extends ServiceBase<Context> {
  readonly endpoints: { readonly [Name in keyof Schemas]: Endpoint<Schemas[Name], Context> };
}

/** A service: the same value for those that come with natsctl and for a user's. */
export interface ServiceDefinition extends ServiceBase<Any> {
  readonly endpoints: Readonly<Record<string, Endpoint>>;
}

/**
 * Says that the value is a service, and has TypeScript know its handlers' requests: their bodies from the schemas,
 * their `context` from what `context` gives.
 */
export function defineService<Schemas, Context = undefined>(
  definition: ServiceOptions<Schemas, Context>,
): ServiceDefinition {
  return definition;
}

export interface ServiceErrorOptions extends ErrorOptions {
  /** The body of the reply: text and bytes as they are, anything else as JSON. Default: none. */
  readonly data?: unknown;
}

/** What a handler throws to answer with an error: the caller reads code and message in the reply's headers. */
export class ServiceError extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, { data, ...options }: ServiceErrorOptions = {}) {
    super(message, options);
    this.name = 'ServiceError';
    this.code = code;
    this.data = data;
  }
}
