import type { ConnectionPlan } from '../connection/index.js';
import type { LogFormat, Output } from '../output/index.js';
import { HANDLER_TIMEOUT_MS, nameOfSource, type ServiceSource } from '../services/index.js';
import { WATCHDOG_MS } from './hang-watch.js';
import { createAssignments } from './messages.js';
import { Pool } from './pool.js';
import { tellOfPool } from './pool-notices.js';

export interface PlainPoolOptions {
  readonly source: ServiceSource;
  readonly workers: number;
  readonly plan: ConnectionPlan;
  /** The form of what programs write to their stderr. */
  readonly programLog: Exclude<LogFormat, 'off'>;
  readonly output: Output;
}

/** Whoever the pool is there for is gone at its end: nobody waits for an answer any more. */
const GRACE_MS = 2_000;

/** A pool of one service beside something else, as `serve` has it without flags, but for its log of requests. */
export function createPlainPool({ source, workers, plan, programLog, output }: PlainPoolOptions): Pool {
  const assignmentFor = createAssignments({
    services: [source],
    queue: undefined,
    handlerTimeoutMs: HANDLER_TIMEOUT_MS,
    concurrency: undefined,
    watchdogMs: WATCHDOG_MS,
    plan,
    log: 'off',
    programLog,
    graceMs: GRACE_MS,
    registerTtlS: undefined,
  });
  return new Pool({ workers, assignmentFor, listener: tellOfPool(output, nameOfSource(source)) });
}
