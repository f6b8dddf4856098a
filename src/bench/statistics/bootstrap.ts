import { errorFunction, quantileSorted } from 'simple-statistics';
import { seededRandom } from '../load/random.js';
import type { Confidence, Figures, Interval } from '../report/report.js';
import { studentQuantile } from './student.js';

const RESAMPLES = 10_000;
/** The same runs give the same interval. */
const SEED = 1;
const CONFIDENCE = 0.95;

/**
 * In which bounds the median of each figure lies with 95 % confidence, by the runs.
 *
 * @returns undefined where there are fewer than two runs
 */
export function confidenceOfRuns(runs: readonly Figures[]): Confidence | undefined {
  if (runs.length < 2) return undefined;
  const latencies = (['p50', 'p99', 'p999'] as const).flatMap((name) => {
    const values = runs.flatMap(({ latency_ms }) => latency_ms?.[name] ?? []);
    return values.length < runs.length ? [] : [[name, medianInterval(values)] as const];
  });
  return { rate: medianInterval(runs.map(({ rate }) => rate)), ...Object.fromEntries(latencies) };
}

/**
 * The bootstrap interval of a median, at 95 %: percentiles of the medians of 10,000 resamples, from a fixed seed.
 *
 * The plain percentile interval is too narrow where there are few runs (for 7 it covers 87 % in place of 95 %), so the
 * percentiles are set further out, as Hesterberg expands them ("What Teachers Should Know About the Bootstrap", 2015):
 * by Student's quantile in place of the normal one, and by the root of n/(n-1). BCa is no remedy here: its acceleration
 * comes from a jackknife, which fails for a median.
 *
 * No bootstrap leaves the range of its runs, and a median lies outside of it with a probability of 2^(1-n). That is
 * what {@link coverageOf} tells: with fewer than 6 runs 95 % are out of reach.
 */
export function medianInterval(values: readonly number[], seed = SEED): Interval {
  const random = seededRandom(seed);
  const count = values.length;
  const drawn = new Float64Array(count);
  const medians = new Float64Array(RESAMPLES);
  for (let i = 0; i < RESAMPLES; i++) {
    for (let k = 0; k < count; k++) drawn[k] = values[Math.floor(random() * count)] as number;
    drawn.sort();
    medians[i] = ((drawn[(count - 1) >> 1] as number) + (drawn[count >> 1] as number)) / 2;
  }
  const sorted = Array.from(medians.sort());
  const expanded = Math.sqrt(count / (count - 1)) * studentQuantile((1 + CONFIDENCE) / 2, count - 1);
  const tail = (1 - errorFunction(expanded / Math.SQRT2)) / 2;
  return { low: quantileSorted(sorted, tail), high: quantileSorted(sorted, 1 - tail) };
}

/** How often the interval of so many runs can hold the median at most: 0 to 0.95. */
export function coverageOf(runs: number): number {
  return Math.min(CONFIDENCE, 1 - 2 ** (1 - runs));
}

/** The same for a person: `93 %`. */
export function confidenceOf(runs: number): string {
  return `${Math.floor(100 * coverageOf(runs))} %`;
}

/** What a reader of `confidence` has to know: a sentence, where 95 % are out of reach. */
export function coverageWarning(runs: number): readonly string[] {
  if (runs < 2 || coverageOf(runs) === CONFIDENCE) return [];
  return [`${runs} runs bound a median with ${confidenceOf(runs)} confidence at best: 6 are needed for 95 %`];
}
