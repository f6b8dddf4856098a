/** What becomes of a request that finds the waiting room full: error 429, or it is left unread. */
export const OVERLOAD_POLICIES = ['reject', 'queue'] as const;
export type OverloadPolicy = (typeof OVERLOAD_POLICIES)[number];

/** Bounds what waits at the gates of a worker. */
export interface QueueLimit {
  /** How many may wait; 0: none. */
  readonly maxQueued: number;
  readonly overload: OverloadPolicy;
}

/** Stops what brings requests, and lets it go on. */
export interface Inlet {
  pauseReading(): void;
  resumeReading(): void;
}

/**
 * Counts the requests of a worker that wait for its gates. With `queue` it has no more read from the server while it is
 * full; what was read already, 64 KiB at most, still comes in.
 */
export class WaitingRoom {
  readonly limit: number;
  readonly #inlet: Inlet | undefined;
  #waiting = 0;
  #isOpen = true;

  /** @param inlet is paused while the room is full; without one, who comes then is turned away */
  constructor({ maxQueued, overload }: QueueLimit, inlet: Inlet) {
    this.limit = maxQueued;
    this.#inlet = overload === 'queue' ? inlet : undefined;
  }

  get stopsReading(): boolean {
    return this.#inlet !== undefined;
  }

  /** One more would wait. @returns whether it may */
  enter(): boolean {
    if (this.#inlet === undefined && this.#waiting >= this.limit) return false;
    this.#waiting += 1;
    // With a limit of 0 the first one that waits is the sign that no gate is free.
    if (this.#isOpen && this.#waiting >= this.limit) this.#inlet?.pauseReading();
    return true;
  }

  /** One waits no more. */
  leave(): void {
    this.#waiting -= 1;
    if (this.#waiting < this.limit || this.#waiting === 0) this.#inlet?.resumeReading();
  }

  /** Has all read that is on its way, however much that is: nothing more comes behind it. */
  readToTheEnd(): void {
    this.#isOpen = false;
    this.#inlet?.resumeReading();
  }
}
