import { setTimeout as delay } from 'node:timers/promises';
import { type Connection, type ConnectionPlan, connect } from '../connection/index.js';
import { CliError, type ErrorKind } from '../errors.js';

/** How long a caller puts up with what is missing or went wrong. */
export interface Patience {
  /** Tries after the first, where one failed in a way that may pass. */
  readonly retries: number;
  /** How long to wait for a server and a responder, from the start of the call. */
  readonly waitMs: number;
}

/** Tells a person why there is a pause. */
export type TellPause = (failure: CliError, pauseMs: number) => void;

/** What is left of the patience with one request. */
export interface PatienceLeft {
  /** How much of the wait is left; below zero once it is over. */
  remainingMs(): number;
  /**
   * Takes a failed try out of what is left.
   *
   * @returns how long to pause before the next one; undefined where there is to be none
   */
  pauseAfter(failure: unknown): number | undefined;
}

/** A server, or a responder. */
const MISSING: ReadonlySet<ErrorKind> = new Set(['connection', 'no_responders']);
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** While something is waited for, ask again this often. */
const WAIT_PAUSE_MS = 200;

/** Starts the clock of a request: first the wait, for what is missing, then the retries with growing pauses. */
export function beginPatience({ retries, waitMs }: Patience): PatienceLeft {
  const deadline = performance.now() + waitMs;
  const remainingMs = (): number => deadline - performance.now();
  let retried = 0;
  return {
    remainingMs,
    pauseAfter(failure) {
      if (!(failure instanceof CliError && failure.mayPass)) return undefined;
      const remaining = remainingMs();
      if (MISSING.has(failure.kind) && remaining > 0) return Math.min(WAIT_PAUSE_MS, remaining);
      return retried < retries ? retryPause(retried++) : undefined;
    },
  };
}

/** 100 ms, doubled at each retry up to 5 s, and up to a quarter more so that many callers do not ask in step. */
function retryPause(retry: number): number {
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** retry, LONGEST_PAUSE_MS);
  return pause * (1 + Math.random() / 4);
}

/**
 * Connects and tries, again and again as far as the caller's patience goes. Closes the connection.
 *
 * @throws CliError the last try's error
 */
export async function withPatience<T>(
  plan: ConnectionPlan,
  patience: Patience,
  attempt: (connection: Connection) => Promise<T>,
  tellPause: TellPause = () => undefined,
): Promise<T> {
  const left = beginPatience(patience);
  let connection: Connection | undefined;
  let epoch = 0;
  try {
    for (;;) {
      try {
        // What is sent on a connection that was lost during the pause may be thrown away with it.
        if (connection !== undefined && connection.epoch() !== epoch) {
          await connection.close();
          connection = undefined;
        }
        connection ??= await connect(withinWait(plan, left.remainingMs()));
        epoch = connection.epoch();
        return await attempt(connection);
      } catch (error) {
        if (error instanceof CliError && error.kind === 'connection') {
          await connection?.close();
          connection = undefined;
        }
        const pauseMs = left.pauseAfter(error);
        if (pauseMs === undefined) throw error;
        tellPause(error as CliError, pauseMs);
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
