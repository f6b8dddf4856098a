import type { Msg, Subscription } from 'nats';
import type { Connection } from '../connection/index.js';
import { CliError } from '../errors.js';
import type { ServiceDefinition, ServiceScope } from './define-service.js';
import { type EndpointState, type Instance, subscribeDiscovery } from './discovery.js';
import type { Gate } from './gate.js';
import { watchHealth } from './health-watch.js';
import { createInstanceId } from './instance-id.js';
import { type EndpointScope, ServedEndpoint } from './served-endpoint.js';
import { planEndpoints } from './service.js';
import type { TraceContext } from './trace-context.js';
import type { WaitingRoom } from './waiting-room.js';

/** One answered request, for a log. */
export interface AnsweredRequest {
  readonly subject: string;
  /** The endpoint's name. */
  readonly endpoint: string;
  readonly data: Uint8Array;
  readonly reply: Uint8Array;
  /** Of a stream of replies, how many there were. */
  readonly streamed?: number | undefined;
  /** What the caller was told went wrong. */
  readonly error: { readonly code: number; readonly message: string } | undefined;
  readonly durationMs: number;
  /** Undefined where the request is part of no trace. */
  readonly trace?: TraceContext | undefined;
}

export interface RunningServiceOptions {
  /** The queue group of all endpoints, in place of their own. */
  readonly queue?: string | undefined;
  /** The deadline of a handler; default {@link HANDLER_TIMEOUT_MS}. */
  readonly handlerTimeoutMs?: number | undefined;
  /** What bounds the requests of all services of the worker. */
  readonly workerGate?: Gate | undefined;
  /** What bounds those that wait for that, or for an endpoint's own limit. */
  readonly waitingRoom?: WaitingRoom | undefined;
  /**
   * What handlers ask others over, and discovery; needed where the waiting room stops the reading, since the replies
   * that handlers wait for would stand behind the requests that wait for the handlers. Default: the connection.
   */
  readonly calls?: Connection | undefined;
  /** Called after each answer. */
  readonly onAnswered?: ((request: AnsweredRequest) => void) | undefined;
  /** Called before a handler runs, where the one before was another endpoint's. */
  readonly onOtherEndpoint?: ((subject: string) => void) | undefined;
  /** What an operator should know of. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** The hooks have run, and all is to be subscribed once this resolves. Default: at once. */
  readonly admission?: (() => Promise<void>) | undefined;
  /** It may have requests in hand from now on, though the server has not confirmed it: what drains all drains this too. */
  readonly onSubscribed?: ((running: Pick<RunningService, 'inHand' | 'drain'>) => void) | undefined;
  /** The service says that it is ill, and should be replaced. */
  readonly onIll?: ((reason: string) => void) | undefined;
}

/** How long a handler may take where nobody says otherwise. */
export const HANDLER_TIMEOUT_MS = 30_000;

/** An endpoint as others may ask it. */
export interface EndpointFace {
  readonly name: string;
  readonly subject: string;
  /** Undefined where every instance gets every request. */
  readonly queue: string | undefined;
}

/** A service that answers on a connection. */
export interface RunningService {
  /** Of this instance, as discovery shows it. */
  readonly id: string;
  readonly endpoints: readonly EndpointFace[];
  /** What each endpoint has done; it goes on. */
  readonly states: readonly EndpointState[];
  /** The `$SRV` subject that the server's permissions keep from us; undefined where discovery works. */
  readonly discoveryDenied: string | undefined;
  /** Requests that were received so far. */
  received(): number;
  /** Requests that were received and not yet answered. */
  inHand(): number;
  /** How long the slowest of its handlers may take, in milliseconds. */
  readonly longestTimeoutMs: number;
  /**
   * Takes no further requests, and answers those that have come or are on their way here: unsubscribe, a round
   * trip to the server behind which nothing more can come, wait for the handlers, a round trip behind the replies.
   * Then runs the service's `stop`.
   *
   * @throws CliError `connection` where replies may be lost since the connection went away
   */
  drain(): Promise<void>;
}

/**
 * Serves: makes the service's context, runs its `start`, and subscribes every endpoint in its queue group, and the
 * discovery subjects of ADR-32. Resolves once the server has confirmed the subscriptions.
 *
 * The client's own services add-on is not used: it counts neither the time nor the error of an asynchronous
 * handler, leaves its rejection unhandled, stops the whole service where `$SRV` is denied, and its stop does not
 * wait for handlers.
 *
 * @throws CliError `authorization` where the server denies an endpoint's subject, `connection` where it is lost,
 *   `pool` where the service does not start
 */
