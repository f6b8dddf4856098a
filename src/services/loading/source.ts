import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { usageError } from '../../errors.js';
import type { Program } from '../../programs/index.js';
import { requireBuiltIn } from '../built-in.js';

/** Where a service is from. */
export type ServiceSource =
  | { readonly kind: 'built_in'; readonly name: string }
  /** `file` is absolute; `given` is how the caller wrote it. */
  | { readonly kind: 'module'; readonly file: string; readonly given: string }
  | ProgramSource;

/** A program: `exec` runs one for each request, `stdio` keeps one in each worker. */
export interface ProgramSource {
  readonly kind: 'exec' | 'stdio';
  /** Of the service. */
  readonly name: string;
  /** An endpoint for each. */
  readonly subjects: readonly string[];
  readonly program: Program;
}

/** A service's name has no dots (ADR-32), so what has an ending is a file. */
const PATH = /[/\\]|\.\w+$/;
const MODULE = /\.[cm]?[jt]sx?$/;

/**
 * Reads what stands for a service on the command line: a path, where it has a slash or a file ending, else the name
 * of a built-in one.
 *
 * @param folder what a relative path starts from
 * @throws CliError `usage` where there is no such service, or no such module
 */
export function findSource(text: string, folder: string = process.cwd()): ServiceSource {
  if (!PATH.test(text)) return { kind: 'built_in', name: requireBuiltIn(text) };
  const file = resolve(folder, text);
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) throw usageError(`there is no file ${text}`);
  if (stats.isDirectory()) {
    throw usageError(`${text} is a folder`, 'name the modules in it that are services: each is served on its own');
  }
  if (!MODULE.test(file)) {
    throw usageError(`${text} is no module: its name ends neither like TypeScript nor like JavaScript`);
  }
  return { kind: 'module', file, given: text };
}

/** A short name for a source whose service is not loaded. */
export function nameOfSource(source: ServiceSource): string {
  return source.kind === 'module' ? serviceNameOf(basename(source.file).replace(MODULE, '')) : source.name;
}

/** Makes a service's name out of any text: letters, digits, `-` and `_` (ADR-32). */
export function serviceNameOf(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '') || 'service';
}
