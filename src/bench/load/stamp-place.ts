import type { LoadPlan } from './load-plan.js';
import { STAMP_BYTES } from './stamp.js';

/**
 * Where a plan's messages carry their stamp: at the start of bodies that are ours, where they have room for it; beside
 * those that were given, which stay as they are, in a header, though not where nobody of this run reads it.
 */
export function stampPlace({ workload, bodies }: Pick<LoadPlan, 'workload' | 'bodies'>): 'body' | 'header' | 'none' {
  if (workload === 'request') return 'none';
  if (bodies.kind === 'given') return workload === 'pub' ? 'none' : 'header';
  return bodies.leastBytes >= STAMP_BYTES ? 'body' : 'none';
}
