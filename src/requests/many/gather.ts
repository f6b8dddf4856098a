import { createInbox } from 'nats/lib/nats-base-client/core.js';
import {
  type Connection,
  type Denial,
  denialError,
  lostError,
  noReplyError,
  noRespondersError,
  requireFit,
} from '../../connection/index.js';
import { CliError } from '../../errors.js';
import { formatDuration } from '../../units.js';
import { isNoResponders, type ServiceRequest } from '../request.js';
import { type End, type Gathering, ReplyCollector, type TakeReply } from './reply-collector.js';

/**
 * Sends one request and hands on each of its replies as it comes; when that ends see {@link ReplyCollector}.
 *
 * The client's `requestMany` is not used: with its shared inbox it drops the request's headers.
 *
 * @returns how many replies there were
 * @throws CliError `timeout` where there were too few, `no_responders` where nobody serves the subject, `usage` where
 *   the request is larger than the server takes, `authorization` where a subject is denied, `connection` where it is
 *   lost; an error that may pass only where no reply has come
 */
export async function gather(
  connection: Connection,
  request: ServiceRequest,
  gathering: Gathering,
  take: TakeReply,
): Promise<number> {
  const { subject, body, headers, timeoutMs } = request;
  const { events, nats, plan } = connection;
  if (!connection.isConnected()) throw lostError(plan);
  requireFit(connection, request);
  const inbox = createInbox(plan.inboxPrefix);
  const collector = new ReplyCollector(gathering, timeoutMs, take);
  const started = performance.now();
  const subscription = nats.subscribe(inbox, {
    callback(error, message) {
      if (error !== null) return;
      if (isNoResponders(message)) collector.fail(noRespondersError({ connection, subject }));
      else collector.receive({ body: message.data, headers: message.headers, rttMs: performance.now() - started });
    },
  });
  const onDisconnected = (): void => collector.fail(lostError(plan));
  const onDenied = (denial: Denial): void => {
    if (denial.subject === subject || denial.subject === inbox) collector.fail(denialError(denial));
  };
  events.on('disconnected', onDisconnected).on('denied', onDenied);
  try {
    nats.publish(subject, body, headers === undefined ? { reply: inbox } : { reply: inbox, headers });
    const end = await collector.ended;
    if (end === 'complete' || collector.isEnough) return collector.count;
    throw tooFewError(request, gathering, collector.count, end);
  } catch (error) {
    throw collector.count > 0 ? lasting(error) : error;
  } finally {
    events.off('disconnected', onDisconnected).off('denied', onDenied);
    if (!subscription.isClosed()) subscription.unsubscribe();
  }
}

function tooFewError(
  { subject, timeoutMs }: ServiceRequest,
  { wanted, idleMs }: Gathering,
  count: number,
  end: Exclude<End, 'complete'>,
): CliError {
  if (count === 0 && end === 'timeout') return noReplyError({ subject, timeoutMs });
  const few = wanted === 'all' ? 'no reply' : `${count} of ${wanted} replies`;
  const when = {
    timeout: `within ${formatDuration(timeoutMs)}`,
    silence: `before a silence${typeof idleMs === 'number' ? ` of ${formatDuration(idleMs)}` : ''}`,
    stream: 'before the stream ended',
  };
  const hints = { timeout: 'wait longer with --timeout', silence: 'wait longer with --idle', stream: undefined };
  return new CliError('timeout', `${few} from ${subject} ${when[end]}`, {
    hint: hints[end],
    details: { subject, replies: count, timeout_ms: timeoutMs },
  });
}

/** The error as one that is not tried again: what has been handed on is not to come a second time. */
function lasting(error: unknown): unknown {
  if (!(error instanceof CliError && error.mayPass)) return error;
  const { kind, message, hint, details, cause } = error;
  return new CliError(kind, message, { hint, details, cause, mayPass: false });
}
