import type { WorkerStatus } from '../../control/index.js';
import type { Place } from '../place.js';

/** What a pool's status says of a place in it. */
export function statusOfWorker({ worker, member, restarts }: Place): WorkerStatus {
  if (member === undefined) return { worker, state: 'down', restarts };
  const { pid, readyAt } = member;
  if (readyAt === undefined) return { worker, pid, state: 'starting', restarts };
  return { worker, pid, state: 'serving', uptime_ms: Math.round(performance.now() - readyAt), restarts };
}
