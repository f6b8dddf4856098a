import type { ConnectionPlan } from '../connection/index.js';
import type { ControlPlace } from '../control/index.js';
import { deferred } from '../deferred.js';
import { CliError } from '../errors.js';
import {
  exitCodeOf,
  findServiceManager,
  hasControllingTerminal,
  listenForStop,
  prepareReadyFile,
  type ReadyFile,
} from '../lifecycle/index.js';
import { type Output, startSpinner } from '../output/index.js';
import type { RunningServer } from '../server/index.js';
import { countOf } from '../units.js';
import { type EmbeddedPolicy, startEmbeddedServer, withEmbeddedHint } from './embedded-server.js';
import type { HealthServer } from './health/index.js';
import type { DrainResult } from './pool-options.js';
import { readyState } from './ready-state.js';
import { type PoolToServe, SupervisedPool } from './supervised-pool.js';

export interface ServePoolsOptions {
  /** One, or several that have names. */
  readonly pools: readonly PoolToServe[];
  readonly readyFile: string | undefined;
  /** Where health and metrics are shown over HTTP; undefined: nowhere. */
  readonly health?: { readonly host: string; readonly port: number } | undefined;
  readonly output: Output;
  /** Where the pools connect to. */
  readonly plan: ConnectionPlan;
  readonly embedded: EmbeddedPolicy;
  /** What emits the signals; by default this process. */
  readonly signals?: NodeJS.EventEmitter;
  /** Where `natsctl pool` looks for the pools; undefined: they are not to be found. */
  readonly controlPlace?: ControlPlace | undefined;
  /** What SIGHUP asks for; by default the end where this process has a controlling terminal, else a reload. */
  readonly hangup?: 'stop' | 'reload';
}

/**
 * Runs pools until a signal ends them: the first one drains, a second one ends them at once. One that cannot serve
 * ends all; one that is stopped by `natsctl pool stop` leaves the others alone.
 *
 * @returns the exit code: 0 where all that was in hand was answered, else that of the signal
 * @throws CliError where a pool cannot serve, see {@link Pool.failed}
 */
