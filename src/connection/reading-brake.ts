import type { Socket } from 'node:net';
import type { ProtocolHandler } from 'nats/lib/nats-base-client/protocol.js';

/**
 * As often, a paused socket is written to: one that is not read shows its end at a write only, and at the second
 * behind the server's end at the latest.
 */
const PROBE_INTERVAL_MS = 1_000;
const PONG = Buffer.from('PONG\r\n');
/** A connection that ends this soon after a pause was ended for it: what stood in the socket was read first. */
const AFTERMATH_MS = 2 * PROBE_INTERVAL_MS;

/**
 * Stops reading from the server, for as long as what was read cannot be put anywhere. nats.js reads without bound
 * and its one brake is the socket; a pause outlives the socket, so that a reconnect does not end it.
 *
 * A server that has waited for its write deadline (10 s by default), or has too much pending, ends the connection.
 */
export class ReadingBrake {
  readonly #clock: () => number;
  #socket: Socket | undefined;
  #protocol: ProtocolHandler | undefined;
  #probing: NodeJS.Timeout | undefined;
  #isPaused = false;
  #resumedAt = Number.NEGATIVE_INFINITY;

  /** @param clock milliseconds */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Whether an end of the connection now is told by a pause: we read too slowly for the server. */
  get explainsAnEnd(): boolean {
    return this.#isPaused || this.#clock() - this.#resumedAt < AFTERMATH_MS;
  }

  /** Takes hold of a socket on which a server has just let us in. */
  hold(socket: Socket, protocol: ProtocolHandler): void {
    this.#socket = socket;
    this.#protocol = protocol;
    if (this.#isPaused) socket.pause();
  }

  /** Reads no more; what is being read now, 64 KiB at most, still comes. Harmless when repeated. */
  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#socket?.pause();
    this.#probing ??= setInterval(() => this.#probe(), PROBE_INTERVAL_MS);
  }

  /** Goes on reading. Harmless when repeated. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#resumedAt = this.#clock();
    this.#socket?.resume();
  }

  /** Forgets its timer, at the end of the connection. */
  release(): void {
    clearInterval(this.#probing);
    this.#probing = undefined;
  }

  #probe(): void {
    const protocol = this.#protocol;
    if (protocol === undefined || !protocol.connected) return;
    if (!this.#isPaused) {
      this.release();
      // What a pause kept from it; it starts them anew at a reconnect.
      protocol.heartbeats.start();
      return;
    }
    // Its own pings would give the server up for an answer that stands unread.
    protocol.heartbeats.cancel();
    // The server's pings stand unread as well; it takes any answer for one to all of them.
    protocol.transport.send(PONG);
    protocol.flush().catch(() => undefined);
  }
}
