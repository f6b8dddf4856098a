import { once } from 'node:events';

/**
 * Waits for what is under way, or for a signal, whichever is first; leaves no listener with a signal that outlives it.
 *
 * @returns undefined where the signal came first: what is under way goes on
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) {
    work.catch(() => undefined);
    return undefined;
  }
  const settled = new AbortController();
  const aborted = once(signal, 'abort', { signal: settled.signal }).then(
    () => undefined,
    () => undefined,
  );
  try {
    return await Promise.race([work, aborted]);
  } finally {
    settled.abort();
  }
}
