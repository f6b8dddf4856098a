import type { Place } from '../place.js';

/** Past this it is what the user asked for, whatever becomes of it. */
const PATIENCE_MS = 30_000;

/** Waits until one of several workers is known to serve: one that is stopped, or blocked, has said before that it does. */
export class SignOfLife {
  #isAwaited: (worker: number) => boolean = () => false;
  #tell: () => void = () => undefined;

  /** Asks those that serve in these places; resolves at the first answer, or when another one begins to serve there. */
  async of(places: readonly Place[]): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#tell = resolve;
      this.#isAwaited = (worker) => places.some((place) => place.worker === worker);
      timer = setTimeout(resolve, PATIENCE_MS);
      for (const { member } of places) if (member?.state === 'serving') member.askStatistics();
    });
    clearTimeout(timer);
    this.#isAwaited = () => false;
  }

  /** One that serves has answered, or begins to. */
  hear(worker: number): void {
    if (this.#isAwaited(worker)) this.#tell();
  }

  /** Nobody need wait any more. */
  stop(): void {
    this.#tell();
  }
}
