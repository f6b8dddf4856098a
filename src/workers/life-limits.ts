import { usageError } from '../errors.js';
import { countOf, formatBytes } from '../units.js';

/** What a worker may use up before another one takes its place. */
export interface LifeLimits {
  /** Of resident memory; undefined: as much as it may have. */
  readonly memoryBytes?: number | undefined;
  /** Undefined: as many as come. */
  readonly requests?: number | undefined;
}

/** What a worker has used up. */
export interface LifeUsage {
  readonly memoryBytes: number;
  readonly requests: number;
}

/** A worker needs most of this before it has loaded anything. */
export const SMALLEST_MEMORY_LIMIT_BYTES = 64 * 1024 ** 2;

/** So much of the memory is used when a worker is replaced: its successor is to serve before the limit is reached. */
const MEMORY_SHARE = 0.8;

const LOOK_INTERVAL_MS = 100;

/** @returns why the worker should be replaced, for a person; undefined where it has not used up what it may */
export function describeSpent(limits: LifeLimits, { memoryBytes, requests }: LifeUsage): string | undefined {
  if (limits.memoryBytes !== undefined && memoryBytes >= limits.memoryBytes * MEMORY_SHARE) {
    const percent = Math.floor((memoryBytes / limits.memoryBytes) * 100);
    return `it uses ${formatBytes(memoryBytes)}, ${percent}% of --memory-limit`;
  }
  if (limits.requests !== undefined && requests >= limits.requests) {
    return `it has taken ${countOf(requests, 'request', 'requests')} (--max-requests)`;
  }
  return undefined;
}

/**
 * Refuses a limit that a worker has all but reached before it serves: its successors would be replaced as soon.
 *
 * @throws CliError `usage`
 */
export function requireRoom({ memoryBytes: limitBytes }: LifeLimits, memoryBytes: number): void {
  if (limitBytes === undefined || memoryBytes < limitBytes * MEMORY_SHARE) return;
  throw usageError(
    `--memory-limit: a worker uses ${formatBytes(memoryBytes)} before it serves, and is replaced at ${formatBytes(limitBytes * MEMORY_SHARE)}`,
    'give it twice what it uses under load',
  );
}

/**
 * Looks ten times a second for whether this process has used up what it may.
 *
 * @param requests how many it has taken so far
 * @param tellSpent is called once
 */
export function watchLife(
  limits: LifeLimits | undefined,
  requests: () => number,
  tellSpent: (reason: string) => void,
): void {
  if (limits === undefined) return;
  const timer = setInterval(() => {
    const memoryBytes = limits.memoryBytes === undefined ? 0 : process.memoryUsage.rss();
    const reason = describeSpent(limits, { memoryBytes, requests: requests() });
    if (reason === undefined) return;
    clearInterval(timer);
    tellSpent(reason);
  }, LOOK_INTERVAL_MS);
  timer.unref();
}
