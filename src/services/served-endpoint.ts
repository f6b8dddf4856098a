import type { Msg, NatsConnection } from 'nats';
import { countOf, formatDuration } from '../units.js';
import { TIMEOUT_HEADER } from './calling.js';
import { Deadlines } from './deadlines.js';
import { ServiceError } from './define-service.js';
import { EndpointStatistics } from './endpoint-statistics.js';
import { Gate } from './gate.js';
import { failed, isStream, type Outcome, outcomeOfError, replyOf, respond, withinSize } from './reply.js';
import { ServedRequest } from './served-request.js';
import type { EndpointPlan } from './service.js';
import type { WaitingRoom } from './waiting-room.js';

/** What the endpoints of an instance share, and whom they tell. */
export interface EndpointScope {
  readonly nats: NatsConnection;
  readonly context: unknown;
  /** Of all that the worker serves; undefined: no limit. */
  readonly workerGate: Gate | undefined;
  /** Where those wait that find a gate full; undefined: without limit. */
  readonly waitingRoom: WaitingRoom | undefined;
  /** Resolves when the server has taken, or is about to take, what was sent. */
  readonly caughtUp: () => Promise<void>;
  /** Before a handler runs. */
  readonly onBegun: (endpoint: ServedEndpoint) => void;
  readonly onReceived: () => void;
  /** The caller has its answer. */
  readonly onSettled: (endpoint: ServedEndpoint, request: ServedRequest, outcome: Outcome, durationMs: number) => void;
}

/** What a stream has sent before it waits for the server to have taken it. */
const STREAM_WINDOW_BYTES = 1024 * 1024;

const DRAINING = new ServiceError(503, 'the worker is being drained');

/** An endpoint that serves: from the message to the answer. */
export class ServedEndpoint {
  readonly plan: EndpointPlan;
  readonly statistics = new EndpointStatistics();
  readonly #scope: EndpointScope;
  readonly #deadlines = new Deadlines<ServedRequest>((request) => this.#expire(request));
  readonly #gates: readonly Gate[];
  readonly #timeoutMs: number;
  #isDraining = false;

  constructor(plan: EndpointPlan, scope: EndpointScope) {
    this.plan = plan;
    this.#scope = scope;
    this.#timeoutMs = plan.timeoutMs;
    const own = plan.concurrency === undefined ? [] : [new Gate(plan.concurrency)];
    this.#gates = scope.workerGate === undefined ? own : [...own, scope.workerGate];
  }

  get subject(): string {
    return this.plan.subject;
  }

  get context(): unknown {
    return this.#scope.context;
  }

  get nats(): NatsConnection {
    return this.#scope.nats;
  }

  /** Takes a request in hand. */
  receive(message: Msg): void {
    const now = performance.now();
    const { headers } = message;
    const timeoutMs = headers === undefined ? this.#timeoutMs : this.#timeoutOf(headers.get(TIMEOUT_HEADER));
    const request = new ServedRequest(message, this, now, now + timeoutMs);
    this.#scope.onReceived();
    this.statistics.begin();
    this.#deadlines.add(request);
    this.advance(request);
  }

  /** Goes on with a request that has waited: for too long, perhaps. */
  admit(request: ServedRequest): void {
    if (performance.now() >= request.deadlineMs) this.#expire(request);
    else this.advance(request);
  }

