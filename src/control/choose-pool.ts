import { CliError, usageError } from '../errors.js';
import { countOf } from '../units.js';
import type { FoundPool } from './find-pools.js';

/**
 * The pool of that name: its own, else that of a service of it, or the process id of its supervisor, with its own name
 * behind a slash where that has several. Without a name the only one.
 *
 * @throws CliError `no_responders` where there is none, `usage` where there are several
 */
export function choosePool(pools: readonly FoundPool[], name: string | undefined): FoundPool {
  const [first, ...others] = name === undefined ? pools : poolsNamed(pools, name);
  if (first === undefined) throw missing(pools, name);
  if (others.length === 0) return first;
  const all = [first, ...others];
  const many = countOf(all.length, 'pool', 'pools');
  if (name === undefined) throw usageError(`${many} run: name one`, listOf(all));
  throw usageError(`${many} answer to ${name}: name one ${handleFor(all, pools)}`, listOf(all));
}

function poolsNamed(pools: readonly FoundPool[], name: string): readonly FoundPool[] {
  const own = pools.filter(({ status }) => status?.name === name);
  return own.length > 0 ? own : pools.filter((pool) => answersTo(pool, name));
}

/** What tells one from the others: a supervisor may have several pools, of which no two have one name. */
function handleFor(candidates: readonly FoundPool[], pools: readonly FoundPool[]): string {
  if (new Set(candidates.map(({ pid }) => pid)).size === 1) return 'by its name';
  const isAlone = candidates.every(({ pid }) => pools.filter((pool) => pool.pid === pid).length === 1);
  return isAlone ? 'by its process id' : 'as PID/NAME';
}

/** The names that a pool answers to, beside its process id. */
export function namesOfPool({ status }: FoundPool): readonly string[] {
  return status === undefined ? [] : [...new Set([status.name, ...status.services.map(({ name }) => name)])];
}

function answersTo(pool: FoundPool, name: string): boolean {
  const { pid, status } = pool;
  return namesOfPool(pool).includes(name) || name === String(pid) || name === `${pid}/${status?.name}`;
}

function missing(pools: readonly FoundPool[], name: string | undefined): CliError {
  const details = { pool: name };
  if (pools.length > 0) {
    return new CliError('no_responders', `no pool ${name} of yours runs here`, { hint: listOf(pools), details });
  }
  const which = name === undefined ? 'no pool' : `no pool ${name}`;
  const hint = 'natsctl serve starts one; those of other users, or with another NATSCTL_RUNTIME_DIR, are not seen';
  return new CliError('no_responders', `${which} of yours runs on this machine`, { hint, details });
}

function listOf(pools: readonly FoundPool[]): string {
  const names = pools.map(({ status, pid }) => `${status?.name ?? 'one that does not answer'} (pid ${pid})`);
  return `there are: ${names.join(', ')}`;
}
