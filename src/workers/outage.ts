/** What is told of the connections of a pool. */
export interface OutageListener {
  /** The first worker lost its connection. */
  onDisconnected(): void;
  /** Why they cannot have it again as things are; once an outage. */
  onHindered(reason: string): void;
  /** The last of those that had lost it has its connection again. */
  onReconnected(server: string): void;
}

/** Tells of the connections of a pool's workers as if they were one. */
export class Outage<Worker> {
  readonly #listener: OutageListener;
  readonly #disconnected = new Set<Worker>();
  /** It was told of, and its end not yet. */
  #isTold = false;
  #isHindered = false;
  #isSilent = false;

  constructor(listener: OutageListener) {
    this.#listener = listener;
  }

  begin(worker: Worker): void {
    this.#disconnected.add(worker);
    if (this.#isTold || this.#isSilent) return;
    this.#isTold = true;
    this.#listener.onDisconnected();
  }

  /** Whether the worker has no connection. */
  isOut(worker: Worker): boolean {
    return this.#disconnected.has(worker);
  }

  hinder(reason: string): void {
    if (!this.#isTold || this.#isHindered || this.#isSilent) return;
    this.#isHindered = true;
    this.#listener.onHindered(reason);
  }

  /** The worker has a connection, or a new one in its place has. */
  end(worker: Worker, server: string): void {
    this.#disconnected.delete(worker);
    if (!this.#isTold || this.#disconnected.size > 0 || this.#isSilent) return;
    this.#isTold = false;
    this.#isHindered = false;
    this.#listener.onReconnected(server);
  }

  /** It is of no account any more whether the worker is connected. */
  forget(worker: Worker): void {
    this.#disconnected.delete(worker);
  }

  /** Tells nothing any more. */
  silence(): void {
    this.#isSilent = true;
  }
}
