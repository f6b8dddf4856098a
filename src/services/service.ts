import type { EndpointSchema, Handler, Middleware, ServiceDefinition } from './define-service.js';
import { isStream } from './reply.js';
import { holdAgainst } from './schema.js';
import type { ServedRequest } from './served-request.js';
import { durationMs } from './timeouts.js';

/** An endpoint with all that its definition may leave out. */
export interface EndpointPlan {
  readonly name: string;
  readonly subject: string;
  /** Undefined where every instance gets every request. */
  readonly queue: string | undefined;
  readonly concurrency: number | undefined;
  readonly timeoutMs: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** With schemas and middleware around it. */
  readonly handler: Handler;
}

/** What whoever serves says in place of, or where nothing is said in, a definition. */
export interface ServingRules {
  /** Instead of every queue group of the definition. */
  readonly queue: string | undefined;
  /** Of an endpoint that has no deadline of its own. */
  readonly handlerTimeoutMs: number;
}

/** As ADR-32 has it, so that instances in any language share the requests. */
const DEFAULT_QUEUE = 'q';

/** What the endpoints of a checked definition come to. */
export function planEndpoints(definition: ServiceDefinition, rules: ServingRules): readonly EndpointPlan[] {
  return Object.entries(definition.endpoints).map(([name, endpoint]) => {
    const { subject = `${definition.name}.${name}`, concurrency, timeout, schema, metadata = {} } = endpoint;
    const queue = endpoint.queue ?? definition.queue ?? DEFAULT_QUEUE;
    return {
      name,
      subject,
      queue: queue === false ? undefined : (rules.queue ?? queue),
      concurrency,
      timeoutMs: timeout === undefined ? rules.handlerTimeoutMs : durationMs(timeout, 'timeout'),
      metadata,
      handler: wrap(withSchemas(endpoint.handler as Handler, schema), definition.middleware ?? []),
    };
  });
}

function wrap(handler: Handler, middleware: readonly Middleware[]): Handler {
  return middleware.reduceRight((inner, around) => around(inner), handler);
}

function withSchemas(handler: Handler, schema: EndpointSchema | undefined): Handler {
  const { request: requestSchema, response: responseSchema } = schema ?? {};
  let checked = handler;
  if (responseSchema !== undefined) {
    const check = async (result: unknown): Promise<unknown> =>
      await holdAgainst(responseSchema, result, 500, 'the reply does not fit its schema');
    const inner = checked;
    checked = async (request) => {
      const result: unknown = await inner(request);
      return (isStream(result) ? checkEach(result, check) : await check(result)) as object;
    };
  }
  if (requestSchema !== undefined) {
    const inner = checked;
    checked = async (request) => {
      (request as ServedRequest).replaceBody(await holdAgainst(requestSchema, request.json(), 400, 'the body'));
      return inner(request);
    };
  }
  return checked;
}

async function* checkEach(
  items: AsyncIterable<unknown>,
  check: (item: unknown) => Promise<unknown>,
): AsyncGenerator<unknown> {
  for await (const item of items) yield await check(item);
}
