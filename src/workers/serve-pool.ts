import type { ConnectionPlan } from '../connection/index.js';
import { type ControlPlace, type ControlRequest, ControlServer } from '../control/index.js';
import { CliError } from '../errors.js';
import {
  exitCodeOf,
  findServiceManager,
  hasControllingTerminal,
  listenForStop,
  prepareReadyFile,
  removeReadyFile,
  writeReadyFile,
} from '../lifecycle/index.js';
import { type Output, startSpinner } from '../output/index.js';
import type { RunningServer } from '../server/index.js';
import { PoolControl } from './control/pool-control.js';
import { deferred } from './deferred.js';
import { type EmbeddedPolicy, startEmbeddedServer, withEmbeddedHint } from './embedded-server.js';
import type { HealthServer } from './health/index.js';
import type { ServedService } from './messages.js';
import { Pool } from './pool.js';
import { tellOfPool } from './pool-notices.js';
import type { PoolListener, PoolOptions } from './pool-options.js';
import { Watching } from './watch/index.js';

export interface ServePoolOptions extends Omit<PoolOptions, 'listener'> {
  /** What is served, as far as that is known before it is loaded. */
  readonly label: string;
  readonly readyFile: string | undefined;
  /** Where health and metrics are shown over HTTP; undefined: nowhere. */
  readonly health?: { readonly host: string; readonly port: number } | undefined;
  readonly output: Output;
  readonly plan: ConnectionPlan;
  readonly embedded: EmbeddedPolicy;
  /** What emits the signals; by default this process. */
  readonly signals?: NodeJS.EventEmitter;
  /** Where `natsctl pool` looks for the pool; undefined: it is not to be found. */
  readonly controlPlace?: ControlPlace | undefined;
  /** What SIGHUP asks for; by default the end where this process has a controlling terminal, else a reload. */
  readonly hangup?: 'stop' | 'reload';
}

/**
 * Runs a pool until a signal ends it: the first one drains, a second one ends it at once.
 *
 * @returns the exit code: 0 where all that was in hand was answered, else that of the signal
 * @throws CliError where the pool cannot serve, see {@link Pool.failed}
 */
