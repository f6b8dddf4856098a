import { watch } from 'node:fs';

/** Watches the names in a folder, not those in the folders in it. */
export type WatchFolder = (
  folder: string,
  /** A file of that name may be another one now; without a name any of them. */
  onEvent: (name: string | undefined) => void,
  onError: (error: NodeJS.ErrnoException) => void,
) => {
  close(): void;
};

/** @throws the system's error where the folder cannot be watched */
export const watchFolder: WatchFolder = (folder, onEvent, onError) => {
  const watcher = watch(folder, { persistent: false }, (_, name) => onEvent(name ?? undefined));
  watcher.on('error', onError);
  return watcher;
};
