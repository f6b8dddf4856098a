import { setTimeout as delay } from 'node:timers/promises';
import { type Connection, lostError } from '../connection/index.js';
import { CliError, type ErrorKind } from '../errors.js';
import { formatDuration } from '../units.js';
import { PING } from './answers.js';
import { askServices } from './ask.js';

export interface InstanceGoal {
  readonly name: string;
  /** So many have to answer one question. */
  readonly instances: number;
  /** How long they may take to be there, in milliseconds. */
  readonly forMs: number;
  /** Bounds the wait for the answers to one question. */
  readonly timeoutMs: number;
}

export interface InstancesThere {
  readonly instances: number;
  readonly waitedMs: number;
}

const PAUSE_MS = 100;
/** A server that is gone may come back, and instances may come. */
const MISSING: ReadonlySet<ErrorKind> = new Set(['connection', 'no_responders', 'timeout']);

/**
 * Asks again and again until so many instances of a service answer; a connection that is lost meanwhile is waited for.
 *
 * @throws CliError `timeout` where they are not there in time, `connection` where the server is not, `authorization`
 *   where it refuses us or denies a subject
 */
export async function waitForInstances(connection: Connection, goal: InstanceGoal): Promise<InstancesThere> {
  const { name, instances, forMs, timeoutMs } = goal;
  const startedMs = performance.now();
  const remainingMs = (): number => startedMs + forMs - performance.now();
  let most = 0;
  for (;;) {
    let failure: CliError | undefined;
    let there = 0;
    try {
      const waits = { timeoutMs: Math.max(1, Math.min(timeoutMs, remainingMs())), enough: instances };
      const { answers } = await askServices(connection, PING, { name }, waits);
      there = answers.length;
    } catch (error) {
      if (!(error instanceof CliError && MISSING.has(error.kind))) throw error;
      failure = error;
    }
    most = Math.max(most, there);
    if (there >= instances) return { instances: there, waitedMs: performance.now() - startedMs };
    const pauseMs = Math.min(PAUSE_MS, remainingMs());
    if (pauseMs <= 0) throw failure?.kind === 'connection' ? failure : tooFewError(goal, most, connection);
    const reason = await Promise.race([delay(pauseMs), connection.closed.then((error) => error ?? 'closed')]);
    if (reason !== undefined) throw reason === 'closed' ? lostError(connection.plan) : reason;
  }
}

/** @param most how many there were at a time; the last question may have been cut short */
function tooFewError({ name, instances, forMs }: InstanceGoal, most: number, connection: Connection): CliError {
  const few = most === 0 ? 'no instance' : `at most ${most} of ${instances} instances`;
  const where = `of ${name} answered on ${connection.server()}`;
  return new CliError('timeout', `${few} ${where} within ${formatDuration(forMs)}`, {
    hint: 'wait longer with --for; natsctl service ls lists the services that are there',
    details: { name, instances: most, wanted: instances },
  });
}
