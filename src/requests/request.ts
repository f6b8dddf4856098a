import { setTimeout as delay } from 'node:timers/promises';
import type { MsgHdrs } from 'nats';
import { type Connection, type ConnectionPlan, connect, explainClientError, lostError } from '../connection/index.js';
import { CliError, type ErrorKind } from '../errors.js';

/** What is asked of a service. */
export interface ServiceRequest {
  readonly subject: string;
  readonly body: Uint8Array;
  readonly headers: MsgHdrs | undefined;
  /** Bounds the wait for the reply of one try. */
  readonly timeoutMs: number;
}

export interface Reply {
  readonly body: Uint8Array;
  readonly headers: MsgHdrs | undefined;
  /** From handing the request to the client until its reply was read. */
  readonly rttMs: number;
}

/** An error that a service answered with, in the headers of ADR-32. */
export interface ServiceFailure {
  readonly code: string;
  readonly message: string;
}

/** How long a caller puts up with what is missing or went wrong. */
export interface Patience {
  /** Tries after the first, where one failed in a way that may pass. */
  readonly retries: number;
  /** How long to wait for a server and a responder, from the start of the call. */
  readonly waitMs: number;
}

/** Tells a person why there is a pause. */
export type TellPause = (failure: CliError, pauseMs: number) => void;

/** A server, or a responder. */
const MISSING: ReadonlySet<ErrorKind> = new Set(['connection', 'no_responders']);
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** While something is waited for, ask again this often. */
const WAIT_PAUSE_MS = 200;

/**
 * Sends one request and waits for its one reply.
 *
 * @throws CliError `usage` where the request is larger than the server takes; `no_responders`, `timeout`,
 *   `authorization` where the subject is denied, `connection` where the connection is lost meanwhile
 */
export async function requestOnce(connection: Connection, request: ServiceRequest): Promise<Reply> {
  const { subject, body, headers, timeoutMs } = request;
  if (!connection.isConnected()) throw lostError(connection.plan);
  requireFit(connection, request);
  const started = performance.now();
  const lost = disconnection(connection);
  try {
    const options = { timeout: timeoutMs, ...(headers === undefined ? {} : { headers }) };
    const reply = await Promise.race([connection.nats.request(subject, body, options), lost.rejection]);
    return { body: reply.data, headers: reply.headers, rttMs: performance.now() - started };
  } catch (error) {
    throw explainClientError(error, { connection, subject, timeoutMs });
  } finally {
    lost.forget();
  }
}

/** Rejects at the next disconnect: what was asked before it may never have arrived. */
function disconnection(connection: Connection): { rejection: Promise<never>; forget: () => void } {
  let onDisconnect: (complaint?: string) => void = () => undefined;
  const rejection = new Promise<never>((_, reject) => {
    onDisconnect = (complaint) => reject(lostError(connection.plan, undefined, complaint));
    connection.events.once('disconnected', onDisconnect);
  });
  rejection.catch(() => undefined);
  return { rejection, forget: () => connection.events.off('disconnected', onDisconnect) };
}

function requireFit(connection: Connection, { body, headers }: ServiceRequest): void {
  const limit = connection.nats.info?.max_payload ?? Number.POSITIVE_INFINITY;
  const encoded = headers as (MsgHdrs & { encode(): Uint8Array }) | undefined;
  const size = body.length + (encoded?.encode().length ?? 0);
  if (size <= limit) return;
  const what = headers === undefined ? 'the body has' : 'body and headers have';
  throw new CliError('usage', `${what} ${size} bytes, and the server takes at most ${limit}`, {
    details: { size_bytes: size, max_payload_bytes: limit },
  });
}

/** @returns what a service said went wrong, undefined where it did not say so */
export function serviceFailure(headers: MsgHdrs | undefined): ServiceFailure | undefined {
  const message = headers?.get('Nats-Service-Error') ?? '';
  const code = headers?.get('Nats-Service-Error-Code') ?? '';
  return message === '' && code === '' ? undefined : { code, message };
}

/**
 * Connects, sends the request, and tries again as far as the caller's patience goes: first for as long as
 * something is missing and `waitMs` lasts, then by `retries` with growing pauses. Closes the connection.
 *
 * @throws CliError the last try's error
 */
export async function request(
  plan: ConnectionPlan,
  serviceRequest: ServiceRequest,
  patience: Patience,
  tellPause: TellPause = () => undefined,
): Promise<Reply> {
  const deadline = performance.now() + patience.waitMs;
  let connection: Connection | undefined;
  let epoch = 0;
  let retries = 0;
  try {
    for (;;) {
      try {
        // What is sent on a connection that was lost during the pause may be thrown away with it.
        if (connection !== undefined && connection.epoch() !== epoch) {
          await connection.close();
          connection = undefined;
        }
        connection ??= await connect(withinWait(plan, deadline - performance.now()));
        epoch = connection.epoch();
        return await requestOnce(connection, serviceRequest);
      } catch (error) {
        if (!(error instanceof CliError && error.mayPass)) throw error;
        if (error.kind === 'connection') {
          await connection?.close();
          connection = undefined;
        }
        const remaining = deadline - performance.now();
        let pauseMs: number;
        if (MISSING.has(error.kind) && remaining > 0) pauseMs = Math.min(WAIT_PAUSE_MS, remaining);
        else if (retries < patience.retries) pauseMs = retryPause(retries++);
        else throw error;
        tellPause(error, pauseMs);
        await delay(pauseMs);
      }
    }
  } finally {
    await connection?.close();
  }
}

/** A caller that waits is not kept longer than it said, also by a server that is slow to answer. */
function withinWait(plan: ConnectionPlan, remainingMs: number): ConnectionPlan {
  return remainingMs > 0 ? { ...plan, timeoutMs: Math.min(plan.timeoutMs, remainingMs) } : plan;
}

/** 100 ms, doubled at each retry up to 5 s, and up to a quarter more so that many callers do not ask in step. */
function retryPause(retry: number): number {
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** retry, LONGEST_PAUSE_MS);
  return pause * (1 + Math.random() / 4);
}
