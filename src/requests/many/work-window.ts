/** How a {@link WorkWindow} works. */
export interface WorkWindowOptions<T extends object> {
  /** How many pieces of work may be begun and not yet handed on. */
  readonly size: number;
  /** Whether results are handed on in the order in which their work was begun, or as they come. */
  readonly ordered: boolean;
  /** Takes a result; a promise means that it cannot keep up: no work is begun until it resolves. */
  readonly emit: (result: T) => void | Promise<void>;
}

/**
 * Does many pieces of work, a bounded number of them at a time. A result that waits for an earlier one keeps its
 * place in the window, so that memory stays bounded however slow the earlier one is.
 */
export class WorkWindow<T extends object> {
  readonly #options: WorkWindowOptions<T>;
  /** Results that came before their turn. */
  readonly #early = new Map<number, T>();
  #begun = 0;
  #emitted = 0;
  /** Results that are not taken yet. */
  #untaken = 0;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(options: WorkWindowOptions<T>) {
    this.#options = options;
  }

  /**
   * @returns a promise only where no more work may be begun now; it resolves when that may have changed
   * @throws what `emit` or a piece of work has thrown
   */
  room(): Promise<void> | undefined {
    this.#requireNoFailure();
    return this.#isFull() ? this.#change() : undefined;
  }

  /** Takes up a piece of work that has been begun; {@link WorkWindow.room} was asked before. */
  add(work: Promise<T>): void {
    const index = this.#begun++;
    work.then(
      (result) => this.#finish(index, result),
      (error: unknown) => this.#fail(error),
    );
  }

  /**
   * Resolves when all that was begun has been handed on and taken.
   *
   * @throws as {@link WorkWindow.room}
   */
  async drained(): Promise<void> {
    this.#requireNoFailure();
    while (this.#emitted < this.#begun || this.#untaken > 0) {
      await this.#change();
      this.#requireNoFailure();
    }
  }

  #isFull(): boolean {
    return this.#untaken > 0 || this.#begun - this.#emitted >= this.#options.size;
  }

  #finish(index: number, result: T): void {
    if (!this.#options.ordered) this.#emit(result);
    else if (index > this.#emitted) this.#early.set(index, result);
    else {
      this.#emit(result);
      while (this.#early.size > 0) {
        const next = this.#emitted;
        const early = this.#early.get(next);
        if (early === undefined) break;
        this.#early.delete(next);
        this.#emit(early);
      }
    }
    this.#tellChange();
  }

  #emit(result: T): void {
    this.#emitted += 1;
    if (this.#failure !== undefined) return;
    try {
      const taken = this.#options.emit(result);
      if (taken === undefined) return;
      this.#untaken += 1;
      taken.then(
        () => {
          this.#untaken -= 1;
          this.#tellChange();
        },
        (error: unknown) => this.#fail(error),
      );
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#tellChange();
  }

  #requireNoFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #tellChange(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
