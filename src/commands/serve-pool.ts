import { usageError } from '../errors.js';
import { requireQueue } from '../protocol/subjects.js';
import {
  DEFAULT_TTL_S,
  HANDLER_TIMEOUT_MS,
  LONGEST_TTL_S,
  nameOfSource,
  type ServiceSource,
  SHORTEST_TTL_S,
} from '../services/index.js';
import { parseDuration, parseWholeNumber } from '../units.js';
import { countProcessors, parseWorkerCount } from '../workers/index.js';
import { type LimitFlags, readLimits, type WorkerLimits } from './serve-limits.js';
import { chooseServices, type SourceFlags, type SourcePlace } from './serve-sources.js';

const MOST_CONCURRENT = 1_000_000;

/** The flags that are of one pool. */
export interface PoolFlags extends SourceFlags, LimitFlags {
  readonly workers: string | undefined;
  readonly queue: string | undefined;
  readonly handlerTimeout: string | undefined;
  readonly concurrency: string | undefined;
  readonly grace: string | undefined;
  readonly watch: boolean;
  readonly register: boolean;
  readonly registerTtl: string | undefined;
}

/** What a pool serves, and with what. */
export interface PoolSettings {
  readonly services: readonly ServiceSource[];
  /** Their names, as far as they are known. */
  readonly label: string;
  readonly workers: number;
  readonly watched: boolean;
  readonly queue: string | undefined;
  readonly handlerTimeoutMs: number;
  readonly concurrency: number | undefined;
  readonly graceMs: number;
  readonly registerTtlS: number | undefined;
  readonly limits: WorkerLimits;
}

/**
 * Reads the flags of a pool.
 *
 * @param named the services
 * @param program what answers, and its arguments
 * @throws CliError `usage`
 */
export function readPool(
  flags: PoolFlags,
  named: readonly string[],
  program: readonly string[],
  place: SourcePlace,
): PoolSettings {
  const services = chooseServices(flags, named, program, place);
  if (flags.watch && !services.some(({ kind }) => kind === 'module')) {
    throw usageError('--watch: there is no module to watch', 'name one, ./orders.ts: what comes with natsctl stays');
  }
  return {
    services,
    label: services.map(nameOfSource).join(', '),
    watched: flags.watch,
    queue: flags.queue === undefined ? undefined : requireQueue(flags.queue),
    graceMs: parseDuration(flags.grace ?? '10s', '--grace'),
    handlerTimeoutMs:
      flags.handlerTimeout === undefined
        ? HANDLER_TIMEOUT_MS
        : parseDuration(flags.handlerTimeout, '--handler-timeout'),
    concurrency:
      flags.concurrency === undefined
        ? flags.exec
          ? countProcessors()
          : undefined
        : parseWholeNumber(flags.concurrency, '--concurrency', { min: 1, max: MOST_CONCURRENT }),
    workers: parseWorkerCount(flags.workers ?? '1'),
    registerTtlS: registerTtl(flags.register, flags.registerTtl),
    limits: readLimits(flags),
  };
}

/**
 * @returns in seconds; undefined where nothing is to be registered
 * @throws CliError `usage` where no registry would take it
 */
function registerTtl(isAsked: boolean, text: string | undefined): number | undefined {
  if (!isAsked) {
    if (text !== undefined) throw usageError('--register-ttl says nothing without --register', 'add --register');
    return undefined;
  }
  if (text === undefined) return DEFAULT_TTL_S;
  const seconds = parseDuration(text, '--register-ttl') / 1_000;
  if (seconds >= SHORTEST_TTL_S && seconds <= LONGEST_TTL_S) return seconds;
  throw usageError(`--register-ttl: ${text} is not from ${SHORTEST_TTL_S}s to 1h`);
}
