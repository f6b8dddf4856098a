import { statSync } from 'node:fs';
import { basename, dirname, relative, sep } from 'node:path';
import type { WatchFolder } from './watch-folder.js';

interface Watch {
  readonly inode: number;
  /** What is looked for in it: files, and folders that are not there yet. */
  readonly names: ReadonlySet<string>;
  readonly close: () => void;
}

/**
 * Watches files that may come, go, and be replaced by others, as editors do when they save: through the folders that
 * they are in, or those that their folders would be made in.
 */
export class FolderWatches {
  readonly #watchFolder: WatchFolder;
  readonly #onEvent: () => void;
  readonly #onWarning: (message: string) => void;
  readonly #watches = new Map<string, Watch>();
  readonly #unwatchable = new Set<string>();

  /** @param onEvent one of the files may have changed */
  constructor(watchFolder: WatchFolder, onEvent: () => void, onWarning: (message: string) => void) {
    this.#watchFolder = watchFolder;
    this.#onEvent = onEvent;
    this.#onWarning = onWarning;
  }

  /** From now on it is these files. */
  watch(files: Iterable<string>): void {
    const wanted = placesOf(files);
    for (const [folder, { inode, close }] of this.#watches) {
      if (wanted.get(folder)?.inode === inode) continue;
      close();
      this.#watches.delete(folder);
    }
    for (const [folder, { inode, names }] of wanted) {
      const close = this.#watches.get(folder)?.close ?? this.#open(folder);
      if (close !== undefined) this.#watches.set(folder, { inode, names, close });
    }
  }

  close(): void {
    for (const { close } of this.#watches.values()) close();
    this.#watches.clear();
  }

  #open(folder: string): (() => void) | undefined {
    try {
      const watcher = this.#watchFolder(
        folder,
        (name) => {
          // Under its own name a folder tells of its end.
          const isLookedFor = this.#watches.get(folder)?.names.has(name ?? '') || name === basename(folder);
          if (name === undefined || isLookedFor) this.#onEvent();
        },
        (error) => this.#warn(folder, error),
      );
      return () => watcher.close();
    } catch (error) {
      this.#warn(folder, error as NodeJS.ErrnoException);
      return undefined;
    }
  }

  #warn(folder: string, { code }: NodeJS.ErrnoException): void {
    // It went away in this moment, which the folder above it tells.
    if (code === 'ENOENT' || this.#unwatchable.has(folder)) return;
    this.#unwatchable.add(folder);
    const why = code === 'ENOSPC' || code === 'EMFILE' ? `the system watches as many as it may (${code})` : code;
    this.#onWarning(`changes in ${folder} are not seen: ${why}`);
  }
}

/** The folders that exist, and what is looked for in each. */
function placesOf(files: Iterable<string>): Map<string, { readonly inode: number; readonly names: Set<string> }> {
  const places = new Map<string, { readonly inode: number; readonly names: Set<string> }>();
  const folders = new Map<string, { readonly path: string; readonly inode: number }>();
  for (const file of files) {
    const folder = dirname(file);
    const nearest = folders.get(folder) ?? nearestFolder(folder);
    folders.set(folder, nearest);
    const { path, inode } = nearest;
    const place = places.get(path) ?? { inode, names: new Set() };
    place.names.add(relative(path, file).split(sep)[0] as string);
    places.set(path, place);
  }
  return places;
}

function nearestFolder(folder: string): { readonly path: string; readonly inode: number } {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return { path: folder, inode: stats.ino };
  return nearestFolder(dirname(folder));
}