export async function servePool(options: ServePoolOptions): Promise<number> {
  const { output, readyFile, workers, controlPlace, hangup = hangupOfProcess() } = options;
  const begun = deferred<() => void>();
  /** Before the pool serves, there is nothing to reload. */
  const reloadOnceServing = (): void => {
    void begun.promise.then(() => control.reload('SIGHUP')).catch(ignoreTold);
  };
  const signals = listenForStop(options.signals, hangup === 'reload' ? reloadOnceServing : undefined);
  let embedded: RunningServer | undefined;
  let health: HealthServer | undefined;
  let writeReady: () => Promise<void> = async () => undefined;
  // One write after the other: two workers may be replaced at once, and the removal comes last.
  let written: Promise<void> = Promise.resolve();
  const rewriteReady = (): void => {
    written = written.then(writeReady).catch((error: Error) => output.warn(error.message));
  };
  const manager = findServiceManager({ onProblem: output.warn });
  const status = (): string => `serving ${options.label} with ${count(pool.places().length, 'worker')}`;
  const notices = tellOfPool(output, options.label);
  const listener: PoolListener = {
    ...notices,
    onReplaced(worker) {
      notices.onReplaced(worker);
      rewriteReady();
    },
    onRenewed: rewriteReady,
    onRenewing(isRunning) {
      if (isRunning) manager.reloading();
      else manager.ready(status());
    },
    onLoads: (file, digest) => watching?.add(file, digest),
  };
  const pool = new Pool({ ...options, listener });
  const watching = options.watched ? new Watching(pool, options) : undefined;
  const { label: name, plan } = options;
  const onChange = (): void => {
    rewriteReady();
    void begun.promise.then((tellServices) => tellServices());
  };
  const control = new PoolControl({ pool, name, output, context: plan.context, onChange });
  let tellEnd = (): void => control.tellFailure(new CliError('pool', `pool ${name} was ended at once`));
  const handle = (request: ControlRequest): Promise<object> => control.handle(request);
  const controlServer =
    controlPlace && new ControlServer({ place: controlPlace, handle, onProblem: (message) => output.warn(message) });
  try {
    if (readyFile !== undefined) await prepareReadyFile(readyFile);
    await controlServer?.open();
    if (options.health !== undefined) {
      const { showHealth } = await import('./health/index.js');
      health = await showHealth(options.health, pool, output.warn);
      output.notice(`health and metrics at ${health.url}: /livez, /readyz, /metrics`);
    }
    const spinner = startSpinner(output, `starting ${count(workers, 'worker')}`);
    const serving = (async () => {
      embedded = await startEmbeddedServer(options.embedded, options.plan);
      if (embedded !== undefined) {
        output.notice(`no server at ${embedded.url}: started one for development; production is for nats-server`);
      }
      const url = await pool.start();
      control.tellServing(url);
      spinner.stop();
      writeReady = async () => {
        const state = {
          ...readyState(options, pool.services(), url, embedded !== undefined),
          workers: pool.places().length,
          worker_pids: pool.pids(),
          health_url: health?.url,
        };
        if (readyFile !== undefined) await writeReadyFile(readyFile, state);
      };
      const firstWrite = writeReady();
      written = firstWrite.catch(() => undefined);
      await firstWrite;
      const told = new Set<string>();
      const tellServices = (): void => {
        for (const service of pool.services()) {
          const workers = pool.places().length;
          const line = describeReady({ ...options, workers }, service, url, embedded !== undefined);
          if (!told.has(line)) output.notice(line);
          told.add(line);
        }
      };
      tellServices();
      watching?.begin(tellServices);
      manager.ready(status());
      begun.resolve(tellServices);
      return pool.failed;
    })();
    const asked = await Promise.race([serving, signals.first, control.stopAsked]).finally(() => spinner.stop());
    watching?.stop();
    manager.stopping();
    output.notice(`${asked}: finishing what is in hand; once more to end at once`);
    const ended = await Promise.race([pool.drain(), signals.second]);
    if (typeof ended === 'string') return exitCodeOf(ended);
    const { unanswered, lost } = ended;
    if (unanswered > 0) output.warn(`${count(unanswered, 'request')} not answered within the grace (--grace)`);
    if (lost > 0) output.warn(`${count(lost, 'worker')} ended before all was answered`);
    tellEnd = () => control.tellEnd(ended);
    return unanswered + lost === 0 ? 0 : exitCodeOf(asked === 'natsctl pool stop' ? 'SIGTERM' : asked);
  } catch (error) {
    tellEnd = () => control.tellFailure(error);
    throw withEmbeddedHint(error, options.embedded);
  } finally {
    writeReady = async () => undefined;
    watching?.stop();
    manager.stopping();
    pool.kill();
    await pool.ended();
    await embedded?.stop();
    await health?.close();
    await manager.close();
    signals.release();
    await written;
    if (readyFile !== undefined) await removeReadyFile(readyFile);
    tellEnd();
    await controlServer?.close();
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

/**
 * What the ready file says, but for the workers' process ids, which change. `service`, `subjects` and `queue` are of
 * all services together.
 */
function readyState(
  { workers, plan }: ServePoolOptions,
  services: readonly ServedService[],
  url: string,
  embedded: boolean,
): object {
  return {
    pid: process.pid,
    service: services.map(({ name }) => name).join(','),
    subjects: services.flatMap(subjectsOf),
    queue: [...new Set(services.flatMap(queuesOf))].join(','),
    workers,
    url,
    context: plan.context,
    embedded,
    services: services.map((service) => ({
      name: service.name,
      version: service.version,
      subjects: subjectsOf(service),
      queue: queuesOf(service).join(','),
    })),
  };
}

function describeReady(options: ServePoolOptions, service: ServedService, url: string, embedded: boolean): string {
  const { workers, plan } = options;
  const context = plan.context === undefined ? '' : `, context ${plan.context}`;
  const where = `${url}${context}${embedded ? ', embedded' : ''}`;
  const queues = queuesOf(service);
  const queue = queues.length === 0 ? 'no queue' : `queue ${queues.join(' and ')}`;
  const subjects = subjectsOf(service).join(', ');
  return `serving ${service.name} on ${subjects} with ${count(workers, 'worker')}, ${queue}, at ${where}`;
}

function subjectsOf({ endpoints }: ServedService): readonly string[] {
  return endpoints.map(({ subject }) => subject);
}

/** Each queue group once. */
function queuesOf({ endpoints }: ServedService): readonly string[] {
  return [...new Set(endpoints.flatMap(({ queue }) => queue ?? []))];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
