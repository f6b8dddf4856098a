import type { Msg, NatsError } from 'nats';
import type { Connection } from '../connection/index.js';
import { type Answer, errorHeaders } from './canned-reply.js';

export interface ReplierOptions {
  /** May have wildcards. */
  readonly subject: string;
  /** Queue group to share the requests with; undefined where all are answered. */
  readonly queue: string | undefined;
  /** How many requests to take; undefined where there is no end. */
  readonly count: number | undefined;
  /** How long each request waits for its answer; they wait side by side. */
  readonly delayMs: number;
  /** @param count of the request, counted from 1 */
  readonly answer: (request: Msg, count: number) => Answer;
  /** Called after each answer. */
  readonly onAnswered: (request: Msg, answer: Answer) => void;
}

/** Answers requests on a connection. */
export interface Replier {
  /** Resolves once as many requests as wanted are answered, and the server has the answers. Never without a number. */
  readonly done: Promise<void>;
  /** How many requests were answered. */
  answered(): number;
  /**
   * Takes no further requests, and answers those that have come or are on their way here.
   *
   * @throws CliError `connection` where answers may be lost since the connection went away; `authorization` where
   *   the server denied one
   */
  drain(): Promise<void>;
}

/**
 * Subscribes; resolves once the server has confirmed that.
 *
 * @throws CliError `authorization` where the server denies the subject, `connection` where it is lost
 */
export async function startReplier(connection: Connection, options: ReplierOptions): Promise<Replier> {
  const { subject, queue, count, delayMs, answer, onAnswered } = options;
  const { nats } = connection;
  let received = 0;
  let answered = 0;
  let onProgress: () => void = () => undefined;

  const reply = (request: Msg, number: number): void => {
    const answering = answer(request, number);
    if (request.reply && !nats.isClosed()) respond(request, answering);
    answered += 1;
    onAnswered(request, answering);
    onProgress();
  };
  const subscription = nats.subscribe(subject, {
    ...(queue === undefined ? {} : { queue }),
    // The server itself then sends no more: the requests after the last one go to others, or find no responder.
    ...(count === undefined ? {} : { max: count }),
    callback(error, request) {
      if (error !== null) return;
      received += 1;
      const number = received;
      if (delayMs === 0) reply(request, number);
      else setTimeout(() => reply(request, number), delayMs);
    },
  });
  await connection.confirm();

  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      onProgress = () => {
        if (condition()) resolve();
      };
      onProgress();
    });
  const finish = async (): Promise<void> => {
    await until(() => answered === count);
    await connection.confirm();
  };
  return {
    done: count === undefined ? new Promise(() => undefined) : finish(),
    answered: () => answered,
    async drain() {
      const since = connection.epoch();
      const before = answered;
      if (!subscription.isClosed()) await subscription.drain().catch(() => undefined);
      await until(() => answered === received);
      if (answered > before) await connection.confirm(since);
    },
  };
}

/** Answers; where no server takes an answer so large, the caller is told so. */
function respond(request: Msg, { body, headers }: Answer): void {
  try {
    request.respond(body, headers === undefined ? {} : { headers });
  } catch (error) {
    if ((error as NatsError).code !== 'MAX_PAYLOAD_EXCEEDED') throw error;
    request.respond(new Uint8Array(0), { headers: errorHeaders({ code: '500', message: 'the reply is too large' }) });
  }
}