export async function servePools(options: ServePoolsOptions): Promise<number> {
  const { output, plan, controlPlace, hangup = hangupOfProcess() } = options;
  const begun = deferred<void>();
  const signals = listenForStop(options.signals, hangup === 'reload' ? () => void reloadAll() : undefined);
  let embedded: RunningServer | undefined;
  let health: HealthServer | undefined;
  let readyFile: ReadyFile | undefined;
  let writeReady: () => Promise<void> = async () => undefined;
  // One write after the other: two workers may be replaced at once, and the removal comes last.
  let written: Promise<void> = Promise.resolve();
  const rewriteReady = (): void => {
    written = written.then(() => writeReady()).catch((error: Error) => output.warn(error.message));
  };
  const manager = findServiceManager({ onProblem: output.warn });
  const labels = options.pools.map(({ name, label }) => name ?? label).join(', ');
  const countWorkers = (): string => {
    const workers = active().reduce((sum, { pool }) => sum + pool.places().length, 0);
    return countOf(workers, 'worker', 'workers');
  };
  const status = (): string => `serving ${labels} with ${countWorkers()}`;
  let hasBegun = false;
  let renewing = 0;
  const onRenewing = (isRunning: boolean): void => {
    const before = renewing;
    renewing += isRunning ? 1 : -1;
    // What begins before all serve is a part of the start.
    if (!hasBegun || Math.min(before, renewing) > 0) return;
    if (isRunning) manager.reloading();
    else manager.ready(status());
  };
  const pools = options.pools.map(
    (pool) =>
      new SupervisedPool(pool, { output, context: plan.context, controlPlace, onChange: rewriteReady, onRenewing }),
  );
  const stopped = new Set<SupervisedPool>();
  const active = (): readonly SupervisedPool[] => pools.filter((pool) => !stopped.has(pool));
  /** Before the pools serve, there is nothing to reload. */
  const reloadAll = async (): Promise<void> => {
    await begun.promise;
    for (const { control } of active()) await control.reload('SIGHUP').catch(ignoreTold);
  };
  const lastStop = deferred<'natsctl pool stop'>();
  const stopOne = async (pool: SupervisedPool): Promise<void> => {
    const asked = await pool.control.stopAsked;
    stopped.add(pool);
    if (active().length === 0) {
      // The end of all, which it is told of when all is tidied up.
      lastStop.resolve(asked);
      return;
    }
    pool.output.notice(`${asked}: finishing what is in hand`);
    const loss = await pool.drain();
    tellLoss(pool.output, loss);
    rewriteReady();
    await written;
    await pool.close(loss);
  };
  let ending: DrainResult | { readonly error: unknown } = {
    error: new CliError('pool', `${labels}: it was ended at once`),
  };
  try {
    if (options.readyFile !== undefined) readyFile = await prepareReadyFile(options.readyFile);
    for (const pool of pools) await pool.open();
    for (const pool of pools) void stopOne(pool);
    if (options.health !== undefined) {
      const { showHealth } = await import('./health/index.js');
      health = await showHealth(options.health, { all: () => pools, active }, output.warn);
      output.notice(`health and metrics at ${health.url}: /livez, /readyz, /metrics`);
    }
    const spinner = startSpinner(output, `starting ${countWorkers()}`);
    const serving = (async () => {
      embedded = await startEmbeddedServer(options.embedded, plan);
      const isEmbedded = embedded !== undefined;
      if (embedded !== undefined) {
        output.notice(`no server at ${embedded.url}: started one for development; production is for nats-server`);
      }
      const urls = await Promise.all(pools.map((pool) => pool.start()));
      spinner.stop();
      const url = urls.find((known) => known !== undefined);
      if (url !== undefined) {
        writeReady = async () => {
          const faces = active().map((pool) => pool.face());
          const state = readyState(faces, { url, context: plan.context, embedded: isEmbedded }, health?.url);
          await readyFile?.write(state);
        };
        const firstWrite = writeReady();
        written = firstWrite.catch(() => undefined);
        await firstWrite;
      }
      for (const pool of active()) pool.begin(isEmbedded);
      hasBegun = true;
      manager.ready(status());
      begun.resolve();
      return Promise.race(pools.map(({ failed }) => failed));
    })();
    const asked = await Promise.race([serving, signals.first, lastStop.promise]).finally(() => spinner.stop());
    manager.stopping();
    output.notice(`${asked}: finishing what is in hand; once more to end at once`);
    const ended = await Promise.race([Promise.all(pools.map((pool) => pool.drain())), signals.second]);
    if (typeof ended === 'string') return exitCodeOf(ended);
    const loss = sumOf(ended);
    tellLoss(output, loss);
    ending = loss;
    if (loss.unanswered + loss.lost === 0) return 0;
    return exitCodeOf(asked === 'natsctl pool stop' ? 'SIGTERM' : asked);
  } catch (error) {
    ending = { error };
    manager.stopping();
    if (pools.length > 1) {
      output.warn(`${error instanceof Error ? error.message : error}; the others finish what they have in hand`);
    }
    await Promise.race([Promise.all(pools.map((pool) => pool.drain())), signals.first]);
    throw withEmbeddedHint(error, options.embedded);
  } finally {
    writeReady = async () => undefined;
    manager.stopping();
    await Promise.all(pools.map((pool) => pool.kill()));
    await embedded?.stop();
    await health?.close();
    await manager.close();
    signals.release();
    await written;
    await readyFile?.remove();
    await Promise.all(pools.map(async (pool) => pool.close('error' in ending ? ending : await pool.drain())));
  }
}

/** A closed window must leave no pool behind; where there is no terminal, SIGHUP is what other daemons reload at. */
function hangupOfProcess(): 'stop' | 'reload' {
  return hasControllingTerminal() ? 'stop' : 'reload';
}

/** Of a signal nobody is told but by the log, which has it already. */
function ignoreTold(error: unknown): void {
  if (!(error instanceof CliError)) throw error;
}

function sumOf(losses: readonly DrainResult[]): DrainResult {
  return {
    unanswered: losses.reduce((sum, { unanswered }) => sum + unanswered, 0),
    lost: losses.reduce((sum, { lost }) => sum + lost, 0),
  };
}

function tellLoss(output: Output, { unanswered, lost }: DrainResult): void {
  if (unanswered > 0) {
    output.warn(`${countOf(unanswered, 'request', 'requests')} not answered within the grace (--grace)`);
  }
  if (lost > 0) output.warn(`${countOf(lost, 'worker', 'workers')} ended before all was answered`);
}