export async function startService(
  connection: Connection,
  definition: ServiceDefinition,
  options: RunningServiceOptions = {},
): Promise<RunningService> {
  const { nats } = connection;
  const { calls = connection, waitingRoom } = options;
  const { onAnswered, onOtherEndpoint, onWarning, handlerTimeoutMs = HANDLER_TIMEOUT_MS } = options;
  const plans = planEndpoints(definition, { queue: options.queue, handlerTimeoutMs });
  const context: unknown = await runHook(definition, 'context', () => definition.context?.());
  const hooks: ServiceScope = { context, nats: calls.nats };
  await runHook(definition, 'start', () => definition.start?.(hooks));
  await options.admission?.();

  let inHand = 0;
  let answered = 0;
  let latest: ServedEndpoint | undefined;
  let tellIdle: () => void = () => undefined;
  const scope: EndpointScope = {
    nats: calls.nats,
    context,
    workerGate: options.workerGate,
    waitingRoom,
    caughtUp: waitingRoom?.stopsReading ? () => written(connection) : () => nats.flush(),
    onReceived() {
      inHand += 1;
    },
    onBegun(endpoint) {
      if (endpoint === latest) return;
      latest = endpoint;
      onOtherEndpoint?.(endpoint.subject);
    },
    onSettled({ plan }, request, { reply, streamed, error }, durationMs) {
      answered += 1;
      const { subject, data } = request;
      onAnswered?.({ subject, endpoint: plan.name, data, reply, streamed, error, durationMs, trace: request.trace });
      inHand -= 1;
      if (inHand === 0) tellIdle();
    },
  };

  const endpoints = plans.map((plan) => new ServedEndpoint(plan, scope));
  const subscriptions: Subscription[] = endpoints.map((endpoint) => {
    const { subject, queue } = endpoint.plan;
    const callback = (error: Error | null, message: Msg): void => {
      // A denied subscription is told by confirm() below, or by the connection's events later on.
      if (error === null) endpoint.receive(message);
    };
    return nats.subscribe(subject, queue === undefined ? { callback } : { queue, callback });
  });
  let endWatch: (() => void) | undefined;
  const running = {
    inHand: () => inHand,
    async drain() {
      endWatch?.();
      const since = connection.epoch();
      const answeredBefore = answered;
      for (const endpoint of endpoints) endpoint.beginDrain();
      // The round trip ends behind all that is unread.
      waitingRoom?.readToTheEnd();
      await Promise.all(subscriptions.map((subscription) => closeSubscription(subscription)));
      if (inHand > 0) {
        await new Promise<void>((resolve) => {
          tellIdle = resolve;
        });
      }
      for (const endpoint of endpoints) endpoint.close();
      if (answered > answeredBefore) await confirmReplies(connection, since);
      await runHook(definition, 'stop', () => definition.stop?.(hooks)).catch((error: Error) =>
        onWarning?.(error.message),
      );
    },
  };
  options.onSubscribed?.(running);
  await connection.confirm();

  const instance: Instance = {
    definition,
    id: createInstanceId(),
    started: new Date(),
    endpoints: endpoints.map(({ plan, statistics }) => ({ ...plan, statistics })),
  };
  const discoveryDenied = await subscribeDiscovery(calls, instance, subscriptions);
  const { health } = definition;
  if (health !== undefined) endWatch = watchHealth(() => health(hooks), options.onIll ?? (() => undefined));

  return {
    id: instance.id,
    endpoints: plans.map(({ name, subject, queue }) => ({ name, subject, queue })),
    states: instance.endpoints,
    discoveryDenied,
    longestTimeoutMs: Math.max(...plans.map(({ timeoutMs }) => timeoutMs)),
    received: () => answered + inHand,
    ...running,
  };
}

/** @throws CliError `pool`, naming service and hook */
async function runHook<T>({ name }: ServiceDefinition, hook: string, run: () => T): Promise<Awaited<T>> {
  try {
    return await run();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError('pool', `${hook} of service ${name} failed: ${reason}`, { cause: error });
  }
}

/** For what is not to wait for an answer of the server's: that may stand behind requests which are left unread. */
async function written(connection: Connection): Promise<void> {
  await connection.send(new Uint8Array(0), connection.epoch());
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
