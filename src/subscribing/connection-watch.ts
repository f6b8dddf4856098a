import { type Connection, type Disconnect, denialError, lostError } from '../connection/index.js';
import { CliError } from '../errors.js';
import type { Output } from '../output/index.js';
import { formatDuration } from '../units.js';

export interface WatchOptions {
  readonly output: Output;
  /** For so long it may be without a server; undefined: for ever. */
  readonly reconnectMs: number | undefined;
  /** Messages that were lost for certain end it: a goal is not to be missed for them. */
  readonly endsWhereTooSlow: boolean;
}

/** Tells of what befalls the connection of a subscription, and when there is no going on. */
export interface ConnectionWatch {
  /**
   * Rejects with a CliError: `connection` where it is lost for good, `authorization` where the server refuses us or
   * denies a subject.
   */
  readonly failure: Promise<never>;
  /** Looks away: what comes from here on is our own doing. */
  stop(): void;
}

/** Says on stderr, at each reconnect, that messages may have been missed; nats.js subscribes again by itself. */
export function watchConnection(
  connection: Connection,
  { output, reconnectMs, endsWhereTooSlow }: WatchOptions,
): ConnectionWatch {
  const { events } = connection;
  let patience: NodeJS.Timeout | undefined;
  let fail: (error: CliError) => void = () => undefined;
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failure.catch(() => undefined);

  const onDisconnected = ({ tooSlow }: Disconnect): void => {
    if (tooSlow) {
      const error = slowConsumerError(connection);
      if (endsWhereTooSlow) fail(error);
      else output.warn(error.message);
    } else output.warn(`the connection to ${connection.server()} was lost; reconnecting`);
    if (reconnectMs === undefined || patience !== undefined) return;
    patience = setTimeout(() => fail(goneError(connection, reconnectMs)), reconnectMs);
  };
  const onReconnected = (server: string): void => {
    clearTimeout(patience);
    patience = undefined;
    output.warn(`reconnected to ${server}: messages may have been missed`);
  };
  const onDenied = (denial: Parameters<typeof denialError>[0]): void => fail(denialError(denial));
  events.on('disconnected', onDisconnected).on('reconnected', onReconnected).on('denied', onDenied);
  let isStopped = false;
  void connection.closed.then((reason) => {
    if (!isStopped) fail(reason ?? lostError(connection.plan));
  });
  return {
    failure,
    stop() {
      isStopped = true;
      clearTimeout(patience);
      events.off('disconnected', onDisconnected).off('reconnected', onReconnected).off('denied', onDenied);
    },
  };
}

function slowConsumerError(connection: Connection): CliError {
  return new CliError('connection', 'slow consumer: messages lost until the reconnect', {
    hint: 'the server ended the connection, because what it sent was not taken in time: the reader of stdout, or a program, is too slow',
    details: { server: connection.server() },
  });
}

function goneError({ plan }: Connection, reconnectMs: number): CliError {
  const lost = lostError(plan);
  return new CliError('connection', `${lost.message} and not regained within ${formatDuration(reconnectMs)}`, {
    hint: 'wait longer with --reconnect',
  });
}
