import type { FailureReport } from '../failure-report.js';

/** How replacing the workers of a pool ended. */
export type Replacement =
  | { readonly kind: 'done' }
  /** So many were replaced; then this one's successor did not come to serve. */
  | { readonly kind: 'failed'; readonly replaced: number; readonly worker: number; readonly failure: FailureReport }
  /** It was called off, or the pool stops. */
  | { readonly kind: 'aborted' };

/** What became of one of them. */
export type OneReplacement = 'done' | 'aborted' | FailureReport;

/**
 * Replaces workers: the first alone, which finds out whether the others come to serve too, and then so many at a time.
 * Ends with the first that is not replaced.
 */
export async function replaceInTurn(
  workers: number,
  atATime: number,
  replace: (worker: number) => Promise<OneReplacement>,
): Promise<Replacement> {
  let next = 1;
  let replaced = 0;
  let ended: Replacement | undefined;
  const goOn = async (last: number): Promise<void> => {
    while (next <= last && ended === undefined) {
      const worker = next++;
      const outcome = await replace(worker);
      if (outcome === 'done') replaced += 1;
      else
        ended ??= outcome === 'aborted' ? { kind: 'aborted' } : { kind: 'failed', replaced, worker, failure: outcome };
    }
  };
  await goOn(1);
  await Promise.all(Array.from({ length: atATime }, () => goOn(workers)));
  return ended ?? { kind: 'done' };
}
