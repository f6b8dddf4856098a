import { mean, sampleStandardDeviation, sampleVariance } from 'simple-statistics';
import { studentQuantile } from './student.js';

/** What is left for chance in all figures of a comparison together, so that at most one in twenty is wrong. */
const ALPHA = 0.05;
/** Of a series with fewer seconds nothing is said. */
export const FEWEST_SECONDS = 5;
/** Stands for infinitely many degrees of freedom: Student's distribution is the normal one there. */
const MANY = 1_001;

/** How far two values are apart, and how far they may be by chance. */
export interface Spread {
  readonly change: number;
  readonly noise: number;
}

/** How far values are taken to differ from run to run, as a standard deviation in their unit. */
export interface AssumedDeviation {
  readonly base: number;
  readonly next: number;
}

/**
 * How far the means of two sets of runs are apart, and how far they may be by chance: Student's test, with the variance
 * that both have in common. It needs two runs on one side. It was chosen by simulation over a bootstrap of the
 * difference of medians, which with 3 runs called a change in 24 % of comparisons of the same thing with itself, where
 * this one kept to 5 %, and to less where the noise had long tails.
 *
 * A single run on one side may be the one in seven that a neighbour disturbed, which no test of means allows for: there
 * the noise is at least the assumed one.
 *
 * @param tests how many figures are compared beside: each gets its share of the error (Bonferroni)
 * @returns undefined where there is one run on each side
 */
export function spreadOfRuns(
  base: readonly number[],
  next: readonly number[],
  assumed: AssumedDeviation,
  tests: number,
): Spread | undefined {
  const freedom = base.length + next.length - 2;
  if (freedom < 1) return undefined;
  const change = mean([...next]) - mean([...base]);
  const variance = (squaresOf(base) + squaresOf(next)) / freedom;
  const measured = Math.sqrt(variance * (1 / base.length + 1 / next.length)) * quantile(tests, freedom);
  if (base.length > 1 && next.length > 1) return { change, noise: measured };
  const least = Math.hypot(assumed.base / Math.sqrt(base.length), assumed.next / Math.sqrt(next.length));
  return { change, noise: Math.max(measured, least * quantile(tests, MANY)) };
}

/**
 * How far two single runs may be apart by chance: what their seconds show of it, and what one run cannot show.
 *
 * Seconds are no sample of runs: what disturbs a machine lasts for many of them, so that the mean of a run is taken to
 * vary as much as each of its seconds does. A bootstrap of blocks of seconds, which lets them average out, called the
 * rate of a run changed in 12 of 28 pairs of eight runs of one load on a processor that others used; this one in one.
 * A disturbance as long as the run is not seen at all, but for the deviation that is assumed.
 *
 * @param base of each second one value
 * @returns undefined where there are too few seconds
 */
export function noiseOfSeconds(
  base: readonly number[],
  next: readonly number[],
  assumed: AssumedDeviation,
  tests: number,
): number | undefined {
  if (base.length < FEWEST_SECONDS || next.length < FEWEST_SECONDS) return undefined;
  const seen = [sampleStandardDeviation([...base]), sampleStandardDeviation([...next])];
  return Math.hypot(...seen, assumed.base, assumed.next) * quantile(tests, MANY);
}

/** By how many deviations chance may move one of so many figures. */
function quantile(tests: number, freedom: number): number {
  return studentQuantile(1 - ALPHA / tests / 2, freedom);
}

function squaresOf(values: readonly number[]): number {
  return values.length < 2 ? 0 : sampleVariance([...values]) * (values.length - 1);
}
