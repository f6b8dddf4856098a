import { CliError, type ErrorDetails, type ErrorKind, EXIT_CODES, usageError } from '../errors.js';
import { parseWholeNumber } from '../units.js';

/** Past this many workers, processes and connections cost more than they give. */
export const MOST_WORKERS = 256;

/** A request is a line of JSON no longer than this, */
export const MOST_REQUEST_BYTES = 4_096;
/** and an answer one no longer than this: 256 workers need 100 kB. */
export const MOST_ANSWER_BYTES = 4 * 1024 * 1024;

/** What a pool is asked for over its socket. */
export type ControlRequest =
  | { readonly command: 'status' }
  | { readonly command: 'reload' }
  | { readonly command: 'scale'; readonly workers: number }
  /** Drains it; the answer comes with its end. */
  | { readonly command: 'stop' };

/** What a pool is at: the first four have a pool that answers. */
export type PoolState = 'starting' | 'serving' | 'reloading' | 'scaling' | 'draining';

/** What was done and how, of a pool, a worker or an endpoint, with the names that `--json` has. */
export interface Work {
  /** Answered, those with errors too. */
  readonly requests: number;
  readonly errors: number;
  /** Received and not yet answered. */
  readonly in_flight: number;
  /** Of all times since the start; absent where nothing was answered. */
  readonly p50_ms?: number | undefined;
  readonly p99_ms?: number | undefined;
}

/** One worker in a pool's status. */
export interface WorkerStatus extends Partial<Work> {
  /** Its number; while one takes the place of another both have it. */
  readonly worker: number;
  /** Absent where the last one has died, and the next is due. */
  readonly pid?: number | undefined;
  /** `waiting`: with --watch, one that serves nothing yet. */
  readonly state: 'starting' | 'serving' | 'draining' | 'waiting' | 'down';
  /** Whether it has its connection to the server; absent where it does not serve. */
  readonly connected?: boolean | undefined;
  /** Since its process was started. */
  readonly uptime_ms?: number | undefined;
  /** How often one of this number has died and was replaced. */
  readonly restarts: number;
  /** Resident memory. */
  readonly rss_bytes?: number | undefined;
  /** The worst of the last seconds. */
  readonly loop_lag_ms?: number | undefined;
}

/** One endpoint in a pool's status, over all workers that there are and were. */
export interface EndpointStatus extends Work {
  readonly service: string;
  readonly endpoint: string;
}

/** What a pool says of itself, with the names that `--json` has. */
export interface PoolStatus extends Work {
  readonly name: string;
  readonly services: ReadonlyArray<{ readonly name: string; readonly version: string }>;
  readonly pid: number;
  /** Of natsctl. */
  readonly version: string;
  readonly state: PoolState;
  /** RFC 3339. */
  readonly started: string;
  readonly uptime_ms: number;
  /** How many it is to have. */
  readonly workers: number;
  /** How many of them serve. */
  readonly ready: number;
  /** How many of those have their connection to the server; absent where an older natsctl tells. */
  readonly connected?: number | undefined;
  /** How many have died and were replaced. */
  readonly restarts: number;
  readonly url?: string | undefined;
  readonly context?: string | undefined;
  /** Resident memory of the supervisor and of the workers. */
  readonly rss_bytes: number;
  readonly by_endpoint: readonly EndpointStatus[];
  readonly by_worker: readonly WorkerStatus[];
}

/** What came of a reload. */
export interface ReloadResult {
  readonly replaced: number;
  readonly took_ms: number;
}

/** What came of a change of the number of workers. */
export interface ScaleResult {
  readonly workers: number;
  readonly was: number;
  /** Requests that the workers which went could not answer in time. */
  readonly unanswered: number;
  /** Workers that died, or had to be killed, before they could tell. */
  readonly lost: number;
  readonly took_ms: number;
}

/** What a drain has lost. */
export interface StopResult {
  readonly unanswered: number;
  readonly lost: number;
}

/**
 * Reads a line that may hold anything.
 *
 * @throws CliError `usage` where it is no request
 */
export function parseRequest(line: string): ControlRequest {
  const { command, workers } = readObject(line, 'a request');
  switch (command) {
    case 'status':
    case 'reload':
    case 'stop':
      return { command };
    case 'scale':
      return { command, workers: parseWholeNumber(String(workers), 'workers', { min: 1, max: MOST_WORKERS }) };
    default:
      throw usageError(`unknown command ${JSON.stringify(command)?.slice(0, 100)}: the pool may be of another version`);
  }
}

/** A failure as it goes over the socket. */
export function errorAnswer(error: unknown): object {
  if (!(error instanceof CliError)) {
    return { error: { kind: 'internal', message: error instanceof Error ? error.message : String(error) } };
  }
  const { kind, message, hint, details } = error;
  return { error: { kind, message, hint, details } };
}

/**
 * Reads what a pool has answered.
 *
 * @returns its result
 * @throws the CliError that it answered; `pool` where it is no answer
 */
export function parseAnswer(line: string): object {
  let answer: Readonly<Record<string, unknown>>;
  try {
    answer = readObject(line, 'an answer');
  } catch {
    throw new CliError('pool', 'what the pool answered cannot be read: it may be of another version of natsctl');
  }
  const { result, error } = answer;
  if (typeof error === 'object' && error !== null) {
    const { kind, message, hint, details } = error as Record<string, unknown>;
    throw new CliError(isKind(kind) ? kind : 'internal', String(message), {
      hint: typeof hint === 'string' ? hint : undefined,
      details: typeof details === 'object' && details !== null ? (details as ErrorDetails) : {},
    });
  }
  if (typeof result === 'object' && result !== null) return result;
  throw new CliError('pool', 'the pool gave an empty answer: it may be of another version of natsctl');
}

function isKind(kind: unknown): kind is ErrorKind {
  return typeof kind === 'string' && Object.hasOwn(EXIT_CODES, kind);
}

/** @throws CliError `usage` */
function readObject(line: string, what: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw usageError(`${what} is a line of JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw usageError(`${what} is a JSON object`);
  return value as Readonly<Record<string, unknown>>;
}
