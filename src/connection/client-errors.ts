import type { NatsError } from 'nats';
import { CliError } from '../errors.js';
import { formatDuration } from '../units.js';
import type { ConnectionPlan } from './plan.js';
import { formatServer } from './server-url.js';

/** A subject that the server's permissions keep from us. */
export interface Denial {
  readonly operation: 'publish' | 'subscription';
  readonly subject: string;
}

/** Reads what nats.js makes of a `Permissions Violation`. */
export function readDenial({ operation, subject }: { operation: string; subject: string }): Denial {
  return { operation: operation === 'publish' ? 'publish' : 'subscription', subject };
}

/** What nats-server says to a line that is too long, be it a subject, a reply subject or both. */
const LINE_TOO_LONG = /^'?maximum control line exceeded/i;

/**
 * The error of a connection that went away under what was asked.
 *
 * @param complaint what the server said before it closed the connection
 */
export function lostError(plan: ConnectionPlan, cause?: unknown, complaint?: string): CliError {
  if (complaint !== undefined && LINE_TOO_LONG.test(complaint)) {
    return new CliError(
      'usage',
      'the subject is longer than the server takes: it said "maximum control line exceeded"',
      {
        hint: "a subject and its reply subject have room in 4,096 bytes, unless the server's max_control_line says otherwise",
        cause,
      },
    );
  }
  const servers = plan.servers.map(formatServer).join(', ');
  return new CliError('connection', `the connection to ${servers} was lost`, {
    hint: 'what was sent last may not have arrived',
    cause,
  });
}

/** The error of a subject that the server's permissions keep from us. */
export function denialError(denial: Denial): CliError {
  const what = denial.operation === 'publish' ? 'publishing to' : 'subscribing to';
  return new CliError('authorization', `the server denies ${what} ${denial.subject}`, {
    details: { subject: denial.subject },
    hint: "ask for it in the user's permissions",
  });
}

/** What was asked of the client, for the message of its failure. */
export interface Asked {
  readonly connection: { readonly plan: ConnectionPlan; server(): string; readonly nats: { isClosed(): boolean } };
  readonly subject: string;
  readonly timeoutMs: number;
}

/** The error of a subject that nobody serves. */
export function noRespondersError({ connection, subject }: Omit<Asked, 'timeoutMs'>): CliError {
  return new CliError('no_responders', `no responders: nobody serves ${subject} on ${connection.server()}`, {
    hint: 'start a service there, or wait for one with --wait 30s',
    details: { subject },
  });
}

/** The error of a request that nobody answered in time. */
export function noReplyError({ subject, timeoutMs }: Omit<Asked, 'connection'>): CliError {
  return new CliError('timeout', `no reply from ${subject} within ${formatDuration(timeoutMs)}`, {
    hint: 'wait longer with --timeout; the request may have been served all the same',
    details: { subject, timeout_ms: timeoutMs },
  });
}

/**
 * Reads an error of the client library for what it means to a caller.
 *
 * @returns the error unchanged where it is none of the client's
 */
export function explainClientError(error: unknown, asked: Asked): unknown {
  const { connection } = asked;
  if (!(error instanceof Error) || error.name !== 'NatsError') return error;
  const { code, permissionContext } = error as NatsError;
  if (code === '503') return noRespondersError(asked);
  if (code === 'PERMISSIONS_VIOLATION' && permissionContext !== undefined) {
    return denialError(readDenial(permissionContext));
  }
  // nats.js ends requests with a time-out, too, where the connection is closed under them.
  const isLost = code === 'TIMEOUT' && connection.nats.isClosed();
  if (isLost || code === 'DISCONNECT' || code === 'CONNECTION_CLOSED') return lostError(connection.plan, error);
  return code === 'TIMEOUT' ? noReplyError(asked) : error;
}
