import type { Msg, MsgHdrs } from 'nats';
import {
  type Connection,
  type ConnectionPlan,
  type Disconnect,
  explainClientError,
  lostError,
  requireFit,
} from '../connection/index.js';
import { type Patience, type TellPause, withPatience } from './patience.js';

/** What is asked of a service. */
export interface RequestMessage {
  readonly subject: string;
  readonly body: Uint8Array;
  readonly headers: MsgHdrs | undefined;
}

export interface ServiceRequest extends RequestMessage {
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

const NO_RESPONDERS_STATUS = 503;

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
  let onDisconnect: (disconnect: Disconnect) => void = () => undefined;
  const rejection = new Promise<never>((_, reject) => {
    onDisconnect = ({ complaint }) => reject(lostError(connection.plan, undefined, complaint));
    connection.events.once('disconnected', onDisconnect);
  });
  rejection.catch(() => undefined);
  return { rejection, forget: () => connection.events.off('disconnected', onDisconnect) };
}

/** Whether the server answers that nobody serves the subject. */
export function isNoResponders({ data, headers }: Msg): boolean {
  return data.length === 0 && headers?.code === NO_RESPONDERS_STATUS;
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
export function request(
  plan: ConnectionPlan,
  serviceRequest: ServiceRequest,
  patience: Patience,
  tellPause?: TellPause,
): Promise<Reply> {
  return withPatience(plan, patience, (connection) => requestOnce(connection, serviceRequest), tellPause);
}
