import { CliError, usageError } from '../errors.js';
import { countOf } from '../units.js';
import type { FoundPool } from './find-pools.js';

/**
 * The pool of that name: its own, that of a service of it, or its process id. Without a name the only one.
 *
 * @throws CliError `no_responders` where there is none, `usage` where there are several
 */
export function choosePool(pools: readonly FoundPool[], name: string | undefined): FoundPool {
  const [first, ...others] = name === undefined ? pools : pools.filter((pool) => answersTo(pool, name));
  if (first === undefined) throw missing(pools, name);
  if (others.length === 0) return first;
  const all = [first, ...others];
  if (name === undefined) throw usageError(`${countOf(all.length, 'pool', 'pools')} run: name one`, listOf(all));
  throw usageError(
    `${countOf(all.length, 'pool', 'pools')} answer to ${name}: name one by its process id`,
    listOf(all),
  );
}

/** The names that a pool answers to, beside its process id. */
export function namesOfPool({ status }: FoundPool): readonly string[] {
  return status === undefined ? [] : [...new Set([status.name, ...status.services.map(({ name }) => name)])];
}

function answersTo(pool: FoundPool, name: string): boolean {
  return namesOfPool(pool).includes(name) || name === String(pool.pid);
}

function missing(pools: readonly FoundPool[], name: string | undefined): CliError {
  const details = { pool: name };
  if (pools.length > 0) {
    return new CliError('no_responders', `no pool ${name} of yours runs here`, { hint: listOf(pools), details });
  }
  const which = name === undefined ? 'no pool' : `no pool ${name}`;
  const hint = 'natsctl serve starts one; those of other users are not seen';
  return new CliError('no_responders', `${which} of yours runs on this machine`, { hint, details });
}

function listOf(pools: readonly FoundPool[]): string {
  const names = pools.map(({ status, pid }) => `${status?.name ?? 'one that does not answer'} (pid ${pid})`);
  return `there are: ${names.join(', ')}`;
}
