import type { Msg, Subscription } from 'nats';
import { headers as createHeaders } from 'nats/lib/nats-base-client/headers.js';
import type { Connection } from '../connection/index.js';
import { CliError } from '../errors.js';
import { type Endpoint, type ServiceDefinition, ServiceError, type ServiceRequest } from './define-service.js';
import { describeInfo, describePing, describeStats, type EndpointState, type Instance } from './discovery.js';
import { EndpointStatistics } from './endpoint-statistics.js';

/** One answered request, for a log. */
export interface AnsweredRequest {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly reply: Uint8Array;
  /** What the caller was told went wrong. */
  readonly error: { readonly code: number; readonly message: string } | undefined;
  readonly durationMs: number;
}

export interface RunningServiceOptions {
  /** Called after each answer. */
  readonly onAnswered?: (request: AnsweredRequest) => void;
}

/** A service that answers on a connection. */
export interface RunningService {
  /** The `$SRV` subject that the server's permissions keep from us; undefined where discovery works. */
  readonly discoveryDenied: string | undefined;
  /** Requests that were received and not yet answered. */
  inHand(): number;
  /**
   * Takes no further requests, and answers those that have come or are on their way here: unsubscribe, a round
   * trip to the server behind which nothing more can come, wait for the handlers, a round trip behind the replies.
   *
   * @throws CliError `connection` where replies may be lost since the connection went away
   */
  drain(): Promise<void>;
}

/**
 * Serves: subscribes every endpoint in its queue group, and the discovery subjects of ADR-32. Resolves once the
 * server has confirmed the subscriptions.
 *
 * The client's own services add-on is not used: it counts neither the time nor the error of an asynchronous
 * handler, leaves its rejection unhandled, stops the whole service where `$SRV` is denied, and its stop does not
 * wait for handlers.
 *
 * @throws CliError `authorization` where the server denies an endpoint's subject, `connection` where it is lost
 */
export async function startService(
  connection: Connection,
  definition: ServiceDefinition,
  queue: string,
  options: RunningServiceOptions = {},
): Promise<RunningService> {
  const { nats } = connection;
  const subscriptions: Subscription[] = [];
  const states: EndpointState[] = [];
  let inHand = 0;
  let tellIdle: () => void = () => undefined;
  let answered = 0;

  const answer = async (message: Msg, endpoint: Endpoint, statistics: EndpointStatistics): Promise<void> => {
    inHand += 1;
    const started = performance.now();
    const handled = await runHandler(endpoint, message);
    const outcome = nats.isClosed() ? handled : respond(message, handled, nats.info?.max_payload);
    answered += 1;
    const durationMs = performance.now() - started;
    const { reply, error } = outcome;
    statistics.record(durationMs, error && `${error.code}:${error.message}`);
    options.onAnswered?.({ subject: message.subject, data: message.data, reply, error, durationMs });
    inHand -= 1;
    if (inHand === 0) tellIdle();
  };

  for (const [name, endpoint] of Object.entries(definition.endpoints)) {
    const statistics = new EndpointStatistics();
    states.push({ name, subject: endpoint.subject, queue, statistics });
    const callback = (error: Error | null, message: Msg): void => {
      // A denied subscription is told by confirm() below, or by the connection's events later on.
      if (error === null) void answer(message, endpoint, statistics);
    };
    subscriptions.push(nats.subscribe(endpoint.subject, { queue, callback }));
  }
  await connection.confirm();

  const instance: Instance = { definition, id: createInstanceId(), started: new Date(), endpoints: states };
  const discoveryDenied = await subscribeDiscovery(connection, instance, subscriptions);

  return {
    discoveryDenied,
    inHand: () => inHand,
    async drain() {
      const since = connection.epoch();
      const answeredBefore = answered;
      await Promise.all(subscriptions.map((subscription) => closeSubscription(subscription)));
      if (inHand > 0) {
        await new Promise<void>((resolve) => {
          tellIdle = resolve;
        });
      }
      if (answered > answeredBefore) await confirmReplies(connection, since);
    },
  };
}

/** What is told of an error; a server whose max_payload is not set takes 1 MiB of headers and body. */
const LONGEST_ERROR_CHARACTERS = 1_000;

type Outcome = Pick<AnsweredRequest, 'reply' | 'error'>;

/** Runs the handler; whatever it throws becomes an error for the caller. */
async function runHandler(endpoint: Endpoint, message: Msg): Promise<Outcome> {
  try {
    const result: unknown = await endpoint.handler(toRequest(message));
    if (typeof result === 'string') return { reply: Buffer.from(result), error: undefined };
    if (result instanceof Uint8Array) return { reply: result, error: undefined };
    return failed(500, 'the handler returned neither text nor bytes');
  } catch (error) {
    return failed(errorCode(error), headerText(error));
  }
}

function failed(code: number, message: string): Outcome {
  return { reply: new Uint8Array(0), error: { code, message } };
}

function toRequest(message: Msg): ServiceRequest {
  return {
    subject: message.subject,
    data: message.data,
    headers: message.headers,
    text() {
      try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(message.data);
      } catch {
        throw new ServiceError(400, 'the body is not valid UTF-8');
      }
    },
  };
}

/** Of a handler's own choice where it is a whole number, as ADR-32 has it. */
function errorCode(error: unknown): number {
  return error instanceof ServiceError && Number.isSafeInteger(error.code) ? error.code : 500;
}

/** The message of a thrown value, fit to stand in a header: on one line, and no longer than any server takes. */
function headerText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  const line = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return line.slice(0, LONGEST_ERROR_CHARACTERS) || 'the handler failed';
}

/** @returns what the caller was told in the end: a reply that no server takes becomes an error */
function respond(message: Msg, outcome: Outcome, maxPayload = Number.POSITIVE_INFINITY): Outcome {
  // Without a reply subject it was published, not requested: there is nobody to answer.
  if (!message.reply) return outcome;
  const { reply, error } = outcome;
  if (error !== undefined) {
    const headers = createHeaders();
    headers.set('Nats-Service-Error', error.message);
    headers.set('Nats-Service-Error-Code', String(error.code));
    message.respond(reply, { headers });
    return outcome;
  }
  if (reply.length > maxPayload) {
    const tooLarge = `the reply has ${reply.length} bytes, and the server takes at most ${maxPayload}`;
    return respond(message, failed(500, tooLarge));
  }
  message.respond(reply);
  return outcome;
}

/** A reply that the server denied is told as it happens, and does not make a drain fail. */
async function confirmReplies(connection: Connection, since: number): Promise<void> {
  await connection.confirm(since).catch((error: unknown) => {
    if (!(error instanceof CliError && error.kind === 'authorization')) throw error;
  });
}

/** Unsubscribes; what the server had sent before it knew is still answered. */
async function closeSubscription(subscription: Subscription): Promise<void> {
  if (!subscription.isClosed()) await subscription.drain().catch(() => undefined);
}

async function subscribeDiscovery(
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

/** Unique among all instances of a service, with letters and digits alone, as a subject's token must be. */
function createInstanceId(): string {
  return crypto.randomUUID().replaceAll('-', '').toUpperCase();
}
