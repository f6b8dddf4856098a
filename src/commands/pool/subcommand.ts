import {
  askPool,
  type ControlRequest,
  choosePool,
  type FoundPool,
  findPools,
  ownPlace,
  type PoolStatus,
} from '../../control/index.js';
import { CliError } from '../../errors.js';
import { untilSignal } from '../../lifecycle/index.js';
import { startSpinner } from '../../output/index.js';
import { formatDuration, parseDuration } from '../../units.js';
import type { CommandScope, SubcommandPage } from '../command.js';
import type { Flags } from '../flags.js';

/** The flags of all subcommands; each says which are its own. */
export const poolFlags = {
  watch: { kind: 'switch', alias: 'w', describe: 'Once a second, until Ctrl-C', group: 'Of status:' },
  for: {
    kind: 'value',
    describe: 'How long it may take; it is done all the same',
    default: 'no limit',
    group: 'Of scale, reload and stop:',
  },
} as const satisfies Flags;

/** What a subcommand runs in: the operands are those behind its name. */
export type PoolScope = CommandScope<typeof poolFlags>;

/** A subcommand of `natsctl pool`. */
export interface Subcommand extends SubcommandPage {
  /** Names of the operands: those that must be there, then those that may. */
  readonly takes: readonly [required: readonly string[], optional: readonly string[]];
  run(scope: PoolScope): Promise<number>;
}

/** What a pool says of itself it says at once. */
const STATUS_PATIENCE_MS = 5_000;

/** The definitions of some flags, for the page of a subcommand: there they need no heading. */
export function flagsOf(...names: ReadonlyArray<keyof typeof poolFlags>): Flags {
  return Object.fromEntries(
    names.map((name) => {
      const { group: _, ...flag } = poolFlags[name];
      return [name, flag];
    }),
  );
}

/** The pools that run, each asked for its status. */
export function poolsOf({ env, output }: Pick<PoolScope, 'env' | 'output'>): Promise<readonly FoundPool[]> {
  return findPools({ place: ownPlace(env), patienceMs: STATUS_PATIENCE_MS, warn: (message) => output.warn(message) });
}

function describeSilence({ pid }: Pick<FoundPool, 'pid'>): string {
  return `the pool with pid ${pid} has not answered within ${formatDuration(STATUS_PATIENCE_MS)}`;
}

/** @throws CliError `timeout` where the pool does not answer */
export function statusOf({ pid, status }: FoundPool): PoolStatus {
  if (status !== undefined) return status;
  throw new CliError('timeout', describeSilence({ pid }));
}

/**
 * Has the pool of a name, or the only one, do something, with a spinner meanwhile.
 *
 * @param doing what the spinner says of it
 * @param print is handed the result
 * @returns the exit code
 * @throws CliError where there is no such pool, or it could not do it
 */
export function tellPool<Result extends object>(
  scope: PoolScope,
  name: string | undefined,
  request: ControlRequest,
  doing: (pool: string) => string,
  print: (pool: string, result: Result) => Promise<void>,
): Promise<number> {
  const { flags, output } = scope;
  const patienceMs = flags.for === undefined ? undefined : parseDuration(flags.for, '--for');
  const work = async (): Promise<void> => {
    const found = choosePool(await poolsOf(scope), name);
    const pool = found.status?.name ?? `with pid ${found.pid}`;
    if (found.status === undefined) output.warn(`${describeSilence(found)}: it is stopped, or busy`);
    const spinner = startSpinner(output, doing(pool));
    const result = await askPool(found, request, patienceMs).finally(() => spinner.stop());
    if (result === undefined) throw new CliError('no_responders', `pool ${pool} has ended meanwhile`);
    await print(pool, result as Result);
  };
  return untilSignal(work, async () => undefined);
}
