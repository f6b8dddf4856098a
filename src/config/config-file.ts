import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { systemReason, usageError } from '../errors.js';
import { placeInJson } from '../json-place.js';
import { loadDefault } from '../services/index.js';
import { type CheckedConfig, checkConfig } from './check-config.js';

/** A file that says what pools there are. */
export interface ConfigFile extends CheckedConfig {
  /** As the caller wrote it, or its name. */
  readonly given: string;
  /** Absolute; paths in the file start from it. */
  readonly folder: string;
}

/** In a folder there is one of these at most. */
const CONFIG_NAMES: readonly string[] = ['ts', 'mts', 'js', 'mjs', 'cjs', 'json'].map(
  (ending) => `natsctl.config.${ending}`,
);

const MODULE = /\.[cm]?[jt]s$/;

/**
 * The file of a folder; undefined where it has none.
 *
 * @throws CliError `usage` where it has several
 */
export function findConfig(folder: string): string | undefined {
  const [first, second] = CONFIG_NAMES.filter((name) => existsSync(join(folder, name)));
  if (second === undefined) return first && join(folder, first);
  throw usageError(`there are ${first} and ${second}`, 'remove one, or name one with --config');
}

/**
 * Reads a file and checks its shape.
 *
 * @throws CliError `usage`, naming the file, and the field or the line
 */
export async function readConfig(path: string, given: string = basename(path)): Promise<ConfigFile> {
  const file = resolve(path);
  if (!existsSync(file)) throw usageError(`there is no file ${given}`);
  const content = await contentOf(file, given);
  return { ...checkConfig(content, given), given, folder: dirname(file) };
}

async function contentOf(file: string, given: string): Promise<unknown> {
  if (MODULE.test(file)) return loadDefault(file, given);
  if (!file.endsWith('.json')) {
    throw usageError(`${given} is no config file: its name ends neither in .json nor like TypeScript or JavaScript`);
  }
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw usageError(`cannot read ${given}: ${systemReason(error as NodeJS.ErrnoException)}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usageError(`${given} is not valid JSON`, placeInJson(error, text));
  }
}
