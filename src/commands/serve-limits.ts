import { usageError } from '../errors.js';
import { OVERLOAD_POLICIES, type QueueLimit } from '../services/index.js';
import { formatDuration, parseDuration, parseSize, parseWholeNumber } from '../units.js';
import { type LifeLimits, SHORTEST_WATCHDOG_MS, SMALLEST_MEMORY_LIMIT_BYTES, WATCHDOG_MS } from '../workers/index.js';

/** The flags that say what a worker may come to. */
export interface LimitFlags {
  readonly maxQueued: string | undefined;
  readonly overload: string | undefined;
  readonly watchdog: string | undefined;
  readonly memoryLimit: string | undefined;
  readonly maxRequests: string | undefined;
}

/** What a worker may come to before it is helped, or another one takes its place. */
export interface WorkerLimits {
  readonly queueLimit: QueueLimit | undefined;
  readonly watchdogMs: number;
  readonly lifeLimits: LifeLimits | undefined;
}

const MOST_QUEUED = 10_000_000;
const MOST_REQUESTS = 1_000_000_000;

/** @throws CliError `usage` where a value is none, is out of bounds, or means nothing without another flag */
export function readLimits({ maxQueued, overload, watchdog, memoryLimit, maxRequests }: LimitFlags): WorkerLimits {
  return {
    queueLimit: readQueueLimit(maxQueued, overload),
    watchdogMs: watchdog === undefined ? WATCHDOG_MS : readWatchdog(watchdog),
    lifeLimits:
      memoryLimit === undefined && maxRequests === undefined
        ? undefined
        : {
            memoryBytes: memoryLimit === undefined ? undefined : readMemoryLimit(memoryLimit),
            requests:
              maxRequests === undefined
                ? undefined
                : parseWholeNumber(maxRequests, '--max-requests', { min: 1, max: MOST_REQUESTS }),
          },
  };
}

function readQueueLimit(maxQueued: string | undefined, overload: string | undefined): QueueLimit | undefined {
  const policy = OVERLOAD_POLICIES.find((known) => known === (overload ?? 'reject'));
  if (policy === undefined) throw usageError(`--overload: "${overload}" is none of ${OVERLOAD_POLICIES.join(', ')}`);
  if (maxQueued !== undefined) {
    return { maxQueued: parseWholeNumber(maxQueued, '--max-queued', { min: 0, max: MOST_QUEUED }), overload: policy };
  }
  if (overload !== undefined) throw usageError('--overload says nothing without --max-queued', 'add --max-queued');
  return undefined;
}

function readWatchdog(text: string): number {
  const watchdogMs = parseDuration(text, '--watchdog');
  if (watchdogMs >= SHORTEST_WATCHDOG_MS) return watchdogMs;
  throw usageError(
    `--watchdog: ${text} is too short, a busy machine would pass for a worker that hangs`,
    `give it ${formatDuration(SHORTEST_WATCHDOG_MS)} at least`,
  );
}

function readMemoryLimit(text: string): number {
  const bytes = parseSize(text, '--memory-limit');
  if (bytes >= SMALLEST_MEMORY_LIMIT_BYTES) return bytes;
  throw usageError(
    `--memory-limit: ${text} is too little, a worker needs about 50 MB before it has loaded anything`,
    'give it 64MB at least',
  );
}
