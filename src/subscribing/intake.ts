import type { Msg } from 'nats';
import type { Connection } from '../connection/index.js';
import type { MessageSink } from './message-sink.js';

/** Hands messages to a sink in their order, and holds the server back while the sink cannot keep up. */
export class Intake {
  readonly #connection: Pick<Connection, 'pauseReading' | 'resumeReading'>;
  readonly #sink: MessageSink;
  /** What was read before the pause took hold: less than 64 KiB. */
  #backlog: Msg[] = [];
  #taking: Promise<void> | undefined;
  #rejectFailure: (error: unknown) => void = () => undefined;
  /** Rejects with what the sink throws; nothing is handed to it from then on. */
  readonly failure: Promise<never>;

  constructor(connection: Pick<Connection, 'pauseReading' | 'resumeReading'>, sink: MessageSink) {
    this.#connection = connection;
    this.#sink = sink;
    this.failure = new Promise((_, reject) => {
      this.#rejectFailure = reject;
    });
    this.failure.catch(() => undefined);
  }

  /** Takes a message from the server. */
  receive(message: Msg): void {
    if (this.#taking !== undefined) {
      this.#backlog.push(message);
      return;
    }
    let taking: void | Promise<void>;
    try {
      taking = this.#sink.take(message);
    } catch (error) {
      this.#rejectFailure(error);
      this.#taking = this.failure;
      return;
    }
    if (taking !== undefined) this.#catchUp(taking);
  }

  /**
   * Resolves when the sink has taken all that was received.
   *
   * @throws what the sink throws
   */
  async emptied(): Promise<void> {
    while (this.#taking !== undefined) await this.#taking;
  }

  /** Whether the sink is behind, and the server held back. */
  get isBehind(): boolean {
    return this.#taking !== undefined;
  }

  #catchUp(taking: Promise<void>): void {
    this.#connection.pauseReading();
    this.#taking = (async () => {
      try {
        await taking;
        // Messages may come in while the sink takes its time.
        for (let next = 0; next < this.#backlog.length; next++) await this.#sink.take(this.#backlog[next] as Msg);
      } catch (error) {
        this.#rejectFailure(error);
        return this.failure;
      }
      this.#backlog = [];
      this.#taking = undefined;
      this.#connection.resumeReading();
    })();
    this.#taking.catch(() => undefined);
  }
}
