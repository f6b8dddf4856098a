import { Random } from '../../../scripts/support/random.mjs';

/** What is done to a pool under load, and when. */
export type Fault =
  /** Workers lose what they have in hand, one after the other within {@link SPREAD_MS}; one is always left alone. */
  | { readonly kind: 'kill' | 'stop'; readonly atMs: number; readonly victims: number }
  | { readonly kind: 'reload'; readonly atMs: number }
  | { readonly kind: 'scale'; readonly atMs: number; readonly workers: number }
  | {
      readonly kind: 'restart_server';
      readonly atMs: number;
      readonly downMs: number;
      readonly signal: 'stop' | 'kill';
    };

/**
 * From one burst of faults that lose requests to the next. A request is tried twice, 3 s apart, and NATS delivers at most
 * once: it survives one loss and not two. So what a burst takes, until the watchdog has ended the last one that it
 * stopped, has its second try behind it and before the next.
 */
const ROUND_MS = 6_000;
/** How long a burst is. */
const SPREAD_MS = 600;
/** How long it lasts until what a burst stopped is gone. */
export const BURST_MS = 3_000;
const FIRST_ROUND_MS = 2_000;
/** Before the end nothing more is done: the last replacements, and the second tries, come to their end. */
const QUIET_MS = 7_000;
const MOST_VICTIMS = 2;
const MOST_WORKERS = 6;

/** The same faults for the same seed, in the order of their times. */
export function planFaults(seed: number, lengthMs: number): readonly Fault[] {
  const random = new Random(seed);
  const rounds = Math.max(1, Math.floor((lengthMs - FIRST_ROUND_MS - QUIET_MS) / ROUND_MS));
  const faults: Fault[] = [];
  // In the second round or the third, and again every four rounds.
  const firstOutage = 1 + random.below(2);
  for (let round = 0; round < rounds; round++) {
    const startMs = FIRST_ROUND_MS + round * ROUND_MS;
    const within = (spanMs: number): number => startMs + random.below(spanMs);
    const [first, second] = round % 2 === 0 ? (['kill', 'stop'] as const) : (['stop', 'kill'] as const);
    faults.push({ kind: first, atMs: within(SPREAD_MS), victims: 1 + random.below(MOST_VICTIMS) });
    if (random.chance(0.5)) faults.push({ kind: second, atMs: within(SPREAD_MS), victims: 1 });
    faults.push({ kind: 'reload', atMs: within(ROUND_MS) });
    if (random.chance(0.5)) faults.push({ kind: 'reload', atMs: within(SPREAD_MS) });
    faults.push({
      kind: 'scale',
      atMs: within(ROUND_MS),
      workers: random.chance(0.2) ? 1 : 2 + random.below(MOST_WORKERS - 1),
    });
    if (round % 4 === firstOutage) {
      const signal = random.chance(0.5) ? 'stop' : 'kill';
      faults.push({ kind: 'restart_server', atMs: within(ROUND_MS), downMs: 200 + random.below(1_500), signal });
    }
  }
  return faults.sort((one, other) => one.atMs - other.atMs);
}
