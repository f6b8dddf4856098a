/** A worker that has served this long is healthy, and its next death is a first one again. */
export const HEALTHY_AFTER_MS = 30_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/** What one worker's place in the pool has been through; or what a worker's co-process has. */
export interface DeathRecord {
  /** Deaths since the place was last healthy. */
  readonly deaths: number;
  /** Deaths in a row before the worker served. */
  readonly unserved: number;
}

export const NO_DEATHS: DeathRecord = { deaths: 0, unserved: 0 };

/**
 * Counts a death.
 *
 * @param servedMs how long the worker had served; undefined where it never did
 */
export function countDeath(record: DeathRecord, servedMs: number | undefined): DeathRecord {
  const wasHealthy = servedMs !== undefined && servedMs >= HEALTHY_AFTER_MS;
  return {
    deaths: wasHealthy ? 1 : record.deaths + 1,
    unserved: servedMs === undefined ? record.unserved + 1 : 0,
  };
}

/**
 * How long to wait before a worker is replaced: not at all after the first death, then 100 ms, doubled each
 * time up to 10 s, and up to a fifth less so that a pool's workers do not come back in step.
 *
 * @returns milliseconds
 */
export function restartPause({ deaths }: DeathRecord, random: () => number = Math.random): number {
  if (deaths <= 1) return 0;
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** (deaths - 2), LONGEST_PAUSE_MS);
  return Math.round(pause * (1 - random() / 5));
}
