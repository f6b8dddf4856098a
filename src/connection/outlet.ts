import type { Socket } from 'node:net';

/** The server is behind where the socket keeps more than this for it. */
const MOST_UNSENT_BYTES = 256 * 1024;

/** Writes to the server no faster than it reads; nats.js keeps without bound what the server does not take. */
export class Outlet {
  #socket: Socket | undefined;
  #send: (bytes: Uint8Array) => void = () => undefined;
  #drained: Promise<void> | undefined;

  /**
   * Takes hold of a socket on which a server has just let us in.
   *
   * @param send writes to it, as its transport does with all else
   */
  hold(socket: Socket, send: (bytes: Uint8Array) => void): void {
    this.#socket = socket;
    this.#send = send;
    this.#drained = undefined;
  }

  /** What was written and not yet handed to the system. */
  get unsentBytes(): number {
    const socket = this.#socket;
    return socket === undefined || socket.destroyed ? 0 : socket.writableLength;
  }

  /**
   * Writes to the server in use.
   *
   * @param bytes are not to be changed while anything is unsent
   * @returns a promise only where the server is behind; it resolves when it has caught up, or is gone
   */
  write(bytes: Uint8Array): Promise<void> | undefined {
    const socket = this.#socket;
    if (socket === undefined) return undefined;
    // A failed write shows as the socket's end.
    this.#send(bytes);
    if (socket.writableLength < MOST_UNSENT_BYTES || socket.destroyed) return undefined;
    this.#drained ??= new Promise((resolve) => {
      const settle = (): void => {
        socket.off('drain', settle).off('close', settle);
        if (this.#socket === socket) this.#drained = undefined;
        resolve();
      };
      socket.on('drain', settle).on('close', settle);
    });
    return this.#drained;
  }
}
