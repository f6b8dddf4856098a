import type { Msg, MsgHdrs, NatsConnection } from 'nats';
import { headers as createHeaders } from 'nats/lib/nats-base-client/headers.js';
import { formatDuration } from '../units.js';
import { ServiceError } from './define-service.js';
import { readJson, readText } from './reading.js';
import { encodeBody } from './reply.js';
import { durationMs } from './timeouts.js';
import { type TraceContext, writeTraceContext } from './trace-context.js';

/** How to call another service. */
export interface CallOptions {
  /** Milliseconds, or as in `'5s'`; never more than is left of the request in hand. */
  readonly timeout?: number | string;
  readonly headers?: MsgHdrs | Readonly<Record<string, string>>;
}

/** What another service answered. */
export interface ServiceReply {
  readonly data: Uint8Array;
  readonly headers: MsgHdrs | undefined;
  /** @throws ServiceError 502 where it is no valid UTF-8 */
  readonly text: () => string;
  /** @throws ServiceError 502 where it is no JSON */
  readonly json: <T = unknown>() => T;
}

/** What is left of a caller's patience, in whole milliseconds: clocks of two machines differ, a duration does not. */
export const TIMEOUT_HEADER = 'Natsctl-Timeout-Ms';
/** Our reply is wrong where that of another service is. */
const BAD_GATEWAY = 502;

export interface Call {
  readonly nats: NatsConnection;
  readonly subject: string;
  readonly body: unknown;
  readonly options: CallOptions;
  /** Of the request in hand. */
  readonly leftMs: number;
  readonly trace: TraceContext | undefined;
}

/**
 * Calls another service on behalf of a request.
 *
 * @throws ServiceError as the other service answered; 503 where nobody serves the subject, 504 where no reply came
 */
export async function callService({ nats, subject, body, options, leftMs, trace }: Call): Promise<ServiceReply> {
  const wanted = options.timeout === undefined ? leftMs : durationMs(options.timeout, 'timeout');
  const timeout = Math.floor(Math.min(wanted, leftMs));
  const late = (): ServiceError => new ServiceError(504, `no reply from ${subject} within ${formatDuration(timeout)}`);
  if (timeout < 1) throw new ServiceError(504, `no time was left to ask ${subject}`);
  const payload = body === undefined ? undefined : encodeBody(body, 'the body is');
  let reply: Msg;
  try {
    reply = await nats.request(subject, payload, { timeout, headers: headersOf(options, timeout, trace) });
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code === '503') throw new ServiceError(503, `nobody serves ${subject}`, { cause: error });
    if (code === 'TIMEOUT') throw late();
    throw error;
  }
  const message = reply.headers?.get('Nats-Service-Error');
  const code = reply.headers?.get('Nats-Service-Error-Code');
  if (message || code) {
    throw new ServiceError(Number(code) || 500, message || `${subject} answered with error ${code}`, {
      data: reply.data,
    });
  }
  return {
    data: reply.data,
    headers: reply.headers,
    text: () => readText(reply.data, BAD_GATEWAY, `the reply of ${subject}`),
    json: <T>() => readJson(reply.data, BAD_GATEWAY, `the reply of ${subject}`) as T,
  };
}

function headersOf({ headers: given }: CallOptions, timeoutMs: number, trace: TraceContext | undefined): MsgHdrs {
  const headers = createHeaders();
  if (trace !== undefined) writeTraceContext(headers, trace);
  if (isHeaders(given)) {
    for (const name of given.keys()) {
      headers.delete(name);
      for (const value of given.values(name)) headers.append(name, value);
    }
  } else for (const [name, value] of Object.entries(given ?? {})) headers.set(name, value);
  headers.set(TIMEOUT_HEADER, String(timeoutMs));
  return headers;
}

function isHeaders(headers: CallOptions['headers']): headers is MsgHdrs {
  return typeof headers?.keys === 'function';
}
