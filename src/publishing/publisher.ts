import type { MsgHdrs } from 'nats';
import {
  type Connection,
  type Denial,
  type Disconnect,
  denialError,
  encodeHeaders,
  lostError,
  requireFit,
} from '../connection/index.js';
import { CliError } from '../errors.js';
import { type FrameHead, frameHead, PublishFrames } from '../protocol/publish-frames.js';

/** A message to be published. */
export interface OutgoingMessage {
  readonly subject: string;
  readonly reply: string | undefined;
  readonly headers: MsgHdrs | undefined;
  readonly body: Uint8Array;
}

/** What became of messages. */
export interface Delivery {
  /** The server has them. */
  readonly confirmed: number;
  /** They were sent, and the connection was lost before the server confirmed them. */
  readonly inDoubt: number;
  /** The server refused them. */
  readonly denied: number;
}

/** While messages are sent, the server is asked this often how many it has. */
const CONFIRM_INTERVAL_MS = 50;

/**
 * Publishes on one connection, as fast as the server takes it and in bounded memory, and knows what the server has.
 * Where the connection is lost, or the server denies a subject, nothing more is sent, also after a reconnect.
 */
export class Publisher {
  readonly #connection: Connection;
  readonly #epoch: number;
  readonly #onFailure: () => void;
  readonly #frames: PublishFrames;
  readonly #maxPayload: number;
  #room: Promise<void> | undefined;
  #last: (Omit<OutgoingMessage, 'body'> & { readonly head: FrameHead }) | undefined;
  #confirming: NodeJS.Timeout | undefined;
  #sent = 0;
  #confirmed = 0;
  #denied = 0;
  #failure: CliError | undefined;
  #messages = 0;
  #bytes = 0;

  /**
   * @param onFailure called at once where the connection is lost or a subject denied
   * @param onFrames is shown all that is sent
   */
  constructor(connection: Connection, onFailure: () => void, onFrames: (frames: Uint8Array) => void = () => undefined) {
    this.#connection = connection;
    this.#epoch = connection.epoch();
    this.#onFailure = onFailure;
    this.#maxPayload = connection.nats.info?.max_payload ?? Number.POSITIVE_INFINITY;
    this.#frames = new PublishFrames((frames, count) => {
      onFrames(frames);
      this.#send(frames, count);
    });
    connection.events.on('disconnected', this.#onDisconnected).on('denied', this.#onDenied);
  }

  /** Published so far, be they sent or about to be. */
  get messages(): number {
    return this.#messages;
  }

  /** The bytes of their bodies. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What is known of the messages that were sent. */
  get delivery(): Delivery {
    const inDoubt = this.#sent - this.#confirmed - this.#denied;
    return { confirmed: this.#confirmed, inDoubt, denied: this.#denied };
  }

  /**
   * Publishes a message; it may wait for others, at most until {@link Publisher.flush}.
   *
   * @param message has valid subjects
   * @returns a promise only where the server is behind; nothing more should be published until it resolves
   * @throws CliError `usage` where the server does not take such a message
   */
  publish(message: OutgoingMessage): Promise<void> | undefined {
    const head = this.#headOf(message);
    if (head.headers !== undefined && this.#connection.nats.info?.headers === false) {
      throw new CliError('usage', 'the server takes no headers');
    }
    const { body } = message;
    if (body.length + (head.headers?.length ?? 0) > this.#maxPayload) requireFit(this.#connection, message);
    this.#frames.add(head, body);
    this.#messages += 1;
    this.#bytes += body.length;
    return this.#room;
  }

  /** Sends what waits for company. */
  flush(): void {
    this.#frames.flush();
  }

  /**
   * Sends what is left, and waits until the server has confirmed it. Ends the publisher.
   *
   * @throws CliError `connection`, `authorization`
   */
  async finish(): Promise<void> {
    try {
      this.flush();
      await this.#confirmAll();
    } finally {
      clearTimeout(this.#confirming);
      this.#connection.events.off('disconnected', this.#onDisconnected).off('denied', this.#onDenied);
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Encodes once what messages in a row have in common. */
  #headOf({ subject, reply, headers }: OutgoingMessage): FrameHead {
    const last = this.#last;
    if (last?.subject === subject && last.reply === reply && last.headers === headers) return last.head;
    const encoded = headers === undefined ? undefined : encodeHeaders(headers);
    const head = frameHead(subject, reply, encoded);
    this.#last = { subject, reply, headers, head };
    return head;
  }

  #send(frames: Uint8Array, count: number): void {
    if (this.#failure !== undefined) return;
    try {
      const room = this.#connection.send(frames, this.#epoch);
      this.#sent += count;
      if (room !== undefined && room !== this.#room) {
        this.#room = room;
        void room.then(() => {
          this.#room = undefined;
        });
      }
      this.#confirmSoon();
    } catch (error) {
      this.#fail(error);
    }
  }

  #confirmSoon(): void {
    this.#confirming ??= setTimeout(() => void this.#confirm(), CONFIRM_INTERVAL_MS).unref();
  }

  async #confirm(): Promise<void> {
    const sent = this.#sent;
    try {
      await this.#connection.confirm(this.#epoch);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (this.#failure === undefined) this.#confirmed = sent;
    this.#confirming = undefined;
    if (this.#sent > sent) this.#confirmSoon();
  }

  /** A server that denies a message takes those around it. */
  async #confirmAll(): Promise<void> {
    while (this.#failure === undefined || this.#failure.kind === 'authorization') {
      try {
        await this.#connection.confirm(this.#epoch);
        this.#confirmed = this.#sent - this.#denied;
        return;
      } catch (error) {
        this.#fail(error);
        if (!(error instanceof CliError && error.kind === 'authorization')) return;
      }
    }
  }

  readonly #onDisconnected = ({ complaint }: Disconnect): void => {
    this.#fail(lostError(this.#connection.plan, undefined, complaint));
  };

  readonly #onDenied = (denial: Denial): void => {
    if (denial.operation !== 'publish') return;
    this.#denied += 1;
    this.#fail(denialError(denial));
  };

  /** The first failure counts: the others follow from it. */
  #fail(error: unknown): void {
    if (!(error instanceof CliError)) throw error;
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#onFailure();
  }
}