  /** Lets a request through the gates that it has not passed, as far as it may, and then to the handler. */
  advance(request: ServedRequest): void {
    const gates = this.#gates;
    while (request.gatesPassed < gates.length) {
      const gate = gates[request.gatesPassed] as Gate;
      if (gate.isFull && !this.#mayWait(request)) return;
      if (!gate.enter(request)) return;
      request.gatesPassed += 1;
    }
    this.#endWait(request);
    this.#run(request);
  }

  /** Answers it where there is no room. */
  #mayWait(request: ServedRequest): boolean {
    const room = this.#scope.waitingRoom;
    if (room === undefined || request.isWaiting) return true;
    request.isWaiting = room.enter();
    if (!request.isWaiting)
      this.#settle(
        request,
        failed(429, `overloaded: no more than ${countOf(room.limit, 'request', 'requests')} may wait`),
      );
    return request.isWaiting;
  }

  #endWait(request: ServedRequest): void {
    if (!request.isWaiting) return;
    request.isWaiting = false;
    this.#scope.waitingRoom?.leave();
  }

  /** Why a signal that is asked for now is aborted already. */
  abortReason(request: ServedRequest): ServiceError | undefined {
    if (request.settled) return this.#tooLate(request);
    return this.#isDraining ? DRAINING : undefined;
  }

  /** Tells the handlers that it is time to end, if they ask. */
  beginDrain(): void {
    this.#isDraining = true;
    for (const request of this.#deadlines) request.abort(DRAINING);
  }

  close(): void {
    this.#deadlines.stop();
  }

  /** A caller's own deadline holds where it is nearer. */
  #timeoutOf(header: string): number {
    return /^\d{1,10}$/.test(header) ? Math.min(Number(header), this.#timeoutMs) : this.#timeoutMs;
  }

  #run(request: ServedRequest): void {
    this.#scope.onBegun(this);
    let result: unknown;
    try {
      result = this.plan.handler(request);
    } catch (error) {
      this.#fail(request, error);
      return;
    }
    if (isThenable(result)) {
      result.then(
        (value) => this.#finish(request, value),
        (error: unknown) => this.#fail(request, error),
      );
    } else this.#finish(request, result);
  }

  #finish(request: ServedRequest, result: unknown): void {
    if (isStream(result)) {
      void this.#stream(request, result);
      return;
    }
    let outcome: Outcome;
    try {
      outcome = replyOf(result);
    } catch (error) {
      this.#fail(request, error);
      return;
    }
    this.#settle(request, outcome);
  }

  #fail(request: ServedRequest, error: unknown): void {
    this.#settle(request, outcomeOfError(error));
  }

  #expire(request: ServedRequest): void {
    const reason = this.#tooLate(request);
    this.#settle(request, failed(reason.code, reason.message));
    request.abort(reason);
    request.onExpired?.();
  }

  #tooLate({ startedMs, deadlineMs }: ServedRequest): ServiceError {
    return new ServiceError(504, `no answer within ${formatDuration(deadlineMs - startedMs)}`);
  }

  /** Sends each item as a reply, and an empty message behind the last one (ADR-47). */
  async #stream(request: ServedRequest, items: AsyncIterable<unknown>): Promise<void> {
    const { nats } = this.#scope;
    let streamed = 0;
    let unconfirmed = 0;
    try {
      for await (const item of items) {
        if (request.settled) return;
        const outcome = withinSize(replyOf(item, 'the stream gave'), this.#maxPayload());
        const { reply, error } = outcome;
        if (error !== undefined) throw new ServiceError(error.code, error.message);
        // That would be the end.
        if (reply.length === 0) continue;
        if (!nats.isClosed()) respond(request.message, outcome);
        streamed += 1;
        unconfirmed += reply.length;
        if (unconfirmed < STREAM_WINDOW_BYTES) continue;
        unconfirmed = 0;
        await this.#scope.caughtUp();
      }
    } catch (error) {
      this.#fail(request, error);
      return;
    }
    this.#settle(request, { reply: new Uint8Array(0), error: undefined, streamed });
  }

  /** Answers, once: what a handler says after its deadline is said to nobody. */
  #settle(request: ServedRequest, said: Outcome): void {
    if (request.settled) return;
    request.settled = true;
    this.#endWait(request);
    this.#deadlines.remove(request);
    const outcome = withinSize(said, this.#maxPayload());
    if (!this.#scope.nats.isClosed()) respond(request.message, outcome);
    const durationMs = performance.now() - request.startedMs;
    const { error } = outcome;
    this.statistics.record(durationMs, error && `${error.code}:${error.message}`);
    this.#scope.onSettled(this, request, outcome, durationMs);
    for (let index = 0; index < request.gatesPassed; index++) this.#gates[index]?.leave();
  }

  #maxPayload(): number {
    return this.#scope.nats.info?.max_payload ?? Number.POSITIVE_INFINITY;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
