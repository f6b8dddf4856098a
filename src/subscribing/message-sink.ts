import type { Msg } from 'nats';

/** Where received messages go: a printer, a folder, a program, a report. */
export interface MessageSink {
  /**
   * Takes a message, and does not throw away what it refers to.
   *
   * @returns a promise only where it cannot keep up: no more is read from the server until it resolves
   * @throws CliError what ends the subscription
   */
  take(message: Msg): void | Promise<void>;
  /**
   * Finishes what is in hand. Called once, after the last message, however the subscription ended.
   *
   * @throws CliError what went wrong in all, such as programs that failed
   */
  end(): Promise<void>;
}
