/** What is apart by less is one outage: a server that comes back is not steady at once. */
const SAME_OUTAGE_MS = 1_000;

/**
 * The longest time without an arrival, to a millisecond.
 *
 * @param arrivals a byte for each millisecond: whether something arrived in it
 * @param durationMs from the start to the end, which both bound a gap
 */
export function longestGapMs(arrivals: Uint8Array, durationMs: number): number {
  let longest = 0;
  let last = 0;
  for (let ms = 0; ms < arrivals.length && ms < durationMs; ms++) {
    if (arrivals[ms] === 0) continue;
    if (ms - last > longest) longest = ms - last;
    last = ms + 1;
  }
  return Math.max(longest, durationMs - last);
}

/** The longest of the outages of a run. */
export interface Recovery {
  /** From the first failure of the outage to the first arrival behind its last one; or to the end of the run. */
  readonly ms: number;
  /** Whether anything has arrived behind the last failure of the run. */
  readonly isRecovered: boolean;
}

/**
 * How long the longest outage took, to a millisecond.
 *
 * @param failures when something failed, in ms, in any order
 * @param durationMs from the start to the end, which is as far as an outage is known that nothing ended
 * @returns undefined where nothing failed
 */
export function recoveryOf(
  arrivals: Uint8Array,
  failures: readonly number[],
  durationMs: number,
): Recovery | undefined {
  const [first, ...others] = [...failures].sort((a, b) => a - b);
  if (first === undefined) return undefined;
  let longest = 0;
  let begun = first;
  let last = first;
  let isRecovered = true;
  const close = (): void => {
    const recovered = arrivals.indexOf(1, last + 1);
    isRecovered = recovered !== -1;
    longest = Math.max(longest, (isRecovered ? recovered : Math.max(last, durationMs)) - begun);
  };
  for (const failure of others) {
    if (failure - last > SAME_OUTAGE_MS) {
      close();
      begun = failure;
    }
    last = failure;
  }
  close();
  return { ms: longest, isRecovered };
}
