import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import type { Output } from '../../output/index.js';
import { countOf } from '../../units.js';
import type { Pool } from '../pool.js';
import type { Replacement } from '../replacement.js';
import type { SourceWatch } from './source-watch.js';

export interface ReloaderOptions {
  readonly pool: Pick<Pool, 'replaceAll'>;
  readonly workers: number;
  readonly output: Output;
  readonly sources: Pick<SourceWatch, 'beginLoading' | 'endLoading'>;
  /** All serve what is new. */
  readonly onReloaded: () => void;
  /** What the names of files are told from. */
  readonly folder?: string;
}

interface Change {
  readonly files: readonly string[];
  /** When it was noticed, on the clock of `performance.now()`. */
  readonly sinceMs: number;
}

/** Replaces the workers of a pool where what they serve has changed, and starts over where it changes meanwhile. */
export class Reloader {
  readonly #options: ReloaderOptions;
  #next: Change | undefined;
  #current: AbortController | undefined;
  #isStopped = false;

  constructor(options: ReloaderOptions) {
    this.#options = options;
  }

  /**
   * These files are others than were loaded.
   *
   * @param sinceMs when that was noticed, on the clock of `performance.now()`
   */
  async change(files: readonly string[], sinceMs: number): Promise<void> {
    if (this.#isStopped) return;
    this.#next = { files: [...new Set([...(this.#next?.files ?? []), ...files])], sinceMs };
    if (this.#current !== undefined) this.#current.abort();
    else await this.#run();
  }

  stop(): void {
    this.#isStopped = true;
    this.#next = undefined;
    this.#current?.abort();
  }

  async #run(): Promise<void> {
    const { pool, workers, output, sources } = this.#options;
    let unserved: readonly string[] = [];
    for (let change = this.#take(); change !== undefined; change = this.#take()) {
      const isAgain = unserved.length > 0;
      unserved = [...new Set([...unserved, ...change.files])];
      const what = isAgain ? 'starting over' : `replacing ${countOf(workers, 'worker', 'workers')}`;
      output.notice(`${this.#name(change.files)} changed: ${what}`);
      this.#current = new AbortController();
      sources.beginLoading();
      const outcome = await pool.replaceAll({ signal: this.#current.signal, atATime: availableParallelism() });
      if (outcome.kind === 'aborted') continue;
      const name = this.#name(unserved);
      unserved = [];
      if (outcome.kind === 'failed') output.warn(this.#describe(outcome, name));
      else {
        sources.endLoading();
        const tookMs = Math.round(performance.now() - change.sinceMs);
        output.notice(
          `${countOf(workers, 'worker', 'workers')} ${workers === 1 ? 'serves' : 'serve'} the new ${name} after ${tookMs} ms`,
        );
        this.#options.onReloaded();
      }
    }
    this.#current = undefined;
  }

  #take(): Change | undefined {
    const change = this.#next;
    this.#next = undefined;
    return change;
  }

  #describe({ failure, replaced, worker }: Extract<Replacement, { kind: 'failed' }>, name: string): string {
    const { workers } = this.#options;
    const reason = failure.hint === undefined ? failure.message : `${failure.message} (${failure.hint})`;
    if (replaced === 0) return `${reason}; what was served before is served on`;
    return `worker-${worker} was not replaced: ${reason}; ${replaced} of ${countOf(workers, 'worker', 'workers')} serve the new ${name}`;
  }

  #name([file = '', ...others]: readonly string[]): string {
    const name = relative(this.#options.folder ?? process.cwd(), file);
    return others.length === 0 ? name : `${name} and ${others.length} more`;
  }
}
