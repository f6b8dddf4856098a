import { digestOfFile } from '../../services/index.js';
import { FolderWatches } from './folder-watches.js';
import { type WatchFolder, watchFolder } from './watch-folder.js';

export interface SourceWatchOptions {
  /**
   * Files have another content than what was loaded of them.
   *
   * @param sinceMs when the first was noticed, on the clock of `performance.now()`
   */
  readonly onChange: (files: readonly string[], sinceMs: number) => void;
  readonly onWarning: (message: string) => void;
  readonly watchFolder?: WatchFolder;
  readonly digest?: (file: string) => string | undefined;
}

/** A save is several events, and a checkout of another branch many: this long after the last one it is looked at. */
const SETTLE_MS = 20;
/** Some editors remove a file before they write it anew: only after so long it is taken for removed. */
const GONE_MS = 100;

/** Of what workers have loaded with different contents: it is none of them. */
const DIFFERENT = 'different';

/** Watches the files that services were loaded from. What counts is their content: to touch one is no change. */
export class SourceWatch {
  readonly #options: SourceWatchOptions;
  readonly #folders: FolderWatches;
  readonly #digest: (file: string) => string | undefined;
  /** What each had in it when it was loaded; undefined where it was not there. */
  readonly #loaded = new Map<string, string | undefined>();
  /** Those that were told of since the latest loading began. */
  readonly #current = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #sinceMs: number | undefined;
  #isSettled = false;

  constructor(options: SourceWatchOptions) {
    this.#options = options;
    this.#digest = options.digest ?? digestOfFile;
    const look = (): void => {
      this.#isSettled = false;
      this.#lookSoon(SETTLE_MS);
    };
    this.#folders = new FolderWatches(options.watchFolder ?? watchFolder, look, options.onWarning);
  }

  /** A worker loads this file with that in it, or looks for it in vain. */
  add(file: string, digest: string | undefined): void {
    this.#current.add(file);
    if (!this.#loaded.has(file)) {
      this.#loaded.set(file, digest);
      this.#folders.watch(this.#loaded.keys());
    } else if (this.#loaded.get(file) === digest) return;
    else this.#loaded.set(file, DIFFERENT);
    // It may have changed before it was watched, or between two workers.
    this.#lookSoon(SETTLE_MS);
  }

  /** Everything is about to be loaded anew, with what is in the files now. */
  beginLoading(): void {
    this.#current.clear();
    for (const file of this.#loaded.keys()) this.#loaded.set(file, this.#digest(file));
  }

  /** All is loaded: what was not is of no account any more. */
  endLoading(): void {
    for (const file of this.#loaded.keys()) {
      if (!this.#current.has(file)) this.#loaded.delete(file);
    }
    this.#folders.watch(this.#loaded.keys());
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#folders.close();
  }

  #lookSoon(inMs: number): void {
    this.#sinceMs ??= performance.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), inMs);
  }

  #look(): void {
    // Folders may have come or gone too; what comes into them after this look is an event.
    this.#folders.watch(this.#loaded.keys());
    const now = new Map([...this.#loaded.keys()].map((file) => [file, this.#digest(file)]));
    const changed = [...now].filter(([file, digest]) => digest !== this.#loaded.get(file));
    const isAnyGone = changed.some(([, digest]) => digest === undefined);
    if (isAnyGone && !this.#isSettled) {
      this.#isSettled = true;
      this.#lookSoon(GONE_MS);
      return;
    }
    this.#isSettled = false;
    const sinceMs = this.#sinceMs ?? performance.now();
    this.#sinceMs = undefined;
    if (changed.length === 0) return;
    for (const [file, digest] of changed) this.#loaded.set(file, digest);
    this.#options.onChange(
      changed.map(([file]) => file),
      sinceMs,
    );
  }
}
