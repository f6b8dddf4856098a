import type { Msg, MsgHdrs } from 'nats';
import { type CallOptions, callService, type ServiceReply } from './calling.js';
import type { Timed } from './deadlines.js';
import type { ServiceError, ServiceRequest } from './define-service.js';
import type { Guest } from './gate.js';
import { readJson, readText } from './reading.js';
import type { ServedEndpoint } from './served-endpoint.js';
import { readTraceContext, type TraceContext } from './trace-context.js';
import { captureTokens } from './wildcards.js';

/**
 * A request in hand. Headers, text and signal are made only where a handler asks for them: most do not. What gives
 * functions gives bound ones, so that a handler may take its request apart.
 */
export class ServedRequest implements ServiceRequest, Timed, Guest {
  readonly startedMs: number;
  readonly deadlineMs: number;
  earlier: this | undefined = undefined;
  later: this | undefined = undefined;
  /** The caller has its answer. */
  settled = false;
  /** How many of the endpoint's gates it has passed. */
  gatesPassed = 0;
  /** It is in the waiting room. */
  isWaiting = false;
  /**
   * For a handler of our own: called when the caller has been told that it took too long, which `signal` does not tell
   * in a drain.
   */
  onExpired: (() => void) | undefined = undefined;
  readonly #message: Msg;
  readonly #endpoint: ServedEndpoint;
  #aborter: AbortController | undefined;
  #trace: { readonly context: TraceContext | undefined } | undefined;
  /** What the schema made of the body. */
  #read: { readonly value: unknown } | undefined;

  constructor(message: Msg, endpoint: ServedEndpoint, startedMs: number, deadlineMs: number) {
    this.#message = message;
    this.#endpoint = endpoint;
    this.startedMs = startedMs;
    this.deadlineMs = deadlineMs;
  }

  get message(): Msg {
    return this.#message;
  }

  get subject(): string {
    return this.#message.subject;
  }

  get data(): Uint8Array {
    return this.#message.data;
  }

  get headers(): MsgHdrs | undefined {
    return this.#message.headers;
  }

  /** Undefined where the caller tells of none. */
  get trace(): TraceContext | undefined {
    const { headers } = this;
    if (headers === undefined) return undefined;
    this.#trace ??= { context: readTraceContext(headers) };
    return this.#trace.context;
  }

  get tokens(): readonly string[] {
    return captureTokens(this.#endpoint.subject, this.#message.subject);
  }

  get context(): unknown {
    return this.#endpoint.context;
  }

  get signal(): AbortSignal {
    if (this.#aborter === undefined) {
      this.#aborter = new AbortController();
      const reason = this.#endpoint.abortReason(this);
      if (reason !== undefined) this.#aborter.abort(reason);
    }
    return this.#aborter.signal;
  }

  get text(): () => string {
    return () => readText(this.data);
  }

  get json(): <T>() => T {
    return <T>() => {
      this.#read ??= { value: readJson(this.data) };
      return this.#read.value as T;
    };
  }

  get request(): (subject: string, body?: unknown, options?: CallOptions) => Promise<ServiceReply> {
    return async (subject, body, options = {}) =>
      callService({
        nats: this.#endpoint.nats,
        subject,
        body,
        options,
        leftMs: this.deadlineMs - performance.now(),
        trace: this.trace,
      });
  }

  /** Puts what a schema made of the body in its place. */
  replaceBody(value: unknown): void {
    this.#read = { value };
  }

  abort(reason: ServiceError): void {
    this.#aborter?.abort(reason);
  }

  admitted(): void {
    this.gatesPassed += 1;
    this.#endpoint.admit(this);
  }
}
