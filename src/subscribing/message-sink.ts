import type { Msg } from 'nats';

/** Where received messages go: a printer, a folder, a program, a report. */
export interface MessageSink {
  /** Called once the server has confirmed the subscriptions; messages may have come before. */
  begin?(): void;
  /**
   * Takes a message, and does not throw away what it refers to.
   *
   * @returns a promise only where it cannot keep up: no more is read from the server until it resolves
   * @throws CliError what ends the subscription
   */
  take(message: Msg): void | Promise<void>;
  /** Rejects with a CliError that ends the subscription at a time when no message is handed over. */
  readonly failure?: Promise<never>;
  /** A signal or a failure ends it: nothing is begun any more, and who does not go on is not waited for. */
  cutShort?(): void;
  /**
   * Finishes what is in hand. Called once, after the last message, however the subscription ended; not called where
   * there was none, for want of a connection.
   *
   * @throws CliError what went wrong in all, such as programs that failed
   */
  end(): Promise<void>;
}
