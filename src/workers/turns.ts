/** Has works follow each other: each begins when the one before has ended, at once where there is none. */
export class Turns {
  #last: Promise<unknown> | undefined;

  /** @returns what the work gives, or throws */
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last === undefined ? work() : this.#last.then(work);
    const last = turn
      .catch(() => undefined)
      .then(() => {
        if (this.#last === last) this.#last = undefined;
      });
    this.#last = last;
    return turn;
  }
}
