/**
 * Lets one loop wait for one thing after the other, until it is told to stop. A race against a promise that lives as
 * long as the loop would hold on to every one of them.
 */
export class Halt {
  #isHalted = false;
  #stopWaiting: () => void = () => undefined;

  get isHalted(): boolean {
    return this.#isHalted;
  }

  /** Ends what is waited for now, and all that is to be waited for later. Harmless when repeated. */
  halt(): void {
    this.#isHalted = true;
    this.#stopWaiting();
  }

  /** @returns what the promise gives; undefined, at once, where it is halted before */
  until<T>(promise: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#isHalted) resolve(undefined);
      else this.#stopWaiting = () => resolve(undefined);
      promise.then(resolve, reject);
    });
  }
}
