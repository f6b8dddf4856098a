import { formatDuration } from '../units.js';
import { ServiceError } from './define-service.js';

/** A worker is asked this often, and may take as long to answer. */
const INTERVAL_MS = 10_000;
/** So many times in a row it may be ill: a database that restarts is no reason to replace a worker. */
const MOST_FAILURES = 3;

/**
 * Asks a service for its health, from time to time.
 *
 * @param ask throws or says false where the service is ill
 * @param tellIll hears why, once; the watch ends then
 * @returns ends the watch
 */
export function watchHealth(
  ask: () => unknown,
  tellIll: (reason: string) => void,
  intervalMs = INTERVAL_MS,
): () => void {
  let failures = 0;
  let stopped = false;
  let timer: NodeJS.Timeout;
  const look = async (): Promise<void> => {
    const reason = await findIllness(ask, intervalMs);
    if (stopped) return;
    failures = reason === undefined ? 0 : failures + 1;
    if (reason !== undefined && failures >= MOST_FAILURES) tellIll(reason);
    else schedule();
  };
  const schedule = (): void => {
    timer = setTimeout(() => void look(), intervalMs);
  };
  schedule();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** @returns undefined where the service is well */
async function findIllness(ask: () => unknown, limitMs: number): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    const late = new ServiceError(504, `no answer within ${formatDuration(limitMs)}`);
    timer = setTimeout(() => reject(late), limitMs);
  });
  try {
    return (await Promise.race([ask(), tooLate])) === false ? 'it says that it is ill' : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
