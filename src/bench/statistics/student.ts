/** Halvings of the interval in which a quantile is looked for: past the digits that a number has. */
const HALVINGS = 60;

/**
 * The quantile of Student's distribution: what a value so distributed exceeds with probability `1 - share`.
 *
 * @param share from 0.5 to less than 1
 * @param freedom degrees of freedom, a whole number from 1
 */
export function studentQuantile(share: number, freedom: number): number {
  let low = 0;
  let high = 1;
  while (studentProbability(high, freedom) < share) high *= 2;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (studentProbability(middle, freedom) < share) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The probability that a value is at most `t`, not below 0: the finite series for whole degrees of freedom
 * (Abramowitz and Stegun, 26.7.3 and 26.7.4).
 */
function studentProbability(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const cosine = Math.cos(angle);
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= freedom - 2; k += 2) {
    term *= ((k - 1) / k) * cosine ** 2;
    sum += term;
  }
  const within = isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
  return 0.5 + within / 2;
}
