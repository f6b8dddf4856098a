import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  configHome,
  contextDirectory,
  contextNames,
  type Environment,
  reasonOf,
  requireContextName,
  unknownContext,
} from '../connection/for-contexts.js';
import { usageError } from '../errors.js';
import { removeFile, replaceFile } from './replace-file.js';

/**
 * The saved contexts, in the files of the `nats` command: `context/NAME.json` each, the name of the selected one in
 * `context.txt`, and of the one before in `previous-context.txt`. All of it throws a CliError `usage` for a name that
 * would lead elsewhere, and where the system does not let it read or write.
 */
export class ContextStore {
  readonly #directory: string;
  readonly #selected: string;
  readonly #previous: string;

  /** @param configHome `$XDG_CONFIG_HOME`, by default `~/.config` */
  constructor(configHome: string) {
    this.#directory = contextDirectory(configHome);
    this.#selected = join(configHome, 'nats', 'context.txt');
    this.#previous = join(configHome, 'nats', 'previous-context.txt');
  }

  /** The file of a context, there or not. */
  path(name: string): string {
    return join(this.#directory, `${requireContextName(name)}.json`);
  }

  /** The names, sorted. As the `nats` command, it leaves out folders, empty files and names that lead elsewhere. */
  names(): readonly string[] {
    const files = unlessMissing(() => readdirSync(this.#directory), this.#directory) ?? [];
    return contextNames(files).filter((name) => name !== '' && !name.includes('..') && this.#hasContent(name));
  }

  #hasContent(name: string): boolean {
    const file = unlessMissing(() => statSync(this.path(name)), this.path(name));
    return file !== undefined && !file.isDirectory() && file.size > 0;
  }

  /** @returns the file's text, undefined where there is no such context */
  find(name: string): string | undefined {
    return readIfThere(this.path(name));
  }

  /** @throws CliError `usage`, naming those that there are, where there is no such context */
  read(name: string): string {
    const text = this.find(name);
    if (text === undefined) throw unknownContext(name, this.names());
    return text;
  }

  /** Whether others than the owner may read a context. */
  isOpenToOthers(name: string): boolean {
    const { mode } = statSync(this.path(name));
    return process.platform !== 'win32' && (mode & 0o077) !== 0;
  }

  write(name: string, text: string): void {
    replaceFile(this.path(name), text);
  }

  /** Takes a context away, and the selection with it where it is the selected one. @returns whether it was there */
  remove(name: string): boolean {
    const path = this.path(name);
    const wasThere = this.find(name) !== undefined;
    if (this.selected() === name) this.select(undefined);
    removeFile(path);
    return wasThere;
  }

  selected(): string | undefined {
    return readIfThere(this.#selected)?.trim() || undefined;
  }

  /** The one that was selected before. */
  previous(): string | undefined {
    return readIfThere(this.#previous)?.trim() || undefined;
  }

  /**
   * Selects a context for all commands that name none; undefined for none. The one that was selected becomes the
   * previous one, also where it is the same again, as with the `nats` command.
   *
   * @throws CliError `usage` where there is no such context
   */
  select(name: string | undefined): void {
    if (name !== undefined) this.read(name);
    const selected = this.selected();
    if (selected !== undefined) replaceFile(this.#previous, selected);
    if (name !== undefined) replaceFile(this.#selected, name);
    else removeFile(this.#selected);
  }
}

/** The contexts of the user whose environment this is. */
export function openContexts(env: Environment, home: string): ContextStore {
  return new ContextStore(configHome(env, home));
}

function readIfThere(path: string): string | undefined {
  return unlessMissing(() => readFileSync(path, 'utf8'), path);
}

function unlessMissing<T>(read: () => T, path: string): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw usageError(`cannot read ${path}: ${reasonOf(error)}`);
  }
}
