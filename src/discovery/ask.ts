import type { Connection } from '../connection/index.js';
import { CliError } from '../errors.js';
import { gather } from '../requests/many/index.js';
import { formatDuration } from '../units.js';
import type { Identity, Question } from './answers.js';
import { Unreadable } from './fields.js';
import { createSilence } from './silence.js';

/** Whom to ask: everybody, those of a name, or the one of an id. */
export interface Target {
  readonly name?: string | undefined;
  /** Only with a name. */
  readonly id?: string | undefined;
}

/** An answer, and when it came. */
export type Answer<T> = T & {
  /** From the question until the answer was read. */
  readonly rttMs: number;
};

/** All who answered in time. */
export interface Answers<T> {
  /** One of each instance. */
  readonly answers: ReadonlyArray<Answer<T>>;
  /** How many were not as ADR-32 says, and what the first of them is lacking. */
  readonly unreadable: { readonly count: number; readonly problem: string } | undefined;
}

export interface Waits {
  /** Bounds the wait for all answers. */
  readonly timeoutMs: number;
  /** So many instances are enough; otherwise a silence ends the wait. */
  readonly enough?: number;
}

/**
 * Asks the services, and waits until the answers have stopped coming: see {@link createSilence}.
 *
 * @throws CliError `no_responders` where nobody listens, `timeout` where nobody answers all the same,
 *   `authorization` where a subject is denied, `connection` where it is lost
 */
export async function askServices<T extends Identity>(
  connection: Connection,
  question: Question<T>,
  target: Target,
  { timeoutMs, enough }: Waits,
): Promise<Answers<T>> {
  const subject = controlSubject(question.verb, target);
  const answers = new Map<string, Answer<T>>();
  let unreadable: Answers<T>['unreadable'];
  const take = (body: Uint8Array, rttMs: number): void => {
    try {
      const answer = question.read(body);
      requireAsked(answer, target);
      const key = `${answer.name}.${answer.id}`;
      if (!answers.has(key)) answers.set(key, { ...answer, rttMs });
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      unreadable = { count: (unreadable?.count ?? 0) + 1, problem: unreadable?.problem ?? error.message };
    }
  };
  const request = { subject, body: new Uint8Array(0), headers: undefined, timeoutMs };
  const gathering = { wanted: 'all', idleMs: createSilence(), isNoStream: true } as const;
  try {
    await gather(connection, request, gathering, ({ body, rttMs }) => {
      take(body, rttMs);
      return answers.size === enough ? 'enough' : undefined;
    });
  } catch (error) {
    throw explain(error, connection, target, subject, timeoutMs);
  }
  return { answers: [...answers.values()], unreadable };
}

/** The subject of a question: `$SRV.INFO`, `$SRV.INFO.NAME` or `$SRV.INFO.NAME.ID`. */
export function controlSubject(verb: string, { name, id }: Target): string {
  return ['$SRV', verb, ...(name === undefined ? [] : [name]), ...(id === undefined ? [] : [id])].join('.');
}

/** The error of a target that nobody is. @param server in whose place nobody is */
export function nobodyError(target: Target, server: string): CliError {
  const { name, id } = target;
  const who =
    name === undefined ? 'no service' : id === undefined ? `no instance of ${name}` : `no instance ${id} of ${name}`;
  return new CliError('no_responders', `${who} answers on ${server}`, {
    hint:
      name === undefined
        ? 'natsctl serve starts one; only services that speak ADR-32 (NATS micro) show'
        : `natsctl service ls lists those that do; natsctl service wait ${name} waits`,
    details: { name, id },
  });
}

function explain(error: unknown, connection: Connection, target: Target, subject: string, timeoutMs: number): unknown {
  if (!(error instanceof CliError)) return error;
  if (error.kind === 'no_responders') return nobodyError(target, connection.server());
  if (error.kind !== 'timeout') return error;
  return new CliError('timeout', `no answer to ${subject} within ${formatDuration(timeoutMs)}`, {
    hint: 'who listens there does not answer, or the server hangs: natsctl rtt tells; wait longer with --timeout',
    details: error.details,
  });
}

/** @throws Unreadable where somebody answers who was not asked */
function requireAsked({ name, id }: Identity, target: Target): void {
  const isAsked = (target.name ?? name) === name && (target.id ?? id) === id;
  if (!isAsked) throw new Unreadable(`it is of ${name} ${id}, who was not asked`);
}
