import { deferred } from '../../deferred.js';
import type { Output } from '../../output/index.js';
import type { Pool } from '../pool.js';
import { Reloader } from './reloader.js';
import { SourceWatch } from './source-watch.js';

export interface WatchingOptions {
  readonly output: Output;
}

/** Watches what the workers of a pool have loaded, and has the pool replace them where it changes. */
export class Watching {
  readonly #sources: SourceWatch;
  readonly #reloader: Reloader;
  /** A change before the pool serves waits until it does. */
  readonly #begun = deferred<void>();
  #tellReloaded: () => void = () => undefined;

  constructor(pool: Pool, { output }: WatchingOptions) {
    this.#sources = new SourceWatch({
      onChange: (files, sinceMs) => void this.#begun.promise.then(() => this.#reloader.change(files, sinceMs)),
      onWarning: (message) => output.warn(message),
    });
    this.#reloader = new Reloader({
      pool,
      get workers() {
        return pool.places().length;
      },
      output,
      sources: this.#sources,
      onReloaded: () => this.#tellReloaded(),
    });
  }

  /** A worker loads this file with that in it, or looks for it in vain. */
  add(file: string, digest: string | undefined): void {
    this.#sources.add(file, digest);
  }

  /**
   * The pool serves.
   *
   * @param tellReloaded is called when all workers serve what has changed
   */
  begin(tellReloaded: () => void): void {
    this.#tellReloaded = tellReloaded;
    this.#begun.resolve();
  }

  stop(): void {
    this.#reloader.stop();
    this.#sources.close();
  }
}
