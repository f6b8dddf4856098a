import { type ConfigFile, findConfig, readConfig } from '../config/index.js';
import type { Environment } from '../connection/index.js';
import { usageError } from '../errors.js';
import type { GlobalFlags } from './global-flags.js';
import { mergePool, mergeShared } from './serve-config.js';
import type { ServeFlags } from './serve-flags.js';
import type { PoolFlags } from './serve-pool.js';

/** Reads flags; an error says where a person wrote what is wrong. */
export type Read = <T>(parse: () => T) => T;

/** One pool as it was asked for, its values not read yet. */
export interface PoolRequest {
  /** Undefined where the command line asks for it. */
  readonly name: string | undefined;
  readonly flags: PoolFlags;
  readonly services: readonly string[];
  /** What answers, and its arguments. */
  readonly program: readonly string[];
  /** What relative paths start from. */
  readonly folder: string;
  readonly read: Read;
}

/** What pools share, not read yet. */
export interface SharedRequest {
  readonly flags: Pick<ServeFlags, 'log' | 'health' | 'readyFile' | 'embedded' | 'noEmbedded'>;
  readonly global: GlobalFlags;
  readonly read: Read;
}

export interface ServeRequest {
  readonly pools: readonly PoolRequest[];
  readonly shared: SharedRequest;
}

/** What the command line says. */
export interface ServeCommandLine {
  readonly flags: ServeFlags;
  readonly global: GlobalFlags;
  /** What stands before `--`. */
  readonly services: readonly string[];
  /** What stands after it. */
  readonly program: readonly string[];
  readonly env: Environment;
  /** The working directory. */
  readonly folder: string;
}

/**
 * What is asked for: by the command line, or where that names no service by a file, over which its flags win.
 *
 * @throws CliError `usage` where the file is missing or malformed, or a service is named beside it
 */
export async function requestToServe(line: ServeCommandLine): Promise<ServeRequest> {
  const file = await fileOf(line);
  if (file !== undefined) {
    return { pools: file.pools.map((pool) => mergePool(file, pool, line)), shared: mergeShared(file, line) };
  }
  const { flags, global, services, program, folder } = line;
  return {
    pools: [{ name: undefined, flags, services, program, folder, read: asItIs }],
    shared: { flags, global, read: asItIs },
  };
}

async function fileOf({ flags, services, program, folder }: ServeCommandLine): Promise<ConfigFile | undefined> {
  const { exec, stdio, subject, name } = flags;
  const namesOne =
    services.length > 0 || program.length > 0 || exec || stdio || subject.length > 0 || name !== undefined;
  if (flags.config !== undefined) {
    if (namesOne) throw usageError('--config: the file says what is served, so no service stands beside it');
    return readConfig(flags.config, flags.config);
  }
  if (namesOne) return undefined;
  const found = findConfig(folder);
  if (found !== undefined) return readConfig(found);
  throw usageError(
    'SERVICE is missing',
    'name one, or describe pools in natsctl.config.ts or natsctl.config.json here',
  );
}

function asItIs<T>(parse: () => T): T {
  return parse();
}
